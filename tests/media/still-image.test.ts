/** Stills: scaled to cover, cropped at the centre; JPEG thumbnails. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { meanDifference } from './picture-likeness.ts'
import { movingDisc, paintedFrame, paintedFrames, sha256Of, TAKE_SIZE, temporaryFolder } from './sample-project.ts'

const tools = createMediaTools()
let folder = ''
beforeAll(async () => { folder = await temporaryFolder() })
afterAll(() => tools.dispose())

/** Three upright stripes: red, green, blue. */
async function stripes(name: string, format: 'png' | 'jpeg' | 'webp'): Promise<string> {
  const canvas = createCanvas(300, 100)
  const context = canvas.getContext('2d')
  for (const [index, colour] of ['#ff0000', '#00ff00', '#0000ff'].entries()) {
    context.fillStyle = colour
    context.fillRect(index * 100, 0, 100, 100)
  }
  await writeFile(join(folder, name), format === 'png' ? await canvas.encode('png') : await canvas.encode(format, 100))
  return join(folder, name)
}

describe('readImage', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('covers the frame from the middle of a %s', async (format) => {
    const picture = await tools.readImage(await stripes(`stripes%d.${format}`, format), { width: 40, height: 80 })
    expect(picture.length).toBe(40 * 80 * 3)
    const centre = (40 * 40 + 20) * 3
    expect([...picture.subarray(centre, centre + 3)].map((value, channel) => Math.abs(value - [0, 255, 0][channel]!) < 12)).toEqual([true, true, true])
    expect(picture[1]).toBeGreaterThan(240)
  })

  it('gives the last frame of a clip', async () => {
    const disc = movingDisc([255, 255, 255])
    const file = join(folder, 'clip.mp4')
    await tools.writeVideo({ file, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(25, TAKE_SIZE, disc), new AbortController().signal)
    const last = await tools.readImage(file, TAKE_SIZE)
    const toLast = meanDifference(last, paintedFrame(24, TAKE_SIZE, disc))
    expect(toLast).toBeLessThan(1)
    expect(meanDifference(last, paintedFrame(23, TAKE_SIZE, disc))).toBeGreaterThan(2 * toLast)
  })

  it('names a picture that is not there or is none', async () => {
    await expect(tools.readImage(join(folder, 'absent.png'), TAKE_SIZE)).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
    await writeFile(join(folder, 'broken.png'), Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(40)]))
    await expect(tools.readImage(join(folder, 'broken.png'), TAKE_SIZE)).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
  })
})

describe('writeJpeg', () => {
  it('writes a picture that looks the same, scaled down and never up', async () => {
    const size = { width: 200, height: 100 }
    const picture = paintedFrame(0, size, (x) => (x < 100 ? [250, 10, 10] : [10, 10, 250]))
    const file = join(folder, 'thumb.jpg')
    const written = await tools.writeJpeg(file, picture, size, { maxEdge: 64 })
    expect(written).toEqual({ bytes: (await readFile(file)).length, sha256: await sha256Of(file) })
    const image = await loadImage(file)
    expect([image.width, image.height]).toEqual([64, 32])
    await tools.writeJpeg(file, picture, size, { maxEdge: 1_000 })
    expect((await loadImage(file)).width).toBe(200)
    const back = await tools.readImage(file, size)
    expect(meanDifference(back, picture)).toBeLessThan(4)
  })

  it('refuses half a picture', async () => {
    await expect(tools.writeJpeg(join(folder, 'half.jpg'), new Uint8Array(10), { width: 4, height: 4 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
