/** Reads a pack's manifest from its folder; every failure names the pack's file or the field that is wrong. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PACK_LINK_FILE, PackLinkSchema } from '#contracts/pack-link.ts'
import { PackManifestSchema } from '#contracts/pack-manifest.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'

export const MANIFEST_FILE = 'pack.json'
/** A manifest is a few kilobytes; a file beyond this is something else. */
const MAX_MANIFEST_BYTES = 2_000_000

export interface LoadedManifest {
  /** Absolute, with links resolved: where the files lie, and what component paths are checked against. */
  readonly folder: string
  readonly manifest: PackManifest
}

/** Throws PACK_UNKNOWN where the folder holds no pack, PACK_MALFORMED where its manifest is not one. */
export async function loadManifest(packFolder: string): Promise<LoadedManifest> {
  const folder = await realpath(packFolder).catch((cause: unknown) => {
    throw noPack(packFolder, cause)
  })
  const value = await readJson(folder)
  const outcome = PackManifestSchema.safeParse(value)
  if (outcome.success) return { folder: await filesFolder(folder, outcome.data.name), manifest: outcome.data }
  const issue = outcome.error.issues[0]
  throw malformed(folder, `${formatPath(issue?.path ?? [])}: ${issue?.message ?? 'is invalid'}`)
}

/** A linked pack's manifest lies here and its files elsewhere; they are checked like any others. */
async function filesFolder(folder: string, packName: string): Promise<string> {
  const text = await readFile(join(folder, PACK_LINK_FILE), 'utf8').catch(() => null)
  if (text === null) return folder
  try {
    return await realpath(PackLinkSchema.parse(JSON.parse(text)).folder)
  } catch (cause) {
    throw new StudioError({
      code: 'MODEL_MISSING', message: `The folder in which the pack "${packName}" lies is not there.`,
      remedy: 'Connect the drive, or remove the pack from the list and import it from where it is now.', cause,
    })
  }
}

async function readJson(folder: string): Promise<unknown> {
  const file = join(folder, MANIFEST_FILE)
  let text: string
  try {
    const { size } = await stat(file)
    if (size > MAX_MANIFEST_BYTES) throw malformed(folder, `it holds ${size} bytes, more than a manifest can`)
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw cause instanceof StudioError ? cause : noPack(folder, cause)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed(folder, `it is not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`)
  }
}

function noPack(folder: string, cause: unknown): StudioError {
  return new StudioError({
    code: 'PACK_UNKNOWN',
    message: `There is no model pack in ${folder}.`,
    remedy: 'Choose a folder that holds a pack.json, or install the pack again.',
    cause,
  })
}

function malformed(folder: string, problem: string): StudioError {
  return new StudioError({
    code: 'PACK_MALFORMED',
    message: `The manifest of the pack "${basename(folder)}" is malformed: ${problem}.`,
    remedy: 'Install the pack again; if you made it, correct the field that is named (docs/pack-format.md).',
  })
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'pack.json' : path.map(String).join('.')
}
