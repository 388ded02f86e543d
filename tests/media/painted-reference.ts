/** What the painter itself makes of a frame: the yardstick for exported files. */
import { join } from 'node:path'
import { createCanvas, type Canvas } from '@napi-rs/canvas'
import type { RenderFrame, TakeLayer } from '#core/render/frame.ts'
import { compileSequence, frameAt } from '#core/render/graph.ts'
import { paintFrame } from '#core/render/paint.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import { registerFonts } from '#engine/media/canvas-fonts.ts'
import type { MediaTools } from '#engine/media-port.ts'
import { collect, type SampleProject } from './sample-project.ts'

/** rgb24 of one project frame, painted from the takes' files. */
export async function paintReference(tools: MediaTools, project: SampleProject, frame: number, preset: ExportPreset, markDrafts: boolean): Promise<Uint8Array> {
  registerFonts(null)
  const { width, height } = preset.frameSize
  const canvas = createCanvas(width, height)
  const rendered = frameAt(compileSequence(project.document, project.sequenceId), frame)
  const pictures = await readPictures(tools, project, rendered)
  paintFrame(canvas.getContext('2d'), rendered, preset.frameSize, (layer) => pictures.get(keyOf(layer)) ?? null, { markDrafts, safeArea: preset.safeArea })
  return withoutAlpha(canvas.data())
}

async function readPictures(tools: MediaTools, project: SampleProject, rendered: RenderFrame) {
  const pictures = new Map<string, { image: Canvas; width: number; height: number }>()
  for (const layer of rendered.layers) {
    if (layer.kind !== 'take') continue
    const take = project.document.takes[layer.takeId]
    if (!take) throw new Error('the sample project has its takes')
    const [picture] = await collect(tools.readVideoFrames(join(project.folder, take.video.file), { startFrame: layer.sourceFrame, frameCount: 1 }))
    const { width, height } = take.frameSize
    const image = createCanvas(width, height)
    const context = image.getContext('2d')
    const data = context.createImageData(width, height)
    data.data.set(withAlpha(picture ?? new Uint8Array()))
    context.putImageData(data, 0, 0)
    pictures.set(keyOf(layer), { image, width, height })
  }
  return pictures
}

function keyOf(layer: TakeLayer): string {
  return `${layer.takeId} ${layer.sourceFrame}`
}

function withAlpha(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255)
  for (let pixel = 0; pixel * 3 < rgb.length; pixel += 1) rgba.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4)
  return rgba
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let pixel = 0; pixel * 4 < rgba.length; pixel += 1) rgb.set(rgba.subarray(pixel * 4, pixel * 4 + 3), pixel * 3)
  return rgb
}
