/** Transitions as layers: what the two shots of an overlap contribute to each of its frames. */
import type { TransitionKind } from '../document/schema.ts'
import { assertNever } from '../errors.ts'
import type { ColourLayer, NormalisedRect, SlateLayer, TakeLayer } from './frame.ts'

export type PictureLayer = TakeLayer | SlateLayer

/** Dip reaches its colour after this share of the overlap, holds it, and leaves it for as long; fade only touches it. */
const DIP_RAMP = 1 / 3

/** How far a transition is at one of its frames: neither the first nor the last is a pure picture, so every frame counts. */
export function transitionProgress(frameInTransition: number, durationFrames: number): number {
  return (frameInTransition + 1) / (durationFrames + 1)
}

/** Layers of one frame of a transition, back to front; both pictures come in opaque and unclipped. */
export function transitionLayers(kind: TransitionKind, progress: number, colour: string, outgoing: PictureLayer, incoming: PictureLayer): readonly (PictureLayer | ColourLayer)[] {
  switch (kind) {
    case 'dissolve': return [outgoing, { ...incoming, opacity: progress }]
    case 'wipe': return [outgoing, { ...incoming, clip: leftPart(progress) }]
    case 'fade': return throughColour(colour, 2 * Math.min(progress, 1 - progress), progress, outgoing, incoming)
    case 'dip': return throughColour(colour, Math.min(progress, 1 - progress) / DIP_RAMP, progress, outgoing, incoming)
    default: return assertNever(kind)
  }
}

function throughColour(colour: string, cover: number, progress: number, outgoing: PictureLayer, incoming: PictureLayer): readonly (PictureLayer | ColourLayer)[] {
  const picture = progress < 0.5 ? outgoing : incoming
  return [picture, { kind: 'colour', colour, opacity: Math.min(1, cover) }]
}

function leftPart(width: number): NormalisedRect {
  return { x: 0, y: 0, width, height: 1 }
}
