/** Turns a shot into what the engine is asked: compiled inputs, the pictures that are given, and who may refuse. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { TakeId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Recipe, Shot, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { contextFrames } from '#core/planning/continuity.ts'
import { generationInputs, inputsFor, type GenerationInputs } from '#core/planning/inputs.ts'
import { TEMPORARY_PREFIX } from '../files/atomic-write.ts'
import { requireStoredFile } from '../media/stored-files.ts'
import type { Bridge } from './generate-job.ts'

export interface ShotGeneration {
  /** The shot's own words, framing and camera, for the recipe. */
  readonly said: NonNullable<Recipe['said']>
  readonly inputs: GenerationInputs
  readonly request: Omit<GenerateRequest, 'outputFolder'>
}

export interface ShotGenerationContext {
  readonly jobId: string
  readonly document: ProjectDocument
  readonly projectFolder: string
  readonly pack: PackSummary
  /** Replaces the shot's own seed; null keeps it. */
  readonly seed: number | null
  readonly provider: string
}

/** As `shotGeneration`, for the shot of a bridge: its length and what it is given are fixed by its neighbours. */
export function bridgeGeneration(shot: Shot, bridge: Bridge, context: ShotGenerationContext): ShotGeneration {
  const { document, pack, projectFolder } = context
  const inputs = { ...inputsFor(document, shot, pack, bridge.frameCount), ...(context.seed === null ? {} : { seed: context.seed }) }
  const framesOf = ({ takeId, startFrame, frameCount }: Bridge['from']) => {
    const take = document.takes[takeId as TakeId]
    if (!take) throw new StudioError({ code: 'MEDIA_MISSING', message: 'A take that is to be bridged is no longer in the project.', remedy: 'Bridge the two shots again.' })
    return { videoFile: requireStoredFile(projectFolder, take.video, 'A take that is to be bridged'), startFrame, frameCount, camera: cameraOf(take) }
  }
  const known = { firstFrame: null, lastFrame: null, parent: null, lead: framesOf(bridge.from), tail: framesOf(bridge.to) }
  return generationOf(shot, inputs, known, context)
}

/** Throws NOT_READY, MODEL_UNSUPPORTED or MEDIA_MISSING where the shot asks for pictures that cannot be given. */
export function shotGeneration(shot: Shot, context: ShotGenerationContext): ShotGeneration {
  const { document, pack } = context
  const compiled = generationInputs(document, shot.id, pack)
  const inputs = context.seed === null ? compiled : { ...compiled, seed: context.seed }
  return generationOf(shot, inputs, knownPictures(shot, inputs.frameCount, context), context)
}

function generationOf(shot: Shot, inputs: GenerationInputs, known: GenerateRequest['known'], { jobId, pack, provider }: ShotGenerationContext): ShotGeneration {
  const { prompt, negativePrompt, shotSize, angle, camera, lensMm, subjectDistanceM } = shot
  return {
    said: { prompt, negativePrompt, shotSize, angle, camera, lensMm, subjectDistanceM },
    inputs,
    request: {
      jobId,
      packFolder: pack.folder,
      prompt: inputs.prompt, negativePrompt: inputs.negativePrompt, seed: inputs.seed,
      frameCount: inputs.frameCount, frameSize: inputs.frameSize,
      camera: inputs.camera, lensMm: inputs.lensMm, subjectDistanceM: inputs.subjectDistanceM,
      steps: inputs.steps, guidanceScale: inputs.guidanceScale,
      known, provider,
    },
  }
}

function knownPictures(shot: Shot, frameCount: number, context: ShotGenerationContext): GenerateRequest['known'] {
  const { document, projectFolder, pack } = context
  const givesFirst = shot.references.firstFrame !== null || shot.continuesFrom !== null
  const givesLast = shot.references.lastFrame !== null
  if (givesFirst && !pack.abilities.firstFrame) throw cannotTake(shotLabel(document, shot), pack, 'first')
  if (givesLast && !pack.abilities.lastFrame) throw cannotTake(shotLabel(document, shot), pack, 'last')
  if (!givesFirst && !givesLast) return null
  return {
    ...given(shot, frameCount, context),
    lastFrame: shot.references.lastFrame === null ? null : mediaFile(shot.references.lastFrame, document, projectFolder),
    parent: null,
  }
}

/** A picture that was chosen goes before the end of the shot that is continued. */
function given(shot: Shot, frameCount: number, { document, projectFolder, pack }: ShotGenerationContext): Pick<NonNullable<GenerateRequest['known']>, 'firstFrame' | 'lead'> {
  if (shot.references.firstFrame !== null) return { firstFrame: mediaFile(shot.references.firstFrame, document, projectFolder) }
  if (shot.continuesFrom === null) return { firstFrame: null }
  const source = document.shots[shot.continuesFrom]
  const take = source?.selectedTakeId ? document.takes[source.selectedTakeId] : undefined
  if (!source || !take) {
    throw new StudioError({
      code: 'NOT_READY',
      message: `${shotLabel(document, shot)} continues ${source ? shotLabel(document, source) : 'a shot that is gone'}, which has no take yet.`,
      remedy: 'Generate that shot first, or let this one start on its own.',
    })
  }
  const videoFile = requireStoredFile(projectFolder, take.video, `The take that ${shotLabel(document, shot)} continues`)
  const frames = contextFrames(take, take.frameCount, pack, frameCount)
  return frames === 1 ? { firstFrame: videoFile } : { firstFrame: null, lead: { videoFile, startFrame: take.frameCount - frames, frameCount: frames, camera: cameraOf(take) } }
}

/** How the camera moved over a take; null where it cannot be told: imported, or longer than the path that its recipe has. */
function cameraOf({ recipe, frameCount }: Take): NonNullable<NonNullable<GenerateRequest['known']>['lead']>['camera'] {
  return recipe === null || recipe.frameCount !== frameCount ? null : { move: recipe.camera, lensMm: recipe.lensMm, subjectDistanceM: recipe.subjectDistanceM, frameCount }
}

function mediaFile(mediaId: string, document: ProjectDocument, projectFolder: string): string {
  const media = document.media[mediaId]
  if (media) return requireStoredFile(projectFolder, media.stored, `"${media.displayName}"`)
  throw new StudioError({ code: 'MEDIA_MISSING', message: 'A reference picture is no longer in the project.', remedy: 'Choose another picture for the shot.' })
}

function cannotTake(label: string, pack: PackSummary, which: 'first' | 'last'): StudioError {
  return new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `${label} gives a ${which} frame, which the pack "${pack.name}" cannot take.`,
    remedy: `Remove the ${which} frame from the shot, or choose a pack that can start from pictures.`,
  })
}

/** Where a take lies until it is whole. Each attempt has its own: the engine of a killed studio may still write for a moment. */
export function stagedTakeFolder(projectFolder: string, takeId: string): string {
  return join(projectFolder, 'takes', `${TEMPORARY_PREFIX}${takeId}-${randomUUID()}`)
}
/** Where it lies then. */
export function takeFolder(projectFolder: string, takeId: string): string {
  return join(projectFolder, 'takes', takeId)
}
