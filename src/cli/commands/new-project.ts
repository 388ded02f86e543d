/** `shotwright new`: makes a project, with a script's shots if one is given. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { StudioError } from '#core/errors.ts'
import type { FrameSize } from '#core/document/schema.ts'
import { edit, type CommandContext } from '../command-context.ts'

export interface NewOptions {
  readonly from?: string
  readonly title?: string
  readonly format: string
  readonly fps: string
  readonly pack?: string
}

const FORMATS: Readonly<Record<string, FrameSize>> = {
  '9:16': { width: 1080, height: 1920 }, '16:9': { width: 1920, height: 1080 }, '1:1': { width: 1080, height: 1080 }, '4:5': { width: 1080, height: 1350 },
}
const RATES: Readonly<Record<string, { readonly num: number; readonly den: number }>> = {
  '23.976': { num: 24_000, den: 1_001 }, '24': { num: 24, den: 1 }, '25': { num: 25, den: 1 }, '29.97': { num: 30_000, den: 1_001 },
  '30': { num: 30, den: 1 }, '50': { num: 50, den: 1 }, '60': { num: 60, den: 1 },
}

export async function newProject(context: CommandContext, folder: string, options: NewOptions): Promise<void> {
  const frameSize = choose('format', options.format, FORMATS)
  const frameRate = choose('fps', options.fps, RATES)
  if (options.pack !== undefined) await requirePack(context, options.pack)
  const script = options.from === undefined ? null : await readScript(options.from)
  const snapshot = await context.client.call('project.create', {
    title: options.title ?? basename(resolve(folder)), frameSize, frameRate, script, folder: resolve(folder),
  })
  if (options.pack !== undefined) {
    await edit(context, snapshot.document.project.id, { type: 'project.edit', payload: { packId: options.pack } })
    await context.client.call('project.save', { projectId: snapshot.document.project.id })
  }
  const shotCount = Object.keys(snapshot.document.shots).length
  context.output.line(`Made "${snapshot.document.project.title}" with ${shotCount} ${shotCount === 1 ? 'shot' : 'shots'} in ${snapshot.folder}`)
  context.output.line(`Next: shotwright render ${JSON.stringify(folder)}`)
  context.output.result({ projectId: snapshot.document.project.id, folder: snapshot.folder, shots: shotCount })
}

/** Asked before the project is made, so that a wrong name leaves nothing behind. */
async function requirePack(context: CommandContext, packId: string): Promise<void> {
  const { packs } = await context.client.call('pack.list', {})
  if (packs.some((pack) => pack.packId === packId)) return
  throw new StudioError({ code: 'PACK_UNKNOWN', message: `There is no pack "${packId}" on this machine.`, remedy: `Choose one of ${packs.map((pack) => pack.packId).join(', ')}, or leave --pack out.` })
}

function choose<T>(option: string, value: string, table: Readonly<Record<string, T>>): T {
  const chosen = Object.hasOwn(table, value) ? table[value] : undefined
  if (chosen === undefined) throw new StudioError({ code: 'INVALID_INPUT', message: `--${option} ${value} is not known.`, remedy: `Choose one of ${Object.keys(table).join(', ')}.` })
  return chosen
}

async function readScript(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8')
  } catch (cause) {
    throw new StudioError({ code: 'NOT_FOUND', message: `The script ${file} could not be read.`, remedy: 'Check the name; a script is a text, Markdown or Fountain file.', detail: String(cause), cause })
  }
}
