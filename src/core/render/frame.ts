/** What one output frame consists of: layers, back to front, that the preview and the export paint with the same code. */
import type { CaptionId, ShotId, TakeId, TitleId } from '../document/ids.ts'

/** Normalised to the frame: origin top left, 0 to 1. */
export interface NormalisedRect { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Where an output frame looks into a picture; see WindowKeyframe of the document for the terms. */
export interface PictureWindow {
  /** Normalised to the picture. */
  readonly centreX: number
  readonly centreY: number
  readonly zoom: number
  /** Degrees, clockwise. */
  readonly rotation: number
}

/** A frame of a take, scaled to cover the output frame. */
export interface TakeLayer {
  readonly kind: 'take'
  readonly shotId: ShotId
  readonly takeId: TakeId
  /** Index into the take's own frames. */
  readonly sourceFrame: number
  readonly opacity: number
  /** Only this part of the output frame is painted (wipes); null paints all. */
  readonly clip: NormalisedRect | null
  /** Windows in equal parts of the frame's exposure: several where motion blurs it; null is the middle, as large as fits. */
  readonly windows: readonly PictureWindow[] | null
  readonly isDraft: boolean
}

/** A shot that has no take yet: the preview paints a slate, the export refuses. */
export interface SlateLayer {
  readonly kind: 'slate'
  readonly shotId: ShotId
  readonly heading: string
  readonly prompt: string
  readonly opacity: number
  readonly clip: NormalisedRect | null
}

export interface ColourLayer { readonly kind: 'colour'; readonly colour: string; readonly opacity: number }

export interface TextLayer {
  readonly kind: 'text'
  readonly sourceId: TitleId | CaptionId
  readonly role: 'title' | 'caption'
  readonly text: string
  readonly opacity: number
  /** Text height as a fraction of the frame height. */
  readonly size: number
  readonly position: 'centre' | 'upper' | 'lower'
}

export type RenderLayer = TakeLayer | SlateLayer | ColourLayer | TextLayer

export interface RenderFrame {
  /** Index on the sequence's timeline, in project frames. */
  readonly frame: number
  readonly layers: readonly RenderLayer[]
}
