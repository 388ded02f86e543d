/** From a wish to remake a part of a take, to extend it or to bridge two shots, to jobs; refuses what cannot be before anything runs. */
import type { Operation } from '#contracts/studio-api.ts'
import { makeId, type ShotId, type TakeId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { snapToLatentFrames, type FrameRange } from '#core/timeline/take-range.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { timestamp } from '../clock.ts'
import { requireStoredFile } from '../media/stored-files.ts'
import type { OpenProject } from '../projects/open-project.ts'
import type { NewJob } from '../storage/job-table.ts'
import { bridgeJobs } from './ask-bridge.ts'
import type { AskPorts } from './ask-generate.ts'
import type { GenerateJob, PartOfTake } from './generate-job.ts'
import { requireParentPack } from './parent-take.ts'

export interface OperationJobs {
  readonly jobs: readonly NewJob[]
  readonly shotId: string
}

type RetakeWish = Extract<Operation, { kind: 'retake' }>
type ExtendWish = Extract<Operation, { kind: 'extend' }>

/** Throws NOT_FOUND, SHOT_LOCKED, INVALID_INPUT, PACK_UNKNOWN, MODEL_MISSING, MODEL_UNSUPPORTED or MEDIA_MISSING. */
export function operateJobs(project: OpenProject, operation: Operation, ports: AskPorts): OperationJobs {
  switch (operation.kind) {
    case 'retake': return retakeJobs(project, operation, ports)
    case 'extend': return extendJobs(project, operation, ports)
    case 'bridge': return bridgeJobs(project, operation, ports)
  }
}

function retakeJobs(project: OpenProject, wish: RetakeWish, ports: AskPorts): OperationJobs {
  const { shot, take, frameStep } = requireParent(project, wish, ports)
  const { startFrame, endFrame } = wish.range
  if (endFrame <= startFrame || endFrame > take.frameCount) {
    throw new StudioError({
      code: 'INVALID_INPUT', message: `Frames ${startFrame} to ${endFrame} are no part of a take of ${take.frameCount} frames.`, remedy: `Choose a range within 0 to ${take.frameCount}.`,
    })
  }
  const range = snapToLatentFrames(wish.range, take.frameCount, frameStep)
  const label = `Retake ${secondsText(range, take)} of ${shotLabel(project.document, shot)}`
  return partJobs(project, shot, { kind: 'retake', parentTakeId: take.id, range, offsetFrames: 0, frameCount: take.frameCount, prompt: wish.prompt }, label, wish, ports)
}

function extendJobs(project: OpenProject, wish: ExtendWish, ports: AskPorts): OperationJobs {
  const { shot, take, frameStep } = requireParent(project, wish, ports)
  const frames = Math.ceil(wish.frames / frameStep) * frameStep
  const frameCount = take.frameCount + frames
  const isAfter = wish.side === 'after'
  const range = isAfter ? { startFrame: take.frameCount, endFrame: frameCount } : { startFrame: 0, endFrame: frames }
  const label = `Extend ${shotLabel(project.document, shot)} by ${framesToSeconds(frames, take.frameRate).toFixed(1)} s ${isAfter ? 'at its end' : 'at its start'}`
  return partJobs(project, shot, { kind: 'extend', parentTakeId: take.id, range, offsetFrames: isAfter ? 0 : frames, frameCount, prompt: wish.prompt }, label, wish, ports)
}

function partJobs(project: OpenProject, shot: Shot, part: PartOfTake, label: string, { seed, variations }: Pick<Operation, 'seed' | 'variations'>, { options, random }: AskPorts): OperationJobs {
  const jobs = Array.from({ length: variations }, (_, variation): NewJob => {
    const request: GenerateJob = {
      shotId: shot.id, takeId: makeId('take', random.uuid()),
      seed: variation === 0 && seed !== null ? seed : random.seed(),
      selects: variation === 0, selectedTakeId: shot.selectedTakeId, part,
    }
    return { jobId: makeId('job', random.uuid()), projectId: project.projectId, kind: 'generate', shotId: shot.id, label, request: JSON.stringify(request), createdAt: timestamp(options.clock) }
  })
  return { jobs, shotId: shot.id }
}

/** The take and the shot that its new version is for, once everything that the operation needs is there. */
function requireParent({ document, folder }: OpenProject, { takeId, shotId }: RetakeWish | ExtendWish, { packs }: AskPorts): { readonly shot: Shot; readonly take: Take; readonly frameStep: number } {
  const take = document.takes[takeId as TakeId]
  if (!take) throw new StudioError({ code: 'NOT_FOUND', message: 'The take is not in the project.', remedy: 'Choose another take.' })
  const shot = requireUnlockedShot(document, shotId ?? take.shotId)
  const { frameStep } = requireParentPack(take, packs)
  requireStoredFile(folder, take.video, 'The video of the take')
  if (take.latents) requireStoredFile(folder, take.latents.stored, 'The latents of the take')
  return { shot, take, frameStep }
}

function requireUnlockedShot(document: ProjectDocument, shotId: string): Shot {
  const shot = document.shots[shotId as ShotId]
  if (!shot) throw new StudioError({ code: 'NOT_FOUND', message: 'The shot of the take is no longer in the project.', remedy: 'Undo its deletion, or choose another take.' })
  if (!shot.isLocked) return shot
  throw new StudioError({ code: 'SHOT_LOCKED', message: `${shotLabel(document, shot)} is locked.`, remedy: 'Unlock it first.' })
}

/** "1.0–2.0 s" */
function secondsText({ startFrame, endFrame }: FrameRange, { frameRate }: Take): string {
  return `${framesToSeconds(startFrame, frameRate).toFixed(1)}–${framesToSeconds(endFrame, frameRate).toFixed(1)} s`
}
