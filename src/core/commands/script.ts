/** The command that turns a script into shots. */
import { z } from 'zod'
import { DEFAULT_SHOT_SECONDS, defaultShot } from '../document/create.ts'
import { SequenceIdSchema, type SequenceId } from '../document/ids.ts'
import { withChanges, withRecords } from '../document/records.ts'
import { LIMITS, type Caption, type FrameRate, type ProjectDocument, type Shot, type Transition } from '../document/schema.ts'
import { parseScript, type ParsedShot } from '../script/parse.ts'
import { secondsToFrames } from '../timeline/time.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { findSequence, refuse } from './refusal.ts'
import { withShotOrder } from './shot-order.ts'

/** Long enough for any feature film's screenplay. */
export const SCRIPT_CHARACTERS = 2_000_000
/** What a script's "DISSOLVE TO:" lasts; shorter where the shots leave less room. */
const TRANSITION_SECONDS = 0.5

/** Makes a shot of every statement of the script, with captions and transitions, in one undo step. */
export const sequenceImportScript = defineCommand({
  type: 'sequence.importScript',
  payload: z.strictObject({
    sequenceId: SequenceIdSchema,
    /** Plain text, Markdown or Fountain. */
    text: z.string().max(SCRIPT_CHARACTERS),
    /** Place of the first new shot; null or absent: behind the last one. */
    index: z.int().min(0).nullish(),
  }),
  label: () => 'Import script',
  apply(document, { sequenceId, text, index }, context) {
    const sequence = findSequence(document, sequenceId)
    if ('rejected' in sequence) return sequence
    const place = index ?? sequence.shotIds.length
    if (place > sequence.shotIds.length) {
      return refuse('out-of-range', `There is no place ${place + 1} in a sequence of ${sequence.shotIds.length} shots.`, `Choose at most ${sequence.shotIds.length}.`)
    }
    const parsed = parseScript(text)
    if (parsed.length === 0) return refuse('not-possible', 'The script holds no shots.', 'Write at least one line that says what is seen.')
    const room = LIMITS.shots - sequence.shotIds.length
    if (parsed.length > room) return refuse('out-of-range', `The script makes ${parsed.length} shots; the sequence has room for ${room}.`, 'Import it in parts, into several projects.')
    const imported = parsed.map((shot) => importShot(document, sequenceId, shot, context))
    let next = withRecords(document, 'shots', imported.map(({ shot }) => shot))
    next = withRecords(next, 'captions', imported.flatMap(({ captions }) => captions))
    next = withShotOrder(next, sequence, sequence.shotIds.toSpliced(place, 0, ...imported.map(({ shot }) => shot.id)))
    // One behind the last shot of the sequence leads nowhere, and too long ones are shortened: the invariants' repair does both.
    return withRecords(next, 'transitions', imported.flatMap(({ transitions }) => transitions))
  },
})

interface Imported {
  readonly shot: Shot
  readonly captions: readonly Caption[]
  readonly transitions: readonly Transition[]
}

function importShot(document: ProjectDocument, sequenceId: SequenceId, parsed: ParsedShot, context: CommandContext): Imported {
  const { frameRate } = document.project
  const blank = defaultShot({ id: context.newId('shot'), sequenceId, frameRate })
  const shot = withChanges(blank, {
    name: parsed.name ?? undefined,
    prompt: parsed.prompt,
    shotSize: parsed.shotSize,
    angle: parsed.angle,
    camera: parsed.camera ?? undefined,
    durationFrames: lengthFrames(parsed.durationSeconds ?? DEFAULT_SHOT_SECONDS, frameRate),
  })
  return { shot, captions: captionsOf(shot, parsed, context), transitions: transitionsOf(shot, parsed, frameRate, context) }
}

function lengthFrames(seconds: number, rate: FrameRate): number {
  return Math.min(LIMITS.shotFrames, Math.max(1, secondsToFrames(seconds, rate)))
}

function transitionsOf(shot: Shot, { transition }: ParsedShot, rate: FrameRate, context: CommandContext): Transition[] {
  if (transition === null || transition === 'cut') return []
  const durationFrames = lengthFrames(TRANSITION_SECONDS, rate)
  return [{ id: context.newId('transition'), sequenceId: shot.sequenceId, afterShotId: shot.id, kind: transition, durationFrames, colour: '#000000' }]
}

function captionsOf(shot: Shot, { caption }: ParsedShot, context: CommandContext): Caption[] {
  if (caption === null || caption === '') return []
  const anchor = { shotId: shot.id, offsetFrames: 0 }
  return [{ id: context.newId('caption'), sequenceId: shot.sequenceId, anchor, durationFrames: shot.durationFrames, text: caption }]
}
