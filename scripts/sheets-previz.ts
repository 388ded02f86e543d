/**
 * `npm run sheets:previz`: contact sheets of 40 held-out prompts in docs/previz/, made by the studio's own engine.
 * A row a prompt: five frames over time under the prompt and the camera move. Clips are shared with `npm run eval:previz`.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import type { SKRSContext2D } from '@napi-rs/canvas'
import { describeMove } from '#core/camera/moves.ts'
import { UI_FONT } from '#core/render/fonts.ts'
import { registerFonts } from '#engine/media/canvas-fonts.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import type { MediaTools } from '#engine/media-port.ts'
import { REPOSITORY, readHeldOut } from './previz/held-out.ts'
import type { HeldOutPrompt } from './previz/held-out.ts'
import { makeClips } from './previz/make-clips.ts'
import type { MadeClip } from './previz/make-clips.ts'

const PROMPTS = 40
const ROWS_A_SHEET = 10
const FRAMES = [0, 4, 8, 12, 16]
/** Height of a picture in a row: the 96 rows of a wide clip, doubled. */
const PICTURE_PX = 192
const LABEL_PX = 40
const GAP_PX = 6
const MAX_BYTES = 1.5e6

const say = (line: string): void => void process.stdout.write(`${line}\n`)
registerFonts(null)
const { clips } = await makeClips(readHeldOut(PROMPTS), say)
const folder = join(REPOSITORY, 'docs/previz')
mkdirSync(folder, { recursive: true })
const media = createMediaTools()
try {
  for (let sheet = 0; sheet * ROWS_A_SHEET < clips.length; sheet++) {
    const file = join(folder, `sheet-${sheet + 1}.jpg`)
    await writeSheet(file, clips.slice(sheet * ROWS_A_SHEET, (sheet + 1) * ROWS_A_SHEET), media)
    say(`${file}, ${(statSync(file).size / 1e6).toFixed(2)} MB`)
  }
} finally {
  media.dispose()
}

async function writeSheet(file: string, rows: readonly MadeClip[], media: MediaTools): Promise<void> {
  const widest = FRAMES.length * (PICTURE_PX * 160 / 96 + GAP_PX) + GAP_PX
  const canvas = createCanvas(Math.round(widest), rows.length * (PICTURE_PX + LABEL_PX + GAP_PX))
  const context = canvas.getContext('2d')
  context.fillStyle = '#16171a'
  context.fillRect(0, 0, canvas.width, canvas.height)
  for (const [row, clip] of rows.entries()) await drawRow(context, row * (PICTURE_PX + LABEL_PX + GAP_PX), clip, media)
  writeFileSync(file, smallEnough((quality) => canvas.toBuffer('image/jpeg', quality)))
}

async function drawRow(context: SKRSContext2D, top: number, { prompt, compiledPrompt, videoFile }: MadeClip, media: MediaTools): Promise<void> {
  context.fillStyle = '#e8e8ec'
  context.font = `600 17px ${UI_FONT}`
  context.fillText(`${prompt.id}  ${compiledPrompt}`, GAP_PX, top + 26)
  const said = context.measureText(`${prompt.id}  ${compiledPrompt}`).width
  context.fillStyle = '#f0b429'
  context.fillText(cameraOf(prompt), GAP_PX + said + 24, top + 26)
  let left = GAP_PX
  let index = 0
  for await (const frame of media.readVideoFrames(videoFile)) {
    if (FRAMES.includes(index++)) left = drawPicture(context, frame, prompt, left, top + LABEL_PX)
  }
}

/** Enlarged as the viewer does it: smoothed. Returns where the next picture starts. */
function drawPicture(context: SKRSContext2D, rgb: Uint8Array, { width, height }: HeldOutPrompt, left: number, top: number): number {
  const picture = createCanvas(width, height)
  const pixels = picture.getContext('2d').createImageData(width, height)
  for (let i = 0; i < width * height; i++) pixels.data.set([rgb[i * 3] as number, rgb[i * 3 + 1] as number, rgb[i * 3 + 2] as number, 255], i * 4)
  picture.getContext('2d').putImageData(pixels, 0, 0)
  const shownWidth = Math.round((PICTURE_PX * width) / height)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, left, top, shownWidth, PICTURE_PX)
  return left + shownWidth + GAP_PX
}

function cameraOf({ camera: { preset, amount, lensMm } }: HeldOutPrompt): string {
  return `${describeMove({ kind: 'preset', preset, amount, easing: 'linear' })}, ${lensMm} mm`
}

function smallEnough(encode: (quality: number) => Buffer): Buffer {
  for (let quality = 90; ; quality -= 5) {
    const bytes = encode(quality)
    if (bytes.byteLength < MAX_BYTES || quality <= 40) return bytes
  }
}
