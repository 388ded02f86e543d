/** What planning needs to know of a model pack: the fields of a pack's summary that decide pixels and cost. */
import type { FrameRate, FrameSize } from '../document/schema.ts'

export type PackCamera = 'none' | 'prompt' | 'flow' | 'pluecker'

export interface PackAbilities {
  readonly firstFrame: boolean
  readonly lastFrame: boolean
  readonly latentMask: boolean
  readonly negativePrompt: boolean
}

/** Words that a pack with a closed vocabulary knows, and what it maps other words to. */
export interface KnownWords {
  readonly known: readonly string[]
  readonly synonyms: Readonly<Record<string, string>>
}

/** A pack summary of the studio contract fits this type as it is. */
export interface PackFacts {
  readonly packId: string
  readonly name?: string
  /** sha256 over the hashes of the pack's components; null where the pack cannot be read. */
  readonly packDigest: string | null
  /** Absent counts as ready. */
  readonly state?: 'ready' | 'corrupt' | 'missing'
  /** Frame sizes that the pack can make. */
  readonly sizes: readonly FrameSize[]
  readonly frameRate: FrameRate
  readonly minFrames: number
  readonly maxFrames: number
  /** Frame counts are `frameStep` × k + 1. */
  readonly frameStep: number
  readonly steps: number
  readonly guidanceScale: number
  readonly camera: PackCamera
  readonly promptDialect: string
  readonly abilities: PackAbilities
  /** null where the pack knows an open vocabulary. */
  readonly knownWords: KnownWords | null
  /** Measured on this machine; null before the first run. */
  readonly secondsPerStep: number | null
  /** Makes drafts only. */
  readonly isDraft: boolean
}

/** A pack that can be run: its files are whole and its digest is known. */
export type UsablePack = PackFacts & { readonly packDigest: string }

/** The pack of that id if it can be run, else null. */
export function findUsablePack(packs: readonly PackFacts[], packId: string): UsablePack | null {
  const pack = packs.find((candidate) => candidate.packId === packId)
  if (!pack || pack.packDigest === null || (pack.state ?? 'ready') !== 'ready') return null
  return pack as UsablePack
}
