/** What painting needs of a 2D canvas: a part that the browser's canvas and @napi-rs/canvas have in common. */
import type { FrameSize } from '../document/schema.ts'
import type { TakeLayer } from './frame.ts'

/** `Image` is whatever the host's drawImage takes. */
export interface PaintContext<Image> {
  globalAlpha: number
  fillStyle: unknown
  strokeStyle: unknown
  lineWidth: number
  lineJoin: string
  font: string
  textAlign: string
  textBaseline: string
  imageSmoothingEnabled: boolean
  imageSmoothingQuality: string
  save(): void
  restore(): void
  beginPath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  rect(x: number, y: number, width: number, height: number): void
  clip(): void
  translate(x: number, y: number): void
  rotate(radians: number): void
  stroke(): void
  fillRect(x: number, y: number, width: number, height: number): void
  drawImage(image: Image, sx: number, sy: number, sw: number, sh: number, dx: number, dy: number, dw: number, dh: number): void
  fillText(text: string, x: number, y: number): void
  strokeText(text: string, x: number, y: number): void
  measureText(text: string): { readonly width: number }
}

/** A decoded frame of a take, with its size in its own pixels. */
export interface Picture<Image> {
  readonly image: Image
  readonly width: number
  readonly height: number
}

/** Gives the picture of a layer; null where it is not at hand (offline media, or still decoding). */
export type PictureSource<Image> = (layer: TakeLayer) => Picture<Image> | null

/** Normalised margins that texts keep clear of. */
export interface SafeMargins {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

export interface PaintOptions {
  /** Paint a DRAFT mark over frames that show a draft. */
  readonly markDrafts: boolean
  readonly safeArea: SafeMargins
}

/** Margins where no platform asks for more. */
export const DEFAULT_SAFE_AREA: SafeMargins = Object.freeze({ top: 0.05, right: 0.05, bottom: 0.05, left: 0.05 })

export const DEFAULT_PAINT_OPTIONS: PaintOptions = Object.freeze({ markDrafts: true, safeArea: DEFAULT_SAFE_AREA })

export interface PixelRect { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** The part of a frame inside the margins, in pixels. */
export function safeRect({ width, height }: FrameSize, { top, right, bottom, left }: SafeMargins): PixelRect {
  return { x: left * width, y: top * height, width: (1 - left - right) * width, height: (1 - top - bottom) * height }
}
