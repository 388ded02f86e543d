/** Encoding beside the painter's thread: the same file as without, errors and cancellations pass through, equal frames cross once. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { encodePainted, type PaintedVideo } from '#engine/media/encode-in-thread.ts'
import { BT709_TAGS } from '#engine/media/video-writer.ts'
import { rgbaToYuv420, yuv420Bytes } from '#engine/media/yuv.ts'
import { temporaryFolder } from './sample-project.ts'

const SIZE = { width: 64, height: 48 }
const never = new AbortController().signal
const tools = createMediaTools()
let folder = ''
let ffmpeg = ''
beforeAll(async () => {
  folder = await temporaryFolder()
  ffmpeg = (await tools.tools()).ffmpeg
})
afterAll(() => tools.dispose())

function grey(level: number): Uint8Array {
  return new Uint8Array(SIZE.width * SIZE.height * 4).fill(level).map((value, index) => (index % 4 === 3 ? 255 : value))
}

function videoOf(frames: AsyncIterable<Uint8Array>): PaintedVideo {
  return { frames, frameSize: SIZE, frameRate: { num: 24, den: 1 }, otherInputs: [], outputOptions: ['-c:v', 'libx264', '-threads', '1', ...BT709_TAGS, '-fflags', '+bitexact', '-f', 'mp4'] }
}

/** Each level three times, as one buffer. */
async function* levels(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    const frame = grey((index * 37) % 256)
    yield frame
    yield frame
    yield frame
  }
}

describe('encoding in a thread', () => {
  it('writes the same bytes as without one, frame by frame what was painted', async () => {
    const [there, here] = [join(folder, 'there.mp4'), join(folder, 'here.mp4')]
    await encodePainted(ffmpeg, videoOf(levels(12)), there, never)
    await encodePainted(ffmpeg, videoOf(levels(12)), here, never, null)
    expect((await readFile(there)).equals(await readFile(here))).toBe(true)
    let index = 0
    for await (const frame of tools.readVideoFrames(there)) {
      expect(Math.abs((frame[3_000] ?? 0) - ((Math.floor(index / 3) * 37) % 256))).toBeLessThanOrEqual(4)
      index += 1
    }
    expect(index).toBe(36)
  })

  it('works without its thread where that does not start', async () => {
    const broken = join(folder, 'broken.js')
    await writeFile(broken, 'throw new Error("no thread today")')
    await encodePainted(ffmpeg, videoOf(levels(2)), join(folder, 'alone.mp4'), never, broken)
    expect((await tools.probe(join(folder, 'alone.mp4'))).video?.frameCount).toBe(6)
  })

  it('passes on what the painter threw, and why ffmpeg stopped', async () => {
    async function* failing() {
      yield grey(1)
      throw new RangeError('no such picture')
    }
    await expect(encodePainted(ffmpeg, videoOf(failing()), join(folder, 'a.mp4'), never)).rejects.toThrow('no such picture')
    const misled = { ...videoOf(levels(400)), outputOptions: ['-c:v', 'no-such-codec', '-f', 'mp4'] }
    await expect(encodePainted(ffmpeg, misled, join(folder, 'b.mp4'), never)).rejects.toMatchObject({ code: 'FFMPEG_FAILED', detail: expect.stringContaining('no-such-codec') })
  })

  it('tells its source when it is cancelled, wherever it waits', async () => {
    for (const abortAt of [0, 1, 40]) {
      const controller = new AbortController()
      let isSourceEnded = false
      async function* endless() {
        try {
          for (let index = 0; ; index += 1) {
            if (index === abortAt) controller.abort()
            yield grey(index % 256)
          }
        } finally {
          isSourceEnded = true
        }
      }
      await expect(encodePainted(ffmpeg, videoOf(endless()), join(folder, 'c.mp4'), controller.signal)).rejects.toMatchObject({ name: 'CancelledError' })
      expect(isSourceEnded).toBe(true)
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('conversion to BT.709', () => {
  it('agrees with the formula of the recommendation to one level', () => {
    const size = { width: 16, height: 8 }
    const rgba = new Uint8Array(16 * 8 * 4).map((_, index) => (index % 4 === 3 ? 255 : (Math.floor(index / 64) * 91 + index * 53) % 256))
    const planes = new Uint8Array(yuv420Bytes(size))
    rgbaToYuv420(rgba, size, planes)
    const at = (x: number, y: number): readonly [number, number, number] => {
      const base = (y * 16 + Math.max(0, x)) * 4
      return [rgba[base] ?? 0, rgba[base + 1] ?? 0, rgba[base + 2] ?? 0]
    }
    const luma = ([r, g, b]: readonly [number, number, number]): number => 0.2126 * r + 0.7152 * g + 0.0722 * b
    for (let y = 0; y < 8; y += 1) for (let x = 0; x < 16; x += 1) expect(Math.abs((planes[y * 16 + x] ?? 0) - (16 + (luma(at(x, y)) * 219) / 255))).toBeLessThanOrEqual(1)
    for (let y = 0; y < 4; y += 1) {
      for (let x = 0; x < 8; x += 1) {
        const weighted = [[-1, 1], [0, 2], [1, 1]].flatMap(([dx, weight]) => [0, 1].map((dy) => ({ pixel: at(2 * x + (dx ?? 0), 2 * y + dy), weight: (weight ?? 0) / 8 })))
        const mean = [0, 1, 2].map((channel) => weighted.reduce((sum, { pixel, weight }) => sum + (pixel[channel] ?? 0) * weight, 0)) as unknown as [number, number, number]
        const [cb, cr] = [128 + (((mean[2] - luma(mean)) / 1.8556) * 224) / 255, 128 + (((mean[0] - luma(mean)) / 1.5748) * 224) / 255]
        expect(Math.abs((planes[128 + y * 8 + x] ?? 0) - cb)).toBeLessThanOrEqual(1)
        expect(Math.abs((planes[160 + y * 8 + x] ?? 0) - cr)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('gives greys no colour, and white and black the ends of the range', () => {
    for (const [level, expected] of [[0, 16], [255, 235], [128, 126]] as const) {
      const planes = new Uint8Array(yuv420Bytes(SIZE))
      rgbaToYuv420(grey(level), SIZE, planes)
      expect(new Set(planes.subarray(0, SIZE.width * SIZE.height))).toEqual(new Set([expected]))
      expect(new Set(planes.subarray(SIZE.width * SIZE.height))).toEqual(new Set([128]))
    }
  })
})
