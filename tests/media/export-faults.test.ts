/** Exports that cannot succeed say why, and leave the folder as it was. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadImage } from '@napi-rs/canvas'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ExportRequest } from '#contracts/engine-api.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { exportRequest, sampleProject, SMALL_PRESET, temporaryFolder, wavOf, withSound, type SampleProject } from './sample-project.ts'

const tools = createMediaTools()
let project: SampleProject
let folder = ''
beforeAll(async () => { project = await sampleProject(tools, [{ durationFrames: 24 }, { durationFrames: 24, name: 'The chase' }]) })
beforeEach(async () => { folder = await temporaryFolder() })
afterAll(() => tools.dispose())

function start(of: SampleProject, changes: Partial<ExportRequest> = {}, signal = new AbortController().signal) {
  return tools.exportSequence(exportRequest(of, join(folder, 'out.mp4'), changes), { signal, onProgress: () => undefined })
}

describe('an export that cannot be made', () => {
  it('names the shots that have no take', async () => {
    const unfinished = await sampleProject(tools, [{ durationFrames: 24 }, { durationFrames: 24, takeFrames: 0 }, { durationFrames: 24, takeFrames: 0, name: 'The end' }])
    await expect(start(unfinished)).rejects.toMatchObject({ code: 'EXPORT_BLOCKED', message: expect.stringMatching(/Shot 2.*The end/) })
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses a sequence without shots, and one that is not there', async () => {
    const empty = await sampleProject(tools, [])
    await expect(start(empty)).rejects.toMatchObject({ code: 'EXPORT_BLOCKED' })
    await expect(start(project, { sequenceId: 'seq_unknown1' })).rejects.toMatchObject({ code: 'EXPORT_BLOCKED' })
  })

  it('names the shot whose video is missing, and the one whose video was changed', async () => {
    const own = await sampleProject(tools, [{ durationFrames: 24 }, { durationFrames: 24, name: 'The chase' }])
    const [first, second] = Object.values(own.document.takes).map((take) => join(own.folder, take.video.file))
    const bytes = await readFile(second ?? '')
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
    await writeFile(second ?? '', bytes)
    await expect(start(own)).rejects.toMatchObject({ code: 'MEDIA_CORRUPT', message: expect.stringContaining('The chase') })
    await rm(first ?? '')
    await expect(start(own)).rejects.toMatchObject({ code: 'MEDIA_MISSING', message: expect.stringContaining('Shot 1') })
    expect(await readdir(folder)).toEqual([])
  })

  it('names the sound that is missing or changed', async () => {
    const sounding = await withSound(project, wavOf(1, 48_000, 2, () => 0), { startFrame: 0, durationFrames: 24 })
    const stored = Object.values(sounding.document.media)[0]?.stored.file ?? ''
    await writeFile(join(sounding.folder, stored), 'no sound')
    await expect(start(sounding)).rejects.toMatchObject({ code: 'MEDIA_CORRUPT', message: expect.stringContaining('Music') })
    await rm(join(sounding.folder, stored))
    await expect(start(sounding)).rejects.toMatchObject({ code: 'MEDIA_MISSING', message: expect.stringContaining('Music') })
  })

  it('refuses to overwrite unless told to, and then replaces the file in one step', async () => {
    await writeFile(join(folder, 'out.mp4'), 'earlier')
    const stages: string[] = []
    const refused = tools.exportSequence(exportRequest(project, join(folder, 'out.mp4')), { signal: new AbortController().signal, onProgress: ({ stage }) => stages.push(stage) })
    await expect(refused).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(stages).not.toContain('composing')
    expect(await readFile(join(folder, 'out.mp4'), 'utf8')).toBe('earlier')
    await expect(start(project, { overwrite: true })).resolves.toMatchObject({ frameCount: 48 })
    expect(await readdir(folder)).toEqual(['out.mp4'])
  })

  it('says which folder cannot be written to', async () => {
    await writeFile(join(folder, 'a-file'), '')
    await expect(start(project, { outputFile: join(folder, 'a-file', 'out.mp4') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE', message: expect.stringContaining('out.mp4') })
    await expect(start(project, { outputFile: join(folder, 'absent', 'out.mp4') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
  })

  it('sees before it begins that the disk has no room', async () => {
    const greedy = { ...SMALL_PRESET, video: { ...SMALL_PRESET.video, maxBitrateKbps: 1e15 } }
    await expect(start(project, { preset: greedy })).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses odd frame sizes', async () => {
    await expect(start(project, { preset: { ...SMALL_PRESET, frameSize: { width: 217, height: 384 } } })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('leaves no partial file and the earlier one intact when it is cancelled, at whatever point', async () => {
    await writeFile(join(folder, 'out.mp4'), 'earlier')
    for (const stage of ['verifying', 'decoding', 'composing', 'encoding', 'checking']) {
      const controller = new AbortController()
      const running = tools.exportSequence(exportRequest(project, join(folder, 'out.mp4'), { overwrite: true }), {
        signal: controller.signal,
        onProgress: (progress) => { if (progress.stage === stage) controller.abort() },
      })
      await expect(running, stage).rejects.toMatchObject({ name: 'CancelledError' })
      expect(await readdir(folder), stage).toEqual(['out.mp4'])
      expect(await readFile(join(folder, 'out.mp4'), 'utf8')).toBe('earlier')
    }
  })
})

describe('the contact sheet', () => {
  it('is a picture beside the video', async () => {
    const sheet = join(folder, 'sheet.jpg')
    await expect(start(project, { contactSheetFile: sheet })).resolves.toMatchObject({ contactSheetFile: sheet })
    const image = await loadImage(sheet)
    expect(image.width).toBeGreaterThan(600)
    expect(image.height).toBeGreaterThan(400)
    expect((await readdir(folder)).toSorted()).toEqual(['out.mp4', 'sheet.jpg'])
  })

  it('is not written over another file either', async () => {
    const sheet = join(folder, 'sheet.png')
    await writeFile(sheet, 'earlier')
    await expect(start(project, { contactSheetFile: sheet })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(await readdir(folder)).toEqual(['sheet.png'])
  })
})
