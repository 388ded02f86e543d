/** What each command of the command line is given: a connected studio, the output, and a signal that Ctrl+C aborts. */
import { resolve } from 'node:path'
import type { ContractClient } from '#contracts/contract.ts'
import type { ProjectSnapshot, StudioContract } from '#contracts/studio-api.ts'
import { StudioError } from '#core/errors.ts'
import type { SequenceId, ShotId } from '#core/document/ids.ts'
import type { CommandEnvelope } from '#core/commands/command.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import type { Output } from './output.ts'

export interface CommandContext {
  readonly client: ContractClient<StudioContract>
  readonly output: Output
  readonly signal: AbortSignal
}

/** Opens the project in a folder, relative to where the command was called. */
export function openProject(context: CommandContext, folder: string): Promise<ProjectSnapshot> {
  return context.client.call('project.open', { projectId: null, folder: resolve(folder) })
}

export function activeSequenceId(document: ProjectDocument): SequenceId {
  const id = document.project.sequenceIds[0]
  if (!id) throw new StudioError({ code: 'PROJECT_MALFORMED', message: `Project "${document.project.title}" has no sequence.`, remedy: 'Restore the project from a backup.' })
  return id
}

/** Applies one edit; a refusal becomes an INVALID_INPUT error. */
export async function edit(context: CommandContext, projectId: string, command: CommandEnvelope): Promise<void> {
  const result = await context.client.call('project.dispatch', { projectId, command: { type: command.type, payload: command.payload }, coalesceKey: null })
  if (!result.ok) throw new StudioError({ code: 'INVALID_INPUT', message: result.message, remedy: result.remedy, detail: result.rejected })
}

/** Asked before anything is made or rendered for an export. */
export async function requirePreset(context: CommandContext, presetId: string): Promise<void> {
  const { presets } = await context.client.call('export.presets', {})
  if (presets.some((preset) => preset.id === presetId)) return
  throw new StudioError({ code: 'NOT_FOUND', message: `There is no preset "${presetId}".`, remedy: `Choose one of ${presets.map((preset) => preset.id).join(', ')}.` })
}

/** The shots that numbers such as "1,3-5" name; all of them where nothing is asked. */
export function shotsByNumber(document: ProjectDocument, numbers: string | undefined): readonly ShotId[] | null {
  if (numbers === undefined) return null
  const shotIds = document.sequences[activeSequenceId(document)]?.shotIds ?? []
  return numbers.split(',').flatMap((part) => range(part, shotIds.length)).map((number) => {
    const shotId = shotIds[number - 1]
    if (!shotId) throw new StudioError({ code: 'NOT_FOUND', message: `There is no shot ${number}: the project has ${shotIds.length}.`, remedy: `Name shots between 1 and ${shotIds.length}, for example --shots 1,3-5.` })
    return shotId
  })
}

function range(part: string, last: number): readonly number[] {
  const match = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(part)
  if (!match) throw new StudioError({ code: 'INVALID_INPUT', message: `"${part}" is not a shot number or a range.`, remedy: `Name shots between 1 and ${last}, for example --shots 1,3-5.` })
  const from = Number(match[1])
  const to = Math.min(match[2] === undefined ? from : Number(match[2]), Math.max(from, last + 1))
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}
