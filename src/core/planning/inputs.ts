/** What a shot is generated from: everything that decides its pixels, and nothing else. */
import type { TakeId } from '../document/ids.ts'
import { shotLabel } from '../document/records.ts'
import type { CameraMove, FrameRate, FrameSize, ProjectDocument, References, Shot } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { compilePrompt } from '../prompt/compile.ts'
import { framesToSeconds } from '../timeline/time.ts'
import { longestShotFrames, packFramesFor } from './coverage.ts'
import type { PackFacts } from './pack-facts.ts'

export interface GenerationInputs {
  /** Compiled for the pack's dialect. */
  readonly prompt: string
  readonly negativePrompt: string
  /** Words that the pack will ignore: told to people, not part of the signature. */
  readonly unknownWords: readonly string[]
  readonly seed: number
  readonly frameCount: number
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  readonly camera: CameraMove
  readonly lensMm: number
  readonly subjectDistanceM: number
  readonly steps: number
  readonly guidanceScale: number
  readonly references: References
  /** The take whose last frame is the first one here; null where the shot starts afresh. */
  readonly continuesFromTakeId: TakeId | null
}

/**
 * The inputs of a shot for a pack. Throws NOT_FOUND for an unknown shot, INVALID_INPUT for one that is longer than one clip
 * of a pack that cannot chain clips.
 */
export function generationInputs(document: ProjectDocument, shotId: string, pack: PackFacts): GenerationInputs {
  const shot = document.shots[shotId]
  if (!shot) throw new StudioError({ code: 'NOT_FOUND', message: `The shot ${shotId} is not in the project.`, remedy: 'It may have been deleted; undo brings it back.' })
  const tooLong = describeTooLong(document, shot, pack)
  if (tooLong) throw new StudioError({ code: 'INVALID_INPUT', ...tooLong })
  return inputsFor(document, shot, pack, packFramesFor(shot.durationFrames, document.project.frameRate, pack))
}

/** As `generationInputs`, for a given number of frames. */
export function inputsFor(document: ProjectDocument, asked: Shot, pack: PackFacts, frameCount: number): GenerationInputs {
  const shot = asFilmed(asked)
  const { prompt, negativePrompt, unknownWords } = compilePrompt({ shot, project: document.project, pack })
  const upstream = upstreamOf(document, shot, pack)
  return {
    prompt, negativePrompt, unknownWords, frameCount,
    seed: shot.seed,
    frameSize: nearestFrameSize(pack.sizes, document.project.frameSize),
    frameRate: pack.frameRate,
    ...cameraInputs(shot, pack),
    steps: shot.overrides.steps ?? pack.steps,
    guidanceScale: shot.overrides.guidanceScale ?? pack.guidanceScale,
    references: {
      firstFrame: pack.abilities.firstFrame ? shot.references.firstFrame : null,
      lastFrame: pack.abilities.lastFrame ? shot.references.lastFrame : null,
    },
    continuesFromTakeId: upstream?.selectedTakeId ?? null,
  }
}

/**
 * The shot whose last frame a shot starts from; null where it starts afresh, where a first frame was chosen for it (which
 * goes before), or where the pack cannot start from a picture.
 */
export function upstreamOf(document: ProjectDocument, shot: Shot, pack: Pick<PackFacts, 'abilities'>): Shot | null {
  if (shot.continuesFrom === null || shot.references.firstFrame !== null || !pack.abilities.firstFrame) return null
  return document.shots[shot.continuesFrom] ?? null
}

/** True where the pack can take the pictures that the shot gives; the job of a shot that it cannot fails with the reason. */
export function takesPicturesOf(shot: Shot, pack: Pick<PackFacts, 'abilities'>): boolean {
  const givesFirst = shot.references.firstFrame !== null || shot.continuesFrom !== null
  return (pack.abilities.firstFrame || !givesFirst) && (pack.abilities.lastFrame || shot.references.lastFrame === null)
}

/** Why a shot is too long for the pack, or null: a pack that can go on from latent frames of its own makes takes of any length. */
export function describeTooLong(document: ProjectDocument, shot: Shot, pack: PackFacts): { readonly message: string; readonly remedy: string } | null {
  const rate = document.project.frameRate
  if (pack.abilities.latentMask || packFramesFor(shot.durationFrames, rate, pack) <= pack.maxFrames) return null
  const most = longestShotFrames(rate, pack)
  return {
    message: `${shotLabel(document, shot)} lasts ${seconds(shot.durationFrames, rate)}; one clip of the pack ${pack.name ?? pack.packId} lasts at most ${seconds(most, rate)}.`,
    remedy: `Shorten it to ${most} frames, split it, or choose another pack.`,
  }
}

/** The pack's size whose aspect is nearest to the project's; of equals the one that the pack lists first. */
export function nearestFrameSize(sizes: readonly FrameSize[], wanted: FrameSize): FrameSize {
  const [first, ...others] = sizes
  if (!first) throw new StudioError({ code: 'PACK_MALFORMED', message: 'The pack lists no frame size.', remedy: 'Install the pack again.' })
  return others.reduce((best, size) => (aspectDistance(size, wanted) < aspectDistance(best, wanted) ? size : best), first)
}

const STATIC_CAMERA: CameraMove = Object.freeze({ kind: 'preset', preset: 'static', amount: 0, easing: 'linear' })

/** A camera that is moved over the finished picture wants a pack that holds still. */
function asFilmed(shot: Shot): Shot {
  return shot.framing?.isCameraVirtual ? { ...shot, camera: STATIC_CAMERA } : shot
}

/** Packs that take the camera as words have it in the prompt; its numbers then decide nothing. */
function cameraInputs(shot: Shot, pack: PackFacts): Pick<GenerationInputs, 'camera' | 'lensMm' | 'subjectDistanceM'> {
  if (pack.camera === 'flow' || pack.camera === 'pluecker') {
    return { camera: shot.camera, lensMm: shot.lensMm, subjectDistanceM: shot.subjectDistanceM }
  }
  return { camera: STATIC_CAMERA, lensMm: 35, subjectDistanceM: 3 }
}

/** Ratios, not differences: 2:1 is as far from 1:1 as 1:2 is. */
function aspectDistance(left: FrameSize, right: FrameSize): number {
  return Math.abs(Math.log((left.width * right.height) / (left.height * right.width)))
}

function seconds(frames: number, rate: FrameRate): string {
  return `${framesToSeconds(frames, rate).toFixed(2)} s`
}
