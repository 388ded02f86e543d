/** What long work costs: memory that does not grow with length, full disks, and leftovers of killed processes. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { movingDisc, paintedFrames, TAKE_SIZE, temporaryFolder } from './sample-project.ts'

const run = promisify(execFile)
const tools = createMediaTools()
const never = new AbortController().signal
const MEGABYTE = 1_000_000
afterAll(() => tools.dispose())

async function peakBytes(frames: number): Promise<number> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'export-memory-child.ts'), String(frames)])
  return Number(stdout)
}

describe('resources', () => {
  it('exports four times the length in about the same memory', async () => {
    const [short, long] = [await peakBytes(75), await peakBytes(300)]
    // 225 frames more are 829 MB of pixels.
    expect(long - short).toBeLessThan(64 * MEGABYTE)
  }, 120_000)

  it('says that the disk is full, and leaves nothing on it', async (context) => {
    const folder = join(await temporaryFolder(), 'small')
    await mkdir(folder)
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder]).then(() => true, () => false)
    if (!isMounted) return context.skip('mounting a small file system needs root')
    try {
      const size = { width: 320, height: 320 }
      const noise = paintedFrames(30, size, (x, y, frame) => [(x * 7919 + y * 104_729 + frame * 1_299_709) % 256, (x * y * 31 + frame) % 256, (x * 13 ^ y * 7) % 256])
      await expect(tools.writeVideo({ file: join(folder, 'take.mp4'), frameSize: size, frameRate: { num: 8, den: 1 } }, noise, never)).rejects.toMatchObject({ code: 'DISK_FULL' })
      expect(await readdir(folder)).toEqual([])
      await expect(tools.toneBed({ file: join(folder, 'music.wav'), seconds: 60, seed: 1, mood: 'calm' })).rejects.toMatchObject({ code: 'DISK_FULL', message: expect.stringMatching(/needs up to .* is free/) })
    } finally {
      await run('umount', [folder])
    }
  })

  it('sweeps what a killed process left, and only that', async () => {
    const folder = await temporaryFolder()
    const gone = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => gone.once('exit', resolve))
    const [leftover, fresh, living, foreign] = [`.shotwright-${gone.pid}-0123456789ab.part.mp4`, `.shotwright-${gone.pid}-ba9876543210.part.mp4`, `.shotwright-${process.pid}-0123456789ab.part.mp4`, '.shotwright-notes.part.mp4']
    const longAgo = new Date(Date.now() - 3_600_000)
    for (const name of [leftover, fresh, living, foreign]) {
      await writeFile(join(folder, name), 'x')
      if (name !== fresh) await utimes(join(folder, name), longAgo, longAgo)
    }
    await tools.writeVideo({ file: join(folder, 'take.mp4'), frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(2, TAKE_SIZE, movingDisc([255, 255, 255])), never)
    expect((await readdir(folder)).toSorted()).toEqual([living, fresh, foreign, 'take.mp4'].toSorted())
  })

  it('ends what still runs when the tools are disposed of', async () => {
    const own = createMediaTools()
    const folder = await temporaryFolder()
    async function* endless() {
      for (let frame = 0; ; frame += 1) {
        if (frame === 10) own.dispose()
        for await (const pixels of paintedFrames(1, TAKE_SIZE, movingDisc([255, 255, 255]))) yield pixels
      }
    }
    await expect(own.writeVideo({ file: join(folder, 'take.mp4'), frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, endless(), never)).rejects.toMatchObject({ name: 'CancelledError' })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('the one file that starts ffmpeg', () => {
  it('is the only one in the engine that knows of child processes and fluent-ffmpeg', async () => {
    const folder = join(import.meta.dirname, '../../src/engine/media')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
    const knowing = []
    for (const name of names) if (/fluent-ffmpeg'|node:child_process/.test(await readFile(join(folder, name), 'utf8'))) knowing.push(name)
    expect(knowing).toEqual(['ffmpeg-command.ts'])
  })
})
