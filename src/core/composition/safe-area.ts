/** Safe areas and framings as rectangles on a normalised frame. */
import type { FrameSize } from '../document/schema.ts'
import type { ExportPreset } from '../export/preset.ts'
import type { NormalisedRect } from '../render/frame.ts'

export interface NamedArea {
  readonly id: string
  readonly label: string
  readonly rect: NormalisedRect
}

/** Margins as a rectangle. */
export function rectInside({ top, right, bottom, left }: ExportPreset['safeArea']): NormalisedRect {
  return { x: left, y: top, width: Math.max(0, 1 - left - right), height: Math.max(0, 1 - top - bottom) }
}

/** What a platform leaves free, in a project whose shape may differ from the preset's: the export is cropped evenly. */
export function presetSafeArea(preset: ExportPreset, projectSize: FrameSize): NamedArea {
  const shown = cropTo(projectSize, preset.frameSize)
  const inside = rectInside(preset.safeArea)
  return {
    id: preset.id, label: preset.name,
    rect: { x: shown.x + inside.x * shown.width, y: shown.y + inside.y * shown.height, width: inside.width * shown.width, height: inside.height * shown.height },
  }
}

/** Television's areas: action inside 90 %, titles inside 80 %. */
export const BROADCAST_AREAS: readonly NamedArea[] = Object.freeze([
  { id: 'action', label: 'Action safe', rect: { x: 0.05, y: 0.05, width: 0.9, height: 0.9 } },
  { id: 'title', label: 'Title safe', rect: { x: 0.1, y: 0.1, width: 0.8, height: 0.8 } },
])

/** The largest part of a frame that has another frame's shape, from the middle. */
export function cropTo(from: FrameSize, shape: FrameSize): NormalisedRect {
  const width = Math.min(1, (from.height * shape.width) / (from.width * shape.height))
  const height = Math.min(1, (from.width * shape.height) / (from.height * shape.width))
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height }
}
