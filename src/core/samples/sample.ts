/** What a sample project is, and the edits that build it in an empty sequence. */
import type { CommandEnvelope } from '../commands/command.ts'
import type { SequenceId, ShotId } from '../document/ids.ts'
import type { CameraMove, FrameRate, FrameSize, ShotSize, Title, TransitionKind } from '../document/schema.ts'

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

/** The edit that adds one of the sample's shots at the end of a sequence. */
export function shotEnvelope(sample: SampleProject, index: number, sequenceId: SequenceId): CommandEnvelope {
  const shot = shotAt(sample, index)
  return {
    type: 'shot.add',
    payload: {
      sequenceId, index, name: shot.name, prompt: shot.prompt, shotSize: shot.shotSize, camera: shot.camera, seed: shot.seed,
      durationFrames: framesOf(shot.seconds, sample.frameRate),
    },
  }
}

/** The edits that dress a sample's shot once it has an id: its title, caption and the transition behind it. */
export function dressingEnvelopes(sample: SampleProject, index: number, sequenceId: SequenceId, shotId: ShotId): readonly CommandEnvelope[] {
  const shot = shotAt(sample, index)
  const anchor = { shotId, offsetFrames: 0 }
  const durationFrames = framesOf(shot.seconds, sample.frameRate)
  const envelopes: CommandEnvelope[] = []
  if (shot.title) {
    envelopes.push({ type: 'title.add', payload: { sequenceId, anchor, durationFrames, ...shot.title, fadeFrames: framesOf(0.4, sample.frameRate) } })
  }
  if (shot.caption !== null) envelopes.push({ type: 'caption.add', payload: { sequenceId, anchor, durationFrames, text: shot.caption } })
  if (shot.transition) {
    const { kind, seconds, colour } = shot.transition
    envelopes.push({ type: 'transition.set', payload: { sequenceId, afterShotId: shotId, kind, durationFrames: framesOf(seconds, sample.frameRate), colour } })
  }
  return envelopes
}

function shotAt(sample: SampleProject, index: number): SampleShot {
  const shot = sample.shots[index]
  if (!shot) throw new RangeError(`Sample "${sample.id}" has no shot ${index}.`)
  return shot
}

function framesOf(seconds: number, rate: FrameRate): number {
  return Math.max(1, Math.round((seconds * rate.num) / rate.den))
}
