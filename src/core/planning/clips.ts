/**
 * Which clips a take is made of. A pack makes clips of at most so many latent frames; what is longer is chained from clips
 * that overlap, each starting on the last latent frames of the one before (docs/operations.md).
 */

/** Latent frames, end exclusive, counted in the take: latent 0 is the take's first frame; what is negative is context before it. */
export interface LatentRange {
  readonly start: number
  readonly end: number
}

export interface ClipsInput {
  /** Latent frames that are to be made. */
  readonly unknown: LatentRange
  /** All that there is: what is made, what is kept of a parent, what leads in and out. */
  readonly all: LatentRange
  /** Latent frames of the pack's shortest and longest clip. */
  readonly minLatents: number
  readonly maxLatents: number
}

export interface Clip extends LatentRange {
  /** The latent frames that this clip makes; the others are given to it. A later clip of a chain makes the last one of the clip before again. */
  readonly made: LatentRange
}

/** Latent frames that a clip is shown of what comes before or behind it, besides the picture that it starts from. */
export const CONTEXT_LATENTS = 2

/** Latent frames that two clips of a chain both make. */
const REMADE_LATENTS = 1

/** One clip where all fits one, or where what is made does with its context; else a chain, of clips as equal as can be. */
export function clipsOf({ unknown, all, minLatents, maxLatents }: ClipsInput): readonly Clip[] {
  if (all.end - all.start <= maxLatents) return [{ ...all, made: unknown }]
  const context = Math.max(0, Math.min(CONTEXT_LATENTS, maxLatents - 2))
  // A clip that begins within the take has a picture for its first latent frame, then `context` true ones.
  const start = Math.max(all.start, unknown.start - context - 1)
  const end = Math.min(all.end, unknown.end + context)
  if (end - start <= maxLatents) return [{ ...centred({ start, end }, all, maxLatents), made: unknown }]
  return chained(start, unknown, end, context, minLatents, maxLatents)
}

/** The range with as much more around it as there is and fits. */
function centred({ start, end }: LatentRange, all: LatentRange, most: number): LatentRange {
  const room = most - (end - start)
  const before = Math.min(start - all.start, Math.max(Math.ceil(room / 2), room - (all.end - end)))
  return { start: start - before, end: Math.min(all.end, end + room - before) }
}

function chained(start: number, unknown: LatentRange, end: number, context: number, least: number, most: number): readonly Clip[] {
  const firstRoom = most - (unknown.start - start)
  // One latent frame is made by both clips, so that the pictures of one can fade into those of the other.
  const remade = most - context - 1 > REMADE_LATENTS + 1 ? REMADE_LATENTS : 0
  const laterRoom = most - context - 1 - remade
  const needed = end - unknown.start
  const count = 1 + Math.ceil((needed - firstRoom) / laterRoom)
  const spare = firstRoom + (count - 1) * laterRoom - needed
  // The first clip has nothing to be lengthened with; later ones begin earlier.
  const spareOfFirst = Math.min(Math.ceil(spare / count), most - least)
  const clips: Clip[] = []
  let next = unknown.start
  for (let index = 0; index < count; index++) {
    const room = index === 0 ? firstRoom : laterRoom
    const shorter = index === 0 ? spareOfFirst : evenShare(spare - spareOfFirst, count - 1, index - 1)
    const clipEnd = Math.min(end, next + room - shorter)
    const madeStart = index === 0 ? next : next - remade
    const clipStart = index === 0 ? start : Math.max(start, Math.min(madeStart - context - 1, clipEnd - least))
    const made = { start: madeStart, end: Math.min(clipEnd, unknown.end) }
    if (made.end > next) clips.push({ start: clipStart, end: clipEnd, made })
    next = clipEnd
  }
  return clips
}

/** What the part at `index` gets of `total` that is shared evenly in whole numbers. */
function evenShare(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0)
}
