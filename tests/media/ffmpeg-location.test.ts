/** Which ffmpeg is used, and what is said when none works. */
import { chmod, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { findFfmpeg } from '#engine/media/ffmpeg-location.ts'
import { temporaryFolder } from './sample-project.ts'

const never = new AbortController().signal
const bundled = (createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg') as { path: string }).path

describe('finding ffmpeg', () => {
  it('falls back to the bundled one, with both encoders proved', async () => {
    const found = await findFfmpeg({ setting: null, env: {} }, never)
    expect(found).toMatchObject({ ffmpeg: bundled, source: 'bundled', encoders: ['libx264', 'aac'] })
    expect(found.version).not.toBe('unknown')
  })

  it('prefers the setting (program or folder), then FFMPEG_PATH, then the PATH', async () => {
    const [own, environment, path] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()]
    for (const folder of [own, environment, path]) await symlink(bundled, join(folder, 'ffmpeg'))
    const env = { FFMPEG_PATH: join(environment, 'ffmpeg'), PATH: path }
    expect(await findFfmpeg({ setting: own, env }, never)).toMatchObject({ source: 'setting', ffmpeg: join(own, 'ffmpeg') })
    expect(await findFfmpeg({ setting: null, env }, never)).toMatchObject({ source: 'FFMPEG_PATH' })
    expect(await findFfmpeg({ setting: null, env: { PATH: path } }, never)).toMatchObject({ source: 'system', ffmpeg: join(path, 'ffmpeg') })
  })

  it('passes over an ffmpeg that starts but cannot encode, one that crashes, and one that is no program', async () => {
    const folder = await temporaryFolder()
    const fakes = { 'cannot-encode': '#!/bin/sh\n[ "$1" = -version ] && echo "ffmpeg version 9 fake" && exit 0\nexit 1\n', crashes: '#!/bin/sh\nkill -SEGV $$\n', garbage: 'not a program' }
    for (const [name, text] of Object.entries(fakes)) {
      await writeFile(join(folder, name), text)
      await chmod(join(folder, name), 0o755)
      expect(await findFfmpeg({ setting: join(folder, name), env: {} }, never), name).toMatchObject({ source: 'bundled' })
    }
    expect(await findFfmpeg({ setting: join(folder, 'absent'), env: {} }, never)).toMatchObject({ source: 'bundled' })
  })

  it('says what was tried, and what to do, where there is none', async () => {
    const folder = await temporaryFolder()
    const tools = createMediaTools({ ffmpegPath: join(folder, 'mine'), env: { PATH: folder, SHOTWRIGHT_NO_BUNDLED_FFMPEG: '1' } })
    for (const call of [() => tools.tools(), () => tools.probe(bundled), () => tools.readImage(bundled, { width: 16, height: 16 })]) {
      await expect(call()).rejects.toMatchObject({ code: 'FFMPEG_MISSING', remedy: expect.stringContaining('FFMPEG_PATH'), detail: expect.stringContaining(join(folder, 'mine')) })
    }
    // Found at the next call once it is there: no restart is needed.
    await symlink(bundled, join(folder, 'ffmpeg'))
    expect(await tools.tools()).toMatchObject({ source: 'system' })
    tools.dispose()
  })

  it('reports what it uses', async () => {
    const tools = createMediaTools({ env: {} })
    expect(await tools.tools()).toMatchObject({ ffmpeg: bundled, source: 'bundled', encoders: ['libx264', 'aac'], ffprobe: expect.stringContaining('ffprobe') })
    tools.dispose()
  })
})
