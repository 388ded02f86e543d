/** Takes: what is written is what is read, exactly timed, and nothing is left behind when it fails. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { findFfmpeg } from '#engine/media/ffmpeg-location.ts'
import { checkVideo } from '#engine/media/video-writer.ts'
import type { FrameRate } from '#core/document/schema.ts'
import { meanDifference, ssim } from './picture-likeness.ts'
import { collect, movingDisc, paintedFrame, paintedFrames, sha256Of, TAKE_SIZE, temporaryFolder, type PaintPixel } from './sample-project.ts'

const tools = createMediaTools()
const never = new AbortController().signal
const disc = movingDisc([255, 160, 80])
let folder = ''
beforeAll(async () => { folder = await temporaryFolder() })
afterAll(() => tools.dispose())

async function readAll(file: string, options = {}): Promise<Uint8Array[]> {
  return collect(tools.readVideoFrames(file, options))
}

describe('writing and reading takes', () => {
  it('keeps every frame, in order, close to what went in', async () => {
    const file = join(folder, 'round-trip.mp4')
    const written = await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(33, TAKE_SIZE, disc), never)
    expect(written).toEqual({ frameCount: 33, bytes: (await readFile(file)).length, sha256: await sha256Of(file) })
    const frames = await readAll(file)
    expect(frames).toHaveLength(33)
    for (const [index, frame] of frames.entries()) {
      const original = paintedFrame(index, TAKE_SIZE, disc)
      expect(ssim(frame, original, TAKE_SIZE)).toBeGreaterThan(0.98)
      expect(meanDifference(frame, original)).toBeLessThan(2)
    }
  })

  it('keeps colours within 3 levels, dark and bright, saturated and grey', async () => {
    const patches = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [200, 120, 30], [20, 30, 200], [128, 128, 128], [255, 255, 255], [0, 0, 0], [240, 200, 160], [16, 16, 16]] as const
    const patchAt: PaintPixel = (x, y) => patches[Math.floor(y / 32) * 2 + Math.floor(x / 48)] ?? [0, 0, 0]
    const file = join(folder, 'patches.mp4')
    await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 24, den: 1 } }, paintedFrames(5, TAKE_SIZE, patchAt), never)
    for (const frame of await readAll(file)) {
      for (const [index, patch] of patches.entries()) {
        const at = ((Math.floor(index / 2) * 32 + 16) * TAKE_SIZE.width + (index % 2) * 48 + 24) * 3
        for (const channel of [0, 1, 2] as const) expect(Math.abs((frame[at + channel] ?? 0) - patch[channel]), `patch ${patch} channel ${channel}`).toBeLessThanOrEqual(3)
      }
    }
  })

  it.each<FrameRate>([{ num: 24, den: 1 }, { num: 24_000, den: 1_001 }, { num: 16, den: 1 }, { num: 25, den: 2 }])('times every frame exactly at $num/$den', async (frameRate) => {
    const file = join(folder, `rate-${frameRate.num}-${frameRate.den}.mp4`)
    await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate }, paintedFrames(30, TAKE_SIZE, disc), never)
    const { video, durationSeconds } = await tools.probe(file)
    expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', frameRate, frameCount: 30, isVariableFrameRate: false, frameSize: TAKE_SIZE })
    expect(durationSeconds).toBeCloseTo((30 * frameRate.den) / frameRate.num, 2)
  })

  it('puts the index in front of the pictures', async () => {
    const file = join(folder, 'faststart.mp4')
    await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(9, TAKE_SIZE, disc), never)
    const bytes = await readFile(file)
    expect(bytes.indexOf('moov')).toBeGreaterThan(0)
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
  })

  it('keeps every pixel of odd sizes', async () => {
    const odd = { width: 97, height: 61 }
    const file = join(folder, 'odd.mp4')
    await tools.writeVideo({ file, frameSize: odd, frameRate: { num: 8, den: 1 } }, paintedFrames(3, odd, disc), never)
    expect((await tools.probe(file)).video?.frameSize).toEqual(odd)
    const frames = await readAll(file)
    expect(frames).toHaveLength(3)
    expect(meanDifference(frames[2] ?? new Uint8Array(), paintedFrame(2, odd, disc))).toBeLessThan(2)
  })

  it('takes names that mean something to ffmpeg or to a shell as mere names', async () => {
    for (const name of ['100%d shot.mp4', "it's; a 'quote' $(x).mp4", '-i.mp4', 'concat:a|b.mp4', '夜 🚗.mp4', `${'long'.repeat(60)}.mp4`]) {
      const file = join(folder, name)
      await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(2, TAKE_SIZE, disc), never)
      expect(await readAll(file)).toHaveLength(2)
      expect(await readdir(folder)).toContain(name)
    }
  })

  it('reads just the range that is asked for, scaled and cropped to cover', async () => {
    const file = join(folder, 'range.mp4')
    await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(20, TAKE_SIZE, disc), never)
    const ranged = await readAll(file, { startFrame: 7, frameCount: 4 })
    expect(ranged).toHaveLength(4)
    expect(meanDifference(ranged[0] ?? new Uint8Array(), paintedFrame(7, TAKE_SIZE, disc))).toBeLessThan(2)
    const square = await readAll(file, { frameSize: { width: 48, height: 48 }, startFrame: 19 })
    expect(square.map((frame) => frame.length)).toEqual([48 * 48 * 3])
  })

  it('ends the decoder when the loop is left early', async () => {
    const file = join(folder, 'early.mp4')
    await tools.writeVideo({ file, frameSize: { width: 320, height: 320 }, frameRate: { num: 24, den: 1 } }, paintedFrames(60, { width: 320, height: 320 }, disc), never)
    let count = 0
    for await (const _frame of tools.readVideoFrames(file)) if ((count += 1) === 3) break
    expect(count).toBe(3)
    expect(await childProcesses()).toEqual([])
  })

  it('pulls frames no faster than the encoder takes them', async () => {
    const size = { width: 640, height: 640 }
    let produced = 0
    let aheadAtMost = 0
    const frame = paintedFrame(0, size, disc)
    async function* counted() {
      for (; produced < 80; produced += 1) {
        aheadAtMost = Math.max(aheadAtMost, process.memoryUsage().arrayBuffers)
        yield Uint8Array.from(frame)
      }
    }
    const before = process.memoryUsage().arrayBuffers
    await tools.writeVideo({ file: join(folder, 'pressure.mp4'), frameSize: size, frameRate: { num: 24, den: 1 } }, counted(), never)
    // 80 frames are 98 MB; what is in flight (and not yet collected) must stay a fraction of that.
    expect(aheadAtMost - before).toBeLessThan(60 * frame.length)
  })
})

describe('failing to write a take', () => {
  const request = { frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }

  it('leaves nothing behind, and an earlier file as it was, when a frame has the wrong size', async () => {
    const own = await temporaryFolder()
    await writeFile(join(own, 'take.mp4'), 'earlier')
    async function* broken() {
      yield paintedFrame(0, TAKE_SIZE, disc)
      yield new Uint8Array(5)
    }
    await expect(tools.writeVideo({ file: join(own, 'take.mp4'), ...request }, broken(), never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await readdir(own)).toEqual(['take.mp4'])
    expect(await readFile(join(own, 'take.mp4'), 'utf8')).toBe('earlier')
  })

  it('passes on what the frames\' source threw', async () => {
    async function* broken() {
      yield paintedFrame(0, TAKE_SIZE, disc)
      throw new RangeError('the model fell over')
    }
    await expect(tools.writeVideo({ file: join(folder, 'thrown.mp4'), ...request }, broken(), never)).rejects.toThrow('the model fell over')
  })

  it('refuses a video without frames', async () => {
    await expect(tools.writeVideo({ file: join(folder, 'none.mp4'), ...request }, paintedFrames(0, TAKE_SIZE, disc), never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('stops at once when cancelled: no process, no file, and the source is told', async () => {
    const own = await temporaryFolder()
    const controller = new AbortController()
    let isSourceEnded = false
    async function* endless() {
      try {
        for (let frame = 0; ; frame += 1) {
          if (frame === 20) controller.abort()
          yield paintedFrame(frame, TAKE_SIZE, disc)
        }
      } finally {
        isSourceEnded = true
      }
    }
    await expect(tools.writeVideo({ file: join(own, 'cancelled.mp4'), ...request }, endless(), controller.signal)).rejects.toMatchObject({ name: 'CancelledError' })
    expect(await readdir(own)).toEqual([])
    expect(await childProcesses()).toEqual([])
    await expect.poll(() => isSourceEnded).toBe(true)
  })

  it('says which folder cannot be written to', async () => {
    await writeFile(join(folder, 'a-file'), '')
    for (const file of [join(folder, 'a-file', 'take.mp4'), join(folder, 'no-such-folder', 'take.mp4')]) {
      await expect(tools.writeVideo({ file, ...request }, paintedFrames(2, TAKE_SIZE, disc), never)).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    }
  })

  it('does not accept a written file that holds something else', async () => {
    const file = join(folder, 'checked.mp4')
    await tools.writeVideo({ file, ...request }, paintedFrames(9, TAKE_SIZE, disc), never)
    const ffmpeg = await findFfmpeg({ setting: null, env: {} }, never)
    const holds = { frameCount: 9, frameSize: TAKE_SIZE, frameRate: request.frameRate }
    await expect(checkVideo(ffmpeg, file, holds, never)).resolves.toMatchObject({ video: { frameCount: 9 } })
    for (const wrong of [{ frameCount: 10 }, { frameSize: { width: 96, height: 162 } }, { frameRate: { num: 9, den: 1 } }, { frameCount: 18, frameRate: { num: 16, den: 1 } }]) {
      await expect(checkVideo(ffmpeg, file, { ...holds, ...wrong }, never), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'FFMPEG_FAILED' })
    }
  })

  it('notices a damaged file when it is read', async () => {
    const file = join(folder, 'damaged.mp4')
    await tools.writeVideo({ file, ...request }, paintedFrames(20, TAKE_SIZE, disc), never)
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, Math.floor(bytes.length * 0.6)))
    await expect(readAll(file)).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
    await expect(readAll(join(folder, 'absent.mp4'))).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
  })
})

/** Programs that this process started and that still run (Linux; elsewhere the check is empty). */
async function childProcesses(): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '')
  const names = await Promise.all(children.trim().split(' ').filter(Boolean).map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  return names.filter((stat) => stat.includes('ffmpeg') && !stat.includes(') Z'))
}
