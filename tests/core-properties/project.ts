/** Small test projects: built by the same commands as real ones, with ids that count up. */
import type { CommandContext, CommandEnvelope, Rejection } from '#core/commands/command.ts'
import { isRejection } from '#core/commands/command.ts'
import { dispatch, type Edit } from '#core/commands/dispatch.ts'
import { command, type CommandPayload, type CommandType } from '#core/commands/registry.ts'
import { createDocument } from '#core/document/create.ts'
import { makeId, type SequenceId, type ShotId } from '#core/document/ids.ts'
import type { Media, ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { History } from '#core/history/history.ts'
import { generationInputs } from '#core/planning/inputs.ts'
import type { PackFacts, UsablePack } from '#core/planning/pack-facts.ts'
import { signatureOf } from '#core/planning/signature.ts'

/** Ids that count up: the same edits give the same document. */
export function countingContext(): CommandContext {
  let count = 0
  return { newId: (kind) => makeId(kind, String((count += 1)).padStart(6, '0')) }
}

export class TestProject {
  readonly context = countingContext()
  history = new History(undefined, 100_000)
  document: ProjectDocument = createDocument({
    title: 'Test', frameRate: { num: 24, den: 1 }, frameSize: { width: 1080, height: 1920 }, packId: 'previz', newId: this.context.newId,
  })

  get sequenceId(): SequenceId {
    return found(this.document.project.sequenceIds[0])
  }

  get shotIds(): readonly ShotId[] {
    return found(this.document.sequences[this.sequenceId]).shotIds
  }

  shot(index: number): Shot {
    return found(this.document.shots[found(this.shotIds[index])])
  }

  /** Dispatches and records; a refusal fails the test. */
  run<T extends CommandType>(type: T, payload: CommandPayload<T>, coalesceKey: string | null = null): Edit {
    const outcome = this.attempt(command(type, payload), coalesceKey)
    if (isRejection(outcome)) throw new Error(`${type} was refused: ${outcome.message}`)
    return outcome
  }

  attempt(envelope: CommandEnvelope, coalesceKey: string | null = null): Edit | Rejection {
    const outcome = dispatch(this.document, envelope, this.context)
    if (isRejection(outcome)) return outcome
    this.document = outcome.document
    if (outcome.source === 'user') this.history.record(outcome.diff, outcome.label, coalesceKey)
    return outcome
  }

  /** The refusal of a command that must be refused. */
  refusal<T extends CommandType>(type: T, payload: CommandPayload<T>): Rejection {
    const outcome = dispatch(this.document, command(type, payload), this.context)
    if (!isRejection(outcome)) throw new Error(`${type} was accepted`)
    return outcome
  }

  undo(): boolean {
    const step = this.history.undo(this.document)
    if (step) this.document = step.document
    return step !== null
  }

  redo(): boolean {
    const step = this.history.redo(this.document)
    if (step) this.document = step.document
    return step !== null
  }

  /** What was done so far becomes the start that undo leads back to. */
  forgetHistory(): void {
    this.history = new History(undefined, 100_000)
  }

  withShots(count: number, durationFrames = 48): this {
    for (let index = 0; index < count; index += 1) {
      this.run('shot.add', { sequenceId: this.sequenceId, index: null, prompt: `a red house, number ${this.shotIds.length + 1}`, durationFrames })
    }
    return this
  }

  /** Adds the take that generating the shot now would make, and shows it. */
  generate(index: number, changes: Partial<Take> = {}, select = true): Take {
    const take = { ...takeOf(this.document, this.shot(index).id, PREVIZ, this.context), ...changes }
    this.run('take.add', { take, select })
    return take
  }
}

export function aProject(): TestProject {
  return new TestProject()
}

export function found<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('The test looks for something that is not there')
  return value
}

const HASH = 'ab'.repeat(32)

export const PREVIZ: UsablePack = Object.freeze({
  packId: 'previz', name: 'Previz', packDigest: '11'.repeat(32),
  sizes: [{ width: 160, height: 96 }, { width: 96, height: 160 }], frameRate: { num: 8, den: 1 },
  minFrames: 17, maxFrames: 49, frameStep: 4, steps: 20, guidanceScale: 4, camera: 'flow', promptDialect: 'previz',
  abilities: { firstFrame: true, lastFrame: true, latentMask: true, negativePrompt: true },
  knownWords: { known: ['red', 'blue', 'house', 'boat', 'a', 'number'], synonyms: { crimson: 'red' } },
  secondsPerStep: 0.5, isDraft: true,
} satisfies PackFacts)

/** Makes one clip at a time: it cannot go on from latent frames of its own. */
export const ONE_CLIP: UsablePack = Object.freeze({ ...PREVIZ, abilities: { ...PREVIZ.abilities, latentMask: false } } satisfies PackFacts)

export const WAN: UsablePack = Object.freeze({
  ...PREVIZ, packId: 'wan', name: 'Wan', packDigest: '22'.repeat(32), sizes: [{ width: 832, height: 480 }, { width: 480, height: 832 }],
  frameRate: { num: 16, den: 1 }, maxFrames: 81, camera: 'prompt', promptDialect: 'wan', knownWords: null, secondsPerStep: null, isDraft: false,
} satisfies PackFacts)

/** The take that a pack would make of a shot as it is now. */
export function takeOf(document: ProjectDocument, shotId: ShotId, pack: UsablePack, context: CommandContext): Take {
  const { prompt, negativePrompt, shotSize, angle, camera, lensMm, subjectDistanceM } = found(document.shots[shotId])
  const inputs = generationInputs(document, shotId, pack)
  const stored = (file: string) => ({ file, bytes: 10, sha256: HASH })
  const id = context.newId('take')
  return {
    id, shotId, createdAt: '2026-11-22T12:00:00Z', operation: 'generate', range: null, parentTakeId: null,
    signature: signatureOf(inputs, pack.packDigest), video: stored(`takes/${id}/video.mp4`), frameCount: inputs.frameCount,
    frameSize: inputs.frameSize, frameRate: inputs.frameRate, latents: null, thumbnail: stored(`takes/${id}/thumbnail.jpg`),
    isDraft: pack.isDraft, isStarred: false, note: '',
    recipe: {
      said: { prompt, negativePrompt, shotSize, angle, camera, lensMm, subjectDistanceM },
      prompt: inputs.prompt, negativePrompt: inputs.negativePrompt, unknownWords: [...inputs.unknownWords], seed: inputs.seed,
      packId: pack.packId, packVersion: '1.0.0', packDigest: pack.packDigest, family: 'wan', frameCount: inputs.frameCount,
      frameSize: inputs.frameSize, frameRate: inputs.frameRate, solver: 'flow-match-euler', steps: inputs.steps, shift: 3,
      guidanceScale: inputs.guidanceScale, camera: inputs.camera, lensMm: inputs.lensMm, subjectDistanceM: inputs.subjectDistanceM,
      references: inputs.references, continuesFromTakeId: inputs.continuesFromTakeId, provider: 'cpu',
      software: { shotwright: '0.1.0', onnxruntime: '1.30.0', platform: 'test' }, wallSeconds: 1,
    },
  }
}

/** Media of the project folder, as an import would add it. */
export function mediaOf(kind: Media['kind'], context: CommandContext): Media {
  const id = context.newId('media')
  return {
    id, kind, stored: { file: `media/${id}.bin`, bytes: 10, sha256: HASH }, displayName: `a ${kind}`,
    durationSeconds: kind === 'image' ? null : 30, frameSize: kind === 'audio' ? null : { width: 640, height: 360 }, origin: { kind: 'import' },
  }
}
