/** What a new project can begin with: the shots of a script, or one of the samples. */
import { isRejection, type CommandContext } from '#core/commands/command.ts'
import { dispatch } from '#core/commands/dispatch.ts'
import type { MediaId } from '#core/document/ids.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { SAMPLES, sampleById } from '#core/samples/catalogue.ts'
import { buildSample, musicEnvelope, type SampleProject } from '#core/samples/sample.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { layoutSequence } from '#core/timeline/layout.ts'
import { addToneBed } from '../media/media-store.ts'
import { defaultPackId, mediaStorePorts, type StudioServices } from '../studio-services.ts'
import type { OpenProject } from './open-project.ts'

/** Fills an empty document with the shots of a script; a blank script leaves it empty. */
export function fillFromScript(script: string): (empty: ProjectDocument, context: CommandContext) => ProjectDocument {
  return (empty, context) => {
    if (script.trim() === '') return empty
    const payload = { sequenceId: empty.project.sequenceIds[0], text: script, index: null }
    const outcome = dispatch(empty, { type: 'sequence.importScript', payload }, context)
    if (isRejection(outcome)) throw new StudioError({ code: 'INVALID_INPUT', message: outcome.message, remedy: outcome.remedy, detail: outcome.rejected })
    return outcome.document
  }
}

/** Makes a sample as a project of the person's own, its music included. */
export async function createSample(sampleId: string, folder: string | null, services: StudioServices): Promise<OpenProject> {
  const sample = sampleById(sampleId)
  if (!sample) throw new StudioError({ code: 'NOT_FOUND', message: `There is no sample "${sampleId.slice(0, 60)}".`, remedy: `Choose one of ${SAMPLES.map(({ id }) => id).join(', ')}.` })
  const { title, frameSize, frameRate } = sample
  const project = services.projects.create({
    title, frameSize, frameRate, folder, packId: defaultPackId(services), fill: (empty, context) => buildSample(empty, sample, context),
  })
  await layMusic(project, sample, services)
  return project
}

async function layMusic(project: OpenProject, { music, frameRate }: SampleProject, services: StudioServices): Promise<void> {
  const sequenceId = project.document.project.sequenceIds[0]
  if (!sequenceId) return
  const { totalFrames } = layoutSequence(project.document, sequenceId)
  services.mediaEngine.revive()
  const mediaId = await addToneBed(project, { ...music, seconds: framesToSeconds(totalFrames, frameRate) }, mediaStorePorts(services))
  const outcome = project.dispatch(musicEnvelope(sequenceId, mediaId as MediaId, totalFrames, frameRate), 'load', null)
  if (isRejection(outcome)) throw new StudioError({ code: 'INTERNAL', message: outcome.message, remedy: outcome.remedy, detail: outcome.rejected })
}
