/** What a sample project is, and the edits that build it in an empty sequence. */
import { isRejection, type CommandContext, type CommandEnvelope } from '../commands/command.ts'
import { dispatch } from '../commands/dispatch.ts'
import type { MediaId, SequenceId, ShotId } from '../document/ids.ts'
import type { CameraMove, FrameRate, FrameSize, ProjectDocument, ShotSize, Title, TransitionKind } from '../document/schema.ts'
import { StudioError } from '../errors.ts'

export interface SampleShot {
  readonly name: string
  readonly prompt: string
  readonly seconds: number
  readonly shotSize: ShotSize
  readonly camera: CameraMove
  readonly seed: number
  readonly caption: string | null
  readonly title: { readonly text: string; readonly position: Title['position']; readonly size: number } | null
  /** How this shot meets the next one; null is a cut. */
  readonly transition: { readonly kind: TransitionKind; readonly seconds: number; readonly colour: string } | null
}

export interface SampleProject {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  readonly music: { readonly mood: 'calm' | 'bright' | 'tense'; readonly seed: number }
  readonly shots: readonly SampleShot[]
}

/** The document with a sample's shots, texts and transitions in its first sequence. */
export function buildSample(empty: ProjectDocument, sample: SampleProject, context: CommandContext): ProjectDocument {
  const sequenceId = firstSequenceId(empty)
  let document = empty
  for (const [index, shot] of sample.shots.entries()) document = apply(document, shotEnvelope(sample, shot, index, sequenceId), context)
  const shotIds = document.sequences[sequenceId]?.shotIds ?? []
  for (const [index, shot] of sample.shots.entries()) {
    const shotId = shotIds[index]
    if (shotId) for (const envelope of dressingEnvelopes(sample, shot, sequenceId, shotId)) document = apply(document, envelope, context)
  }
  return document
}

/** The edit that lays music under a whole sequence. */
export function musicEnvelope(sequenceId: SequenceId, mediaId: MediaId, totalFrames: number, rate: FrameRate): CommandEnvelope {
  return {
    type: 'audio.add',
    payload: {
      sequenceId, mediaId, anchor: { shotId: null, offsetFrames: 0 }, trimStartFrames: 0, durationFrames: totalFrames, gainDb: -3,
      fadeInFrames: framesOf(0.5, rate), fadeOutFrames: framesOf(1.5, rate), role: 'music', isMuted: false,
    },
  }
}

function shotEnvelope(sample: SampleProject, shot: SampleShot, index: number, sequenceId: SequenceId): CommandEnvelope {
  const { name, prompt, shotSize, camera, seed, seconds } = shot
  return { type: 'shot.add', payload: { sequenceId, index, name, prompt, shotSize, camera, seed, durationFrames: framesOf(seconds, sample.frameRate) } }
}

function dressingEnvelopes(sample: SampleProject, shot: SampleShot, sequenceId: SequenceId, shotId: ShotId): readonly CommandEnvelope[] {
  const anchor = { shotId, offsetFrames: 0 }
  const durationFrames = framesOf(shot.seconds, sample.frameRate)
  const envelopes: CommandEnvelope[] = []
  if (shot.title) envelopes.push({ type: 'title.add', payload: { sequenceId, anchor, durationFrames, ...shot.title, fadeFrames: framesOf(0.4, sample.frameRate) } })
  if (shot.caption !== null) envelopes.push({ type: 'caption.add', payload: { sequenceId, anchor, durationFrames, text: shot.caption } })
  if (shot.transition) {
    const { kind, seconds, colour } = shot.transition
    envelopes.push({ type: 'transition.set', payload: { sequenceId, afterShotId: shotId, kind, durationFrames: framesOf(seconds, sample.frameRate), colour } })
  }
  return envelopes
}

function apply(document: ProjectDocument, envelope: CommandEnvelope, context: CommandContext): ProjectDocument {
  const outcome = dispatch(document, envelope, context)
  if (isRejection(outcome)) throw new StudioError({ code: 'INTERNAL', message: `The sample could not be built: ${outcome.message}`, remedy: 'Please report this.', detail: outcome.remedy })
  return outcome.document
}

function firstSequenceId(document: ProjectDocument): SequenceId {
  const id = document.project.sequenceIds[0]
  if (!id) throw new StudioError({ code: 'PROJECT_MALFORMED', message: 'The project has no sequence.', remedy: 'Make a new project.' })
  return id
}

function framesOf(seconds: number, rate: FrameRate): number {
  return Math.max(1, Math.round((seconds * rate.num) / rate.den))
}
