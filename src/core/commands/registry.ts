/** All commands by type: the one list of what can be done to a document. */
import type { z } from 'zod'
import { audioAdd, audioDelete, audioEdit } from './audio.ts'
import { captionAdd, captionDelete, captionEdit } from './caption.ts'
import type { CommandDefinition, CommandEnvelope } from './command.ts'
import { markerAdd, markerDelete, markerEdit } from './marker.ts'
import { mediaAdd } from './media.ts'
import { projectEdit } from './project.ts'
import { sequenceImportScript } from './script.ts'
import { shotEdit, shotSelectTake, shotSetLocked, shotTrim } from './shot-edit.ts'
import { shotSplit } from './shot-split.ts'
import { shotBridge } from './shot-bridge.ts'
import { shotAdd, shotDelete, shotDuplicate, shotMove } from './shot.ts'
import { takeAdd, takeAnnotate } from './take.ts'
import { titleAdd, titleDelete, titleEdit } from './title.ts'
import { transitionSet } from './transition.ts'

export const COMMANDS = Object.freeze({
  'shot.add': shotAdd,
  'shot.delete': shotDelete,
  'shot.move': shotMove,
  'shot.duplicate': shotDuplicate,
  'shot.split': shotSplit,
  'shot.bridge': shotBridge,
  'shot.edit': shotEdit,
  'shot.trim': shotTrim,
  'shot.setLocked': shotSetLocked,
  'shot.selectTake': shotSelectTake,
  'take.add': takeAdd,
  'take.annotate': takeAnnotate,
  'transition.set': transitionSet,
  'caption.add': captionAdd,
  'caption.edit': captionEdit,
  'caption.delete': captionDelete,
  'title.add': titleAdd,
  'title.edit': titleEdit,
  'title.delete': titleDelete,
  'audio.add': audioAdd,
  'audio.edit': audioEdit,
  'audio.delete': audioDelete,
  'marker.add': markerAdd,
  'marker.edit': markerEdit,
  'marker.delete': markerDelete,
  'media.add': mediaAdd,
  'project.edit': projectEdit,
  'sequence.importScript': sequenceImportScript,
})

export type CommandType = keyof typeof COMMANDS
/** What a command of that type is given; fields with defaults may be left out. */
export type CommandPayload<T extends CommandType> = z.input<(typeof COMMANDS)[T]['payload']>

/** The definition of that type, or null. */
export function findCommand(type: string): CommandDefinition<unknown> | null {
  return Object.hasOwn(COMMANDS, type) ? (COMMANDS[type as CommandType] as CommandDefinition<unknown>) : null
}

/** An envelope whose payload the compiler checks: command('shot.trim', { shotId, trimStartFrames: 0, durationFrames: 48 }). */
export function command<T extends CommandType>(type: T, payload: CommandPayload<T>): CommandEnvelope {
  return { type, payload }
}
