/** From a wish to bridge two shots to a new shot between them and the jobs that make its takes. */
import type { Operation } from '#contracts/studio-api.ts'
import { isRejection } from '#core/commands/command.ts'
import { findNeighbours } from '#core/commands/shot-bridge.ts'
import { makeId, type ShotId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { bridgeFrameCount, contextFrames, shownFrames } from '#core/planning/continuity.ts'
import { packIdOf } from '#core/planning/shot-state.ts'
import { convertFrames } from '#core/timeline/time.ts'
import { timestamp } from '../clock.ts'
import { requireStoredFile } from '../media/stored-files.ts'
import type { OpenProject } from '../projects/open-project.ts'
import type { NewJob } from '../storage/job-table.ts'
import type { AskPorts } from './ask-generate.ts'
import type { Bridge, GenerateJob } from './generate-job.ts'

export type BridgeWish = Extract<Operation, { kind: 'bridge' }>

/**
 * The bridge's take begins with the last picture that the first shot shows and ends with the first of the second; the new
 * shot shows what is between. Throws NOT_FOUND, INVALID_INPUT, NOT_READY, PACK_UNKNOWN, MODEL_UNSUPPORTED or MEDIA_MISSING.
 */
export function bridgeJobs(project: OpenProject, wish: BridgeWish, { packs, options, random }: AskPorts): { readonly jobs: readonly NewJob[]; readonly shotId: string } {
  const { document } = project
  const { frameRate } = document.project
  const place = findNeighbours(document, wish.fromShotId as ShotId, wish.toShotId as ShotId)
  if (isRejection(place)) throw new StudioError({ code: place.rejected === 'not-found' ? 'NOT_FOUND' : 'INVALID_INPUT', message: place.message, remedy: place.remedy })
  const { from, to } = place
  const pack = packs.require(packIdOf(document, from))
  if (!pack.abilities.latentMask) {
    throw new StudioError({ code: 'MODEL_UNSUPPORTED', message: `The pack "${pack.name}" cannot lead from one shot into another.`, remedy: `Choose another pack for ${shotLabel(document, from)}.` })
  }
  const [fromTake, toTake] = [shownTake(project, from), shownTake(project, to)]
  const ending = shownFrames(from, fromTake, frameRate)
  const beginning = shownFrames(to, toTake, frameRate)
  const givenTo = (frames: number) => {
    const lead = contextFrames(fromTake, ending.endFrame, pack, frames)
    return { lead, tail: contextFrames(toTake, toTake.frameCount - beginning.startFrame, pack, frames + lead - 1) }
  }
  const frameCount = bridgeFrameCount(wish.frames, pack, (frames) => givenTo(frames).lead + givenTo(frames).tail - 2)
  const { lead: leadFrames, tail: tailFrames } = givenTo(frameCount)
  const bridge: Bridge = {
    frameCount,
    from: { takeId: fromTake.id, startFrame: ending.endFrame - leadFrames, frameCount: leadFrames },
    to: { takeId: toTake.id, startFrame: beginning.startFrame, frameCount: tailFrames },
  }
  const shotId = makeId('shot', random.uuid())
  const seeds = Array.from({ length: wish.variations }, (_, variation) => (variation === 0 && wish.seed !== null ? wish.seed : random.seed()))
  const jobs = seeds.map((seed, variation): NewJob => {
    const request: GenerateJob = { shotId, takeId: makeId('take', random.uuid()), seed, selects: variation === 0, selectedTakeId: null, bridge }
    return {
      jobId: makeId('job', random.uuid()), projectId: project.projectId, kind: 'generate', shotId,
      label: `Bridge from ${shotLabel(document, from)} to ${shotLabel(document, to)}`, request: JSON.stringify(request), createdAt: timestamp(options.clock),
    }
  })
  const outcome = project.dispatch({
    type: 'shot.bridge',
    payload: {
      shotId, fromShotId: from.id, toShotId: to.id, prompt: wish.prompt, seed: seeds[0],
      trimStartFrames: convertFrames(1, pack.frameRate, frameRate, 'ceil'), durationFrames: Math.max(1, convertFrames(frameCount - 2, pack.frameRate, frameRate, 'floor')),
    },
  }, 'user', null)
  if (isRejection(outcome)) throw new StudioError({ code: 'INVALID_INPUT', message: outcome.message, remedy: outcome.remedy })
  return { jobs, shotId }
}

function shownTake({ document, folder }: Pick<OpenProject, 'document' | 'folder'>, shot: Shot): Take {
  const take = takeOf(document, shot)
  if (!take) throw new StudioError({ code: 'NOT_READY', message: `${shotLabel(document, shot)} has no take yet.`, remedy: 'Generate it first.' })
  requireStoredFile(folder, take.video, `The take of ${shotLabel(document, shot)}`)
  return take
}

function takeOf(document: ProjectDocument, { selectedTakeId }: Shot): Take | undefined {
  return selectedTakeId === null ? undefined : document.takes[selectedTakeId]
}
