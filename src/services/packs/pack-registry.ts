/** The model packs of this machine: one summary a folder that holds a manifest, broken ones included with what is wrong with them. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { LexiconSchema, manifestDigest, packFilesOf, PackManifestSchema, peakBytes, type Lexicon, type PackManifest } from '#contracts/pack-manifest.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import { toWireError } from '#contracts/wire-error.ts'
import { StudioError } from '#core/errors.ts'
import { pathInside } from '../projects/project-folder.ts'
import { linkTarget } from './pack-link.ts'

export interface PackRegistryOptions {
  /** Folders whose subfolders are packs; earlier ones win where an id is there twice. A folder may also be a pack itself. */
  readonly packFolders: () => readonly string[]
  /** Packs in this folder were installed by the person, who may remove them. */
  readonly installedFolder: () => string
  /** Packs below this folder ship with the studio. */
  readonly embeddedFolder: string | null
  readonly secondsPerStep: (packId: string, packDigest: string) => number | null
}

export interface PackRegistry {
  /** Reads the folders anew: packs come and go while the studio runs. */
  list(): readonly PackSummary[]
  /** The pack of that id in whatever state; throws PACK_UNKNOWN. */
  find(packId: string): PackSummary
  /** As `find`, and it can run; throws what is wrong with it. */
  require(packId: string): PackSummary
}

const MANIFEST = 'pack.json'
const MAX_MANIFEST_BYTES = 2_000_000
const INSTALL_AGAIN = 'Install the pack again; if you made it, correct what is named (docs/pack-format.md).'

export function packRegistry(options: PackRegistryOptions): PackRegistry {
  function list(): readonly PackSummary[] {
    const byId = new Map<string, PackSummary>()
    for (const folder of new Set(options.packFolders().flatMap(foldersWithManifest))) {
      const summary = summarise(folder, options)
      if (!byId.has(summary.packId) || (byId.get(summary.packId)?.state !== 'ready' && summary.state === 'ready')) byId.set(summary.packId, summary)
    }
    return [...byId.values()]
  }
  function find(packId: string): PackSummary {
    const found = list().find((pack) => pack.packId === packId)
    if (found) return found
    throw new StudioError({
      code: 'PACK_UNKNOWN', message: `The model pack "${packId.slice(0, 100)}" is not on this machine.`, remedy: 'Install it, or choose another pack for the project or the shot.',
    })
  }
  function requirePack(packId: string): PackSummary {
    const pack = find(packId)
    if (pack.state === 'ready') return pack
    throw new StudioError({ code: pack.state === 'missing' ? 'MODEL_MISSING' : 'PACK_MALFORMED', message: `The pack "${pack.name}" cannot be used.`, remedy: INSTALL_AGAIN, ...pack.error as object })
  }
  return { list, find, require: requirePack }
}

function foldersWithManifest(folder: string): readonly string[] {
  if (existsSync(join(folder, MANIFEST))) return [folder]
  return entriesOf(folder)
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()) && existsSync(join(folder, entry.name, MANIFEST)))
    .map((entry) => join(folder, entry.name))
    .toSorted()
}

/** Nothing where there is no folder, or one that cannot be listed: other folders have packs all the same. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function summarise(folder: string, options: PackRegistryOptions): PackSummary {
  const isEmbedded = options.embeddedFolder !== null && isBelow(folder, options.embeddedFolder)
  let manifest: PackManifest
  try {
    manifest = readManifest(folder)
  } catch (error) {
    return { ...brokenPack(folder, isEmbedded, error), linkedFrom: linkTarget(folder), isRemovable: !isEmbedded && isBelow(folder, options.installedFolder()) }
  }
  const packDigest = manifestDigest(manifest)
  const linkedFrom = linkTarget(folder)
  const filesFolder = linkedFrom ?? folder
  const problem = findFileProblem(filesFolder, manifest)
  const lexicon = problem ? null : readLexicon(filesFolder, manifest)
  const error = problem ?? (lexicon instanceof StudioError ? lexicon : null)
  return {
    packId: manifest.id, name: manifest.name, version: manifest.version, family: manifest.family, description: manifest.description, folder,
    state: error === null ? 'ready' : error.code === 'MODEL_MISSING' ? 'missing' : 'corrupt',
    error: error && toWireError(error),
    packDigest,
    bytes: packFilesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
    isEmbedded, isDraft: isEmbedded || manifest.promptDialect === 'previz',
    licence: { ...manifest.licence, excludedRegions: [...manifest.licence.excludedRegions] },
    sizes: manifest.sizes.map(({ width, height }) => ({ width, height })),
    frameRate: manifest.frames.rate, minFrames: manifest.frames.min, maxFrames: manifest.frames.max, frameStep: manifest.latent.temporalCompression,
    steps: manifest.schedule.timesteps?.length ?? manifest.schedule.steps, guidanceScale: manifest.guidance.scale, camera: manifest.camera.kind, promptDialect: manifest.promptDialect,
    abilities: manifest.abilities,
    knownWords: lexicon === null || lexicon instanceof StudioError ? null : { known: [...lexicon.known], synonyms: { ...lexicon.synonyms } },
    secondsPerStep: options.secondsPerStep(manifest.id, packDigest),
    memory: manifest.sizes.map((size) => ({ width: size.width, height: size.height, bytes: peakBytes(size, false), leastBytes: peakBytes(size, true) })),
    linkedFrom, isRemovable: !isEmbedded && isBelow(folder, options.installedFolder()),
  }
}

/** Throws PACK_MALFORMED. */
export function readManifest(folder: string): PackManifest {
  const file = join(folder, MANIFEST)
  const outcome = PackManifestSchema.safeParse(readJson(file, MAX_MANIFEST_BYTES))
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]
  throw malformed(file, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is invalid'}`)
}

/** Presence and size are looked at here; hashes are proven by the engine before a pack is loaded. */
function findFileProblem(folder: string, manifest: PackManifest): StudioError | null {
  if (!existsSync(folder)) {
    return new StudioError({ code: 'MODEL_MISSING', message: `The folder ${folder}, in which the pack "${manifest.name}" lies, is not there.`, remedy: 'Connect the drive, or remove the pack from the list and import it from where it is now.' })
  }
  for (const { file, bytes } of packFilesOf(manifest)) {
    const path = pathInside(folder, file)
    const size = path === null ? undefined : statSync(path, { throwIfNoEntry: false })?.size
    if (size === undefined) return new StudioError({ code: 'MODEL_MISSING', message: `The pack "${manifest.name}" lacks its file ${file}.`, remedy: INSTALL_AGAIN })
    if (size !== bytes) {
      return new StudioError({ code: 'MODEL_CORRUPT', message: `The file ${file} of the pack "${manifest.name}" holds ${size} bytes instead of ${bytes}.`, remedy: INSTALL_AGAIN })
    }
  }
  return null
}

/** null where the pack knows an open vocabulary. */
function readLexicon(folder: string, manifest: PackManifest): Lexicon | StudioError | null {
  if (!manifest.components.lexicon) return null
  const file = join(folder, manifest.components.lexicon.file)
  try {
    const outcome = LexiconSchema.safeParse(readJson(file, manifest.components.lexicon.bytes))
    return outcome.success ? outcome.data : malformed(file, outcome.error.issues[0]?.message ?? 'is invalid')
  } catch (error) {
    if (error instanceof StudioError) return error
    throw error
  }
}

function readJson(file: string, maxBytes: number): unknown {
  try {
    if (statSync(file).size > maxBytes) throw malformed(file, 'it is too large')
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw error instanceof StudioError ? error : malformed(file, 'it cannot be read as JSON')
  }
}

function malformed(file: string, problem: string): StudioError {
  return new StudioError({ code: 'PACK_MALFORMED', message: `${file} is malformed: ${problem}.`, remedy: INSTALL_AGAIN })
}

/** What can be said of a pack whose manifest cannot be read: its folder's name and the reason. */
function brokenPack(folder: string, isEmbedded: boolean, error: unknown): PackSummary {
  return {
    packId: basename(folder).slice(0, 100) || 'unnamed', name: basename(folder), version: '', family: '', description: '', folder,
    state: 'corrupt', error: toWireError(error), packDigest: null, bytes: 0, isEmbedded, isDraft: isEmbedded,
    licence: { spdx: '', name: '', url: null, excludedRegions: [] },
    sizes: [], frameRate: { num: 1, den: 1 }, minFrames: 1, maxFrames: 1, frameStep: 1, steps: 1, guidanceScale: 1, camera: 'none', promptDialect: '',
    abilities: { firstFrame: false, lastFrame: false, latentMask: false, negativePrompt: false }, knownWords: null, secondsPerStep: null,
  }
}

function isBelow(folder: string, parent: string): boolean {
  const own = existsSync(folder) ? realpathSync(folder) : folder
  const other = existsSync(parent) ? realpathSync(parent) : parent
  return own === other || own.startsWith(`${other}/`) || own.startsWith(`${other}\\`)
}
