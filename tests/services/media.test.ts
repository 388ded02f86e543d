/** Media of a project: imports by content, generated names, missing files, and paths that lead nowhere else. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mediaPath, takeThumbnailPath, takeVideoPath, type ProjectSnapshot } from '#contracts/studio-api.ts'
import { pathInside } from '#services/projects/project-folder.ts'
import { projectOf, reread, workshop, type OpenedStudio, type Workshop } from './studio-harness.ts'

let shop: Workshop
let opened: OpenedStudio
let project: ProjectSnapshot
let projectId: string
beforeEach(async () => {
  shop = workshop()
  opened = shop.open({ resourcesFolder: join(import.meta.dirname, '..', '..', 'resources') })
  project = await projectOf(opened.client, ['one'])
  projectId = project.document.project.id
})
afterEach(() => shop.dispose())

function aFile(name: string, content: string): string {
  const folder = join(shop.folder, 'files')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
async function importFile(file: string): Promise<string> {
  return (await opened.client.call('media.import', { projectId, file })).mediaId
}

describe('importing', () => {
  it('takes the contents that a window hands over like the file itself, and keeps the same contents once', async () => {
    const base64 = Buffer.from('sound of rain').toString('base64')
    const { mediaId } = await opened.client.call('media.importContents', { projectId, name: '../../Regen.WAV', base64 })
    const media = (await reread(opened.client, project)).document.media[mediaId]
    expect(media).toMatchObject({ kind: 'audio', displayName: 'Regen.WAV', stored: { file: `media/${mediaId}.wav`, bytes: 13 } })
    expect(readFileSync(join(project.folder, media?.stored.file ?? ''), 'utf8')).toBe('sound of rain')
    expect(await importFile(aFile('rain.wav', 'sound of rain'))).toBe(mediaId)
  })

  it('copies a file under a generated name and keeps its own for people', async () => {
    const mediaId = await importFile(aFile('Regen über Köln.WAV', 'sound of rain'))
    const media = (await reread(opened.client, project)).document.media[mediaId]
    expect(media).toMatchObject({
      kind: 'audio', displayName: 'Regen über Köln.WAV', durationSeconds: 2, frameSize: null, origin: { kind: 'import' }, stored: { file: `media/${mediaId}.wav`, bytes: 13 },
    })
    expect(readFileSync(join(project.folder, media?.stored.file ?? ''), 'utf8')).toBe('sound of rain')
    expect(opened.studio.resolveMedia(mediaPath(projectId, mediaId))).toEqual({ file: join(project.folder, `media/${mediaId}.wav`), contentType: 'audio/wav' })
  })

  it('keeps the same content once, and heals a copy that is gone or cut short', async () => {
    const first = await importFile(aFile('a.wav', 'sound of rain'))
    const stored = join(project.folder, 'media', `${first}.wav`)
    for (const damage of [() => {}, () => rmSync(stored), () => writeFileSync(stored, 'sou')]) {
      damage()
      expect(await importFile(aFile('another name.mp3', 'sound of rain'))).toBe(first)
      expect(readFileSync(stored, 'utf8')).toBe('sound of rain')
    }
    expect(readdirSync(join(project.folder, 'media'))).toEqual([`${first}.wav`])
  })

  it.each(["it's; rm -rf.wav", '-i.wav', '%d.wav', '🎬.wav', '\u202egpj.wav', `${'a'.repeat(250)}.wav`, ' .wav', 'CON.wav', '.hidden', 'noextension', 'x.tar.gz..'])('takes the name "%s" as words, not as a path', async (name) => {
    const mediaId = await importFile(aFile(name, `sound ${name}`))
    const media = (await reread(opened.client, project)).document.media[mediaId]
    expect(media?.stored.file).toMatch(/^media\/med_[0-9a-f-]{36}\.(wav|bin|gz)$/)
    expect(media?.displayName).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it.each([['relative.wav', 'INVALID_INPUT'], ['/no/such/file.wav', 'MEDIA_MISSING'], ['/tmp', 'MEDIA_MISSING'], ['/tmp/\0.wav', 'INVALID_INPUT']])('of %j is refused with %s', async (file, code) => {
    await expect(importFile(file)).rejects.toMatchObject({ code })
  })

  it('of something that is no media leaves nothing behind', async () => {
    await expect(importFile(aFile('letter.txt', 'Dear Sir'))).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
    expect(readdirSync(join(project.folder, 'media'))).toEqual([])
    expect((await reread(opened.client, project)).document.media).toEqual({})
  })

  it('knows a picture from a film by what is in it', async () => {
    const mediaId = await importFile(aFile('still.mp4', 'picture of a car'))
    expect((await reread(opened.client, project)).document.media[mediaId]).toMatchObject({ kind: 'image', durationSeconds: null, frameSize: { width: 32, height: 32 } })
  })

  it('is no step to undo', async () => {
    await importFile(aFile('a.wav', 'sound'))
    await opened.client.call('project.undo', { projectId })
    expect(Object.keys((await reread(opened.client, project)).document.media)).toHaveLength(1)
  })
})

describe('a tone bed', () => {
  it('is made once for one wish, and known by what was asked for', async () => {
    const wish = { projectId, seconds: 3, seed: 7, mood: 'calm' as const }
    const { mediaId } = await opened.client.call('media.toneBed', wish)
    expect(await opened.client.call('media.toneBed', wish)).toEqual({ mediaId })
    expect((await opened.client.call('media.toneBed', { ...wish, seed: 8 })).mediaId).not.toBe(mediaId)
    expect((await reread(opened.client, project)).document.media[mediaId]).toMatchObject({ kind: 'audio', durationSeconds: 3, origin: { kind: 'tone-bed', seed: 7, mood: 'calm' } })
  })
})

describe('media paths', () => {
  const TRAVERSALS = [
    '', '/', '..', '../x', 'takes', 'takes/', 'takes/../..', 'takes/{p}', 'takes/{p}/../video', 'takes/{p}/tak_0001/../../../project.json', 'takes/{p}/tak_0001/latents',
    'takes/{p}/__proto__/video', 'takes/__proto__/constructor/video', 'takes/{p}/constructor/thumbnail', 'media/{p}', 'media/{p}/', 'media/{p}/../project.json', 'media/{p}/__proto__', 'media/{p}/constructor',
    'media/{p}/med_0001/extra', 'previews/job_0001/1', 'previews/job_0001/../1', 'previews/job_0001/-1', 'exports/job_0001/video', 'exports/job_0001/../../video',
    'fonts/', 'fonts/..', 'fonts/../icon.png', 'fonts/..%2ficon.png', 'fonts/OFL.txt', 'fonts/\0.ttf', 'fonts/a/b.ttf', 'fonts/.ttf', '__proto__/x', 'constructor/x', 'toString', 'file:///etc/passwd', '/etc/passwd', 'C:\\Windows', '\\\\host\\share',
  ]
  it.each(TRAVERSALS)('lead nowhere for %j', (path) => {
    expect(opened.studio.resolveMedia(path.replace('{p}', projectId))).toBeNull()
  })

  it('lead to takes, exports and fonts by their ids, and to nothing once the file is gone', async () => {
    const { jobIds } = await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    const { takeId } = await opened.finished(jobIds[0] ?? '')
    const { jobId } = await opened.client.call('job.export', { projectId, sequenceId: null, presetId: 'tiktok', outputFile: null, overwrite: false, allowDrafts: false, markDrafts: false, contactSheet: true })
    await opened.finished(jobId)
    const paths = [takeVideoPath(projectId, takeId ?? ''), takeThumbnailPath(projectId, takeId ?? ''), `exports/${jobId}/video`, `exports/${jobId}/contact-sheet`]
    expect(paths.map((path) => opened.studio.resolveMedia(path)?.contentType)).toEqual(['video/mp4', 'image/jpeg', 'video/mp4', 'image/jpeg'])
    rmSync(join(project.folder, 'takes', takeId ?? '', 'video.mp4'))
    expect(opened.studio.resolveMedia(paths[0] ?? '')).toBeNull()
  })

  it('do not follow a link out of the project', async () => {
    const mediaId = await importFile(aFile('a.wav', 'sound'))
    const stored = join(project.folder, 'media', `${mediaId}.wav`)
    rmSync(stored)
    symlinkSync(aFile('secret.wav', 'secret'), stored)
    expect(existsSync(stored)).toBe(true)
    expect(opened.studio.resolveMedia(mediaPath(projectId, mediaId))).toBeNull()
  })
})

describe('pathInside', () => {
  it.each(['', '.', '..', '../x', 'a/../../x', '/etc/passwd', 'C:x', 'c:/x', 'a\\..\\x', 'a\0b', './..', 'a/..', 'media/../..'])('gives no path for %j', (relative) => {
    expect(pathInside(project.folder, relative)).toBeNull()
  })
  it.each(['a', 'media/x.wav', 'a/b/../c', 'a/./b', '..a/b', 'a..b'])('gives one below the folder for %j', (relative) => {
    expect(pathInside(project.folder, relative)?.startsWith(`${project.folder}/`)).toBe(true)
  })
})
