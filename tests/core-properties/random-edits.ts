/** Random edits: drawn without knowing the document, then fitted to it, so that most are valid and some are not. */
import * as fc from 'fast-check'
import type { CommandContext, CommandEnvelope } from '#core/commands/command.ts'
import { command } from '#core/commands/registry.ts'
import { makeId } from '#core/document/ids.ts'
import { CAMERA_ANGLES, CAMERA_PRESETS, SHOT_SIZES, TRANSITION_KINDS, type Anchor, type ProjectDocument, type Take } from '#core/document/schema.ts'
import { mediaOf, PREVIZ, takeOf } from './project.ts'

/** What happens at one step: an edit of one of these kinds, with numbers that choose its targets and values. */
export interface RandomStep {
  readonly kind: StepKind
  readonly numbers: readonly number[]
  /** Edits in a row that share a key are one undo step. */
  readonly coalesceKey: string | null
}

export type StepKind = (typeof STEP_KINDS)[number]

const STEP_KINDS = [
  'shot.add', 'shot.add', 'shot.add', 'shot.delete', 'shot.move', 'shot.duplicate', 'shot.split', 'shot.bridge', 'shot.edit', 'shot.edit', 'shot.trim', 'shot.setLocked',
  'shot.selectTake', 'take.add', 'take.add', 'take.annotate', 'transition.set', 'transition.set', 'caption.add', 'caption.edit', 'caption.delete',
  'title.add', 'title.edit', 'title.delete', 'audio.add', 'audio.edit', 'audio.delete', 'marker.add', 'marker.edit', 'marker.delete',
  'media.add', 'project.edit', 'sequence.importScript', 'invalid', 'undo', 'redo',
] as const

export const randomStep: fc.Arbitrary<RandomStep> = fc.record({
  kind: fc.constantFrom(...STEP_KINDS),
  numbers: fc.array(fc.nat({ max: 1_000_000 }), { minLength: 6, maxLength: 6 }),
  coalesceKey: fc.option(fc.constantFrom('a', 'b'), { nil: null, freq: 4 }),
})

const WORDS = ['a red house', 'a blue boat', 'crimson', '', 'the sea at night', 'ünïcode 🎬 红色']

/** The command that a step means for a document; null where it has no target yet, or is an undo or redo. */
export function envelopeFor(step: RandomStep, document: ProjectDocument, context: CommandContext): CommandEnvelope | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = step.numbers
  const sequenceId = document.project.sequenceIds[0]
  const sequence = sequenceId && document.sequences[sequenceId]
  if (!sequence) return null
  const { shotIds } = sequence
  const shotId = pick(shotIds, a)
  const shot = shotId && document.shots[shotId]
  const takeId = pick(Object.values(document.takes), b)?.id
  const anchor: Anchor = { shotId: c % 4 === 0 ? null : shotId ?? null, offsetFrames: d % 60 }
  const durationFrames = 1 + (e % 90)
  const text = pick(WORDS, b) ?? ''
  switch (step.kind) {
    case 'shot.add':
      // Keeps the film short enough for thousands of steps.
      return shotIds.length > 40 && shotId ? command('shot.delete', { shotIds: [shotId] }) : command('shot.add', { sequenceId: sequence.id, index: a % (shotIds.length + 1), prompt: text, durationFrames })
    case 'shot.delete':
      return shotId ? command('shot.delete', { shotIds: some(shotIds, a, b % 3) }) : null
    case 'shot.move':
      return shotId ? command('shot.move', { shotIds: some(shotIds, a, b % 3), toIndex: c % shotIds.length }) : null
    case 'shot.duplicate':
      return shotId ? command('shot.duplicate', { shotId }) : null
    case 'shot.split':
      return shotId && shot ? command('shot.split', { shotId, atFrame: 1 + (b % shot.durationFrames) }) : null
    case 'shot.bridge': {
      const toShotId = shotIds[shotIds.indexOf(shotId ?? sequence.shotIds[0]!) + 1]
      return shotId && toShotId ? command('shot.bridge', { shotId: context.newId('shot'), fromShotId: shotId, toShotId, prompt: text, durationFrames, trimStartFrames: b % 4, seed: c }) : null
    }
    case 'shot.edit':
      return shotId ? command('shot.edit', { shotIds: some(shotIds, a, b % 2), changes: shotChanges(c, d, shotIds[e % shotIds.length] ?? null) }) : null
    case 'shot.trim':
      return shotId ? command('shot.trim', { shotId, trimStartFrames: b % 30, durationFrames }) : null
    case 'shot.setLocked':
      return shotId ? command('shot.setLocked', { shotIds: [shotId], isLocked: b % 3 === 0 }) : null
    case 'shot.selectTake':
      return shotId ? command('shot.selectTake', { shotId, takeId: c % 5 === 0 ? null : takeId ?? null }) : null
    case 'take.add':
      return shotId ? command('take.add', { take: randomTake(document, shotId, step, context), select: c % 2 === 0 }) : null
    case 'take.annotate':
      return takeId ? command('take.annotate', { takeId, isStarred: c % 2 === 0, note: text }) : null
    case 'transition.set':
      return shotId ? command('transition.set', { sequenceId: sequence.id, afterShotId: shotId, kind: pick(['cut', ...TRANSITION_KINDS] as const, b) ?? 'cut', durationFrames: 1 + (c % 30) }) : null
    case 'caption.add':
      return command('caption.add', { sequenceId: sequence.id, anchor, durationFrames, text })
    case 'caption.edit':
      return onRecord(document.captions, b, ({ id }) => command('caption.edit', { captionId: id, changes: { anchor, text } }))
    case 'caption.delete':
      return onRecord(document.captions, b, ({ id }) => command('caption.delete', { captionIds: [id] }))
    case 'title.add':
      return command('title.add', { sequenceId: sequence.id, anchor, durationFrames, text })
    case 'title.edit':
      return onRecord(document.titles, b, ({ id }) => command('title.edit', { titleId: id, changes: { position: c % 2 === 0 ? 'upper' : 'lower', durationFrames } }))
    case 'title.delete':
      return onRecord(document.titles, b, ({ id }) => command('title.delete', { titleIds: [id] }))
    case 'audio.add':
      return onRecord(document.media, b, ({ id }) => command('audio.add', { sequenceId: sequence.id, anchor, mediaId: id, durationFrames, role: 'music' }))
    case 'audio.edit':
      return onRecord(document.audioClips, b, ({ id }) => command('audio.edit', { audioClipId: id, changes: { gainDb: -(c % 20), anchor } }))
    case 'audio.delete':
      return onRecord(document.audioClips, b, ({ id }) => command('audio.delete', { audioClipIds: [id] }))
    case 'marker.add':
      return command('marker.add', { sequenceId: sequence.id, anchor, text })
    case 'marker.edit':
      return onRecord(document.markers, b, ({ id }) => command('marker.edit', { markerId: id, changes: { text } }))
    case 'marker.delete':
      return onRecord(document.markers, b, ({ id }) => command('marker.delete', { markerIds: [id] }))
    case 'media.add':
      return command('media.add', { media: mediaOf(pick(['audio', 'image', 'video'] as const, b) ?? 'audio', context) })
    case 'project.edit':
      return command('project.edit', projectChanges(b, c, text))
    case 'sequence.importScript':
      return shotIds.length > 40 ? null : command('sequence.importScript', { sequenceId: sequence.id, text: 'A red house by the sea.\n\nDISSOLVE TO:\n\nA blue boat. Pan left.\n', index: b % 2 === 0 ? null : 0 })
    case 'invalid':
      return invalidEnvelope(a, shotId ?? makeId('shot', '000000'))
    case 'undo':
    case 'redo':
      return null
  }
}

function randomTake(document: ProjectDocument, shotId: Parameters<typeof takeOf>[1], { numbers: [, b = 0, , , e = 0] }: RandomStep, context: CommandContext): Take {
  const take = takeOf({ ...document, shots: { ...document.shots, [shotId]: { ...document.shots[shotId], durationFrames: 1 + (e % 90) } } } as ProjectDocument, shotId, { ...PREVIZ, maxFrames: 10_000 }, context)
  // A shot that was deleted while its take was made: the take comes all the same.
  return b % 7 === 0 ? { ...take, shotId: makeId('shot', 'deleted') } : take
}

function shotChanges(which: number, value: number, other: ProjectDocument['sequences'][string]['shotIds'][number] | null) {
  switch (which % 8) {
    case 0: return { prompt: pick(WORDS, value) ?? '' }
    case 1: return { seed: value }
    case 2: return { shotSize: pick(SHOT_SIZES, value) ?? null, angle: pick(CAMERA_ANGLES, value) ?? null }
    case 3: return { camera: { kind: 'preset' as const, preset: pick(CAMERA_PRESETS, value) ?? ('pan' as const), amount: value % 90, easing: 'linear' as const } }
    case 4: return { continuesFrom: other }
    case 5: return { packId: value % 2 === 0 ? null : 'wan' }
    case 6: return { overrides: { steps: 1 + (value % 50), guidanceScale: null } }
    default: return { name: pick(WORDS, value) ?? '', lensMm: 12 + (value % 100) }
  }
}

function projectChanges(which: number, value: number, text: string) {
  if (which % 3 === 0) return { frameRate: pick([{ num: 24, den: 1 }, { num: 30_000, den: 1_001 }, { num: 8, den: 1 }, { num: 60, den: 1 }], value) ?? { num: 24, den: 1 } }
  return which % 3 === 1 ? { title: text, styleLine: text } : { frameSize: value % 2 === 0 ? { width: 1080, height: 1920 } : { width: 1920, height: 1080 } }
}

/** Commands that must be refused and change nothing. */
function invalidEnvelope(which: number, shotId: string): CommandEnvelope {
  const wrong: readonly CommandEnvelope[] = [
    { type: 'shot.explode', payload: {} },
    { type: 'toString', payload: {} },
    { type: 'shot.edit', payload: { shotIds: [shotId], changes: { prompt: 'x'.repeat(100_000) } } },
    { type: 'shot.edit', payload: { shotIds: ['sht_unknown'], changes: { prompt: 'x' } } },
    { type: 'shot.edit', payload: { shotIds: [shotId], changes: { id: 'sht_other' } } },
    { type: 'shot.edit', payload: { shotIds: [shotId], changes: { continuesFrom: shotId } } },
    { type: 'shot.trim', payload: { shotId, trimStartFrames: -1, durationFrames: 10 } },
    { type: 'shot.trim', payload: { shotId, trimStartFrames: 0, durationFrames: 0 } },
    { type: 'shot.trim', payload: { shotId, trimStartFrames: 0, durationFrames: 1e12 } },
    { type: 'shot.trim', payload: { shotId, trimStartFrames: 0, durationFrames: Number.NaN } },
    { type: 'shot.delete', payload: { shotIds: [] } },
    { type: 'shot.delete', payload: JSON.parse(`{"shotIds":["${shotId}"],"__proto__":{"x":1}}`) },
    { type: 'shot.move', payload: { shotIds: [shotId], toIndex: 1e6 } },
    { type: 'shot.add', payload: null },
  ]
  return wrong[which % wrong.length] ?? { type: 'none', payload: null }
}

function onRecord<R>(records: Readonly<Record<string, R>>, which: number, make: (record: R) => CommandEnvelope): CommandEnvelope | null {
  const record = pick(Object.values(records), which)
  return record === undefined ? null : make(record)
}

function pick<T>(list: readonly T[], which: number): T | undefined {
  return list[which % list.length]
}

function some<T>(list: readonly T[], from: number, more: number): T[] {
  const start = from % list.length
  return list.slice(start, start + 1 + more)
}
