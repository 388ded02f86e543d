/** Composition guides as lines on a normalised frame: what the viewer draws over the picture. */
import type { FrameSize } from '../document/schema.ts'

/** Normalised to the frame: origin top left, 0 to 1. */
export interface GuideLine { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }

export const GUIDE_KINDS = ['thirds', 'golden', 'centre', 'diagonals', 'triangles', 'quarters'] as const
export type GuideKind = (typeof GUIDE_KINDS)[number]

export interface GuideInfo { readonly kind: GuideKind; readonly label: string }

/** Names for menus, in their order. */
export const GUIDES: readonly GuideInfo[] = Object.freeze([
  { kind: 'thirds', label: 'Rule of thirds' },
  { kind: 'golden', label: 'Golden section' },
  { kind: 'centre', label: 'Centre cross' },
  { kind: 'diagonals', label: 'Diagonals' },
  { kind: 'triangles', label: 'Golden triangles' },
  { kind: 'quarters', label: 'Quarters' },
])

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The lines of a guide. Only golden triangles depend on the frame's shape: their short lines meet the diagonal at right angles. */
export function guideLines(kind: GuideKind, frameSize: FrameSize): readonly GuideLine[] {
  switch (kind) {
    case 'thirds': return grid([1 / 3, 2 / 3])
    case 'golden': return grid([1 - GOLDEN, GOLDEN])
    case 'centre': return grid([0.5])
    case 'quarters': return grid([0.25, 0.5, 0.75])
    case 'diagonals': return [line(0, 0, 1, 1), line(0, 1, 1, 0)]
    case 'triangles': return triangles(frameSize)
  }
}

/** Where the guide's lines cross inside the frame: what a subject is placed on. */
export function powerPoints(kind: 'thirds' | 'golden'): readonly { readonly x: number; readonly y: number }[] {
  const [near, far] = kind === 'thirds' ? [1 / 3, 2 / 3] : [1 - GOLDEN, GOLDEN]
  return [{ x: near, y: near }, { x: far, y: near }, { x: near, y: far }, { x: far, y: far }]
}

function grid(shares: readonly number[]): GuideLine[] {
  return shares.flatMap((share) => [line(share, 0, share, 1), line(0, share, 1, share)])
}

function triangles({ width, height }: FrameSize): GuideLine[] {
  // The foot of the perpendicular from the lower left corner onto the diagonal from the upper left one, in shares of it.
  const foot = (height * height) / (width * width + height * height)
  return [line(0, 0, 1, 1), line(0, 1, foot, foot), line(1, 0, 1 - foot, 1 - foot)]
}

function line(x1: number, y1: number, x2: number, y2: number): GuideLine {
  return { x1, y1, x2, y2 }
}
