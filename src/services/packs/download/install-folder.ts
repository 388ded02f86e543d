/** The folder in which a pack comes together: hidden from the list of packs, locked by one process, and enough to go on after any crash. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createHash, randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Clock } from '../../clock.ts'
import { flushFolder, writeFileAtomically } from '../../files/atomic-write.ts'
import { writeError } from '../../files/file-errors.ts'
import { lockHolder, tryLock, type HeldLock } from '../../files/lock-file.ts'
import { pause, type FileVersion } from './download-file.ts'

const PREFIX = '.install-'
const DISCARDED = '.discarded-'
const STATE_FILE = 'install.json'

const StateSchema = z.object({
  formatVersion: z.literal(1), installId: z.string(), kind: z.enum(['download', 'import', 'repair']), entryId: z.string().nullable(), packId: z.string(), name: z.string(),
  /** Of what was to be fetched: parts of another edition of the catalogue are of no use. */
  editionDigest: z.string(), totalBytes: z.number().nullable(),
  versions: z.record(z.string(), z.object({ etag: z.string().nullable(), lastModified: z.string().nullable() })),
})
export type InstallState = z.infer<typeof StateSchema>

export class InstallFolder {
  readonly folder: string
  /** Where the files of the pack lie until it is whole. */
  readonly files: string
  readonly #packsFolder: string
  /** Beside the folder, not in it: whoever waits for it must not stand in the way of its removal. */
  readonly #lockFile: string

  constructor(packsFolder: string, installId: string) {
    this.#packsFolder = packsFolder
    this.folder = join(packsFolder, `${PREFIX}${installId}`)
    this.#lockFile = `${this.folder}.lock`
    this.files = join(this.folder, 'files')
  }

  /** Waits for its turn where another process holds the folder. `onWaiting` is told once. */
  async lock(clock: Clock, pollMs: number, signal: AbortSignal, onWaiting: () => void): Promise<HeldLock> {
    for (let isTold = false; ;) {
      if (signal.aborted) throw new CancelledError()
      makeFolder(this.#packsFolder)
      const outcome = tryLock(this.#lockFile)
      if ('lock' in outcome) return outcome.lock
      if (!isTold) onWaiting()
      isTold = true
      await pause(clock, pollMs, signal)
    }
  }

  isHeldElsewhere(): boolean {
    return lockHolder(this.#lockFile) !== null
  }

  /** null where there is none, or one that a crash or another program left unreadable. */
  read(): InstallState | null {
    try {
      return StateSchema.parse(JSON.parse(readFileSync(join(this.folder, STATE_FILE), 'utf8')))
    } catch {
      return null
    }
  }

  write(state: InstallState): void {
    writeFileAtomically(join(this.folder, STATE_FILE), canonicalJson(state))
  }

  rememberVersion(file: string, version: FileVersion): void {
    const state = this.read()
    if (state) this.write({ ...state, versions: { ...state.versions, [file]: version } })
  }

  /** The state to go on with: what is there if it is of the same edition, else a new one on an empty folder. */
  begin(wanted: Omit<InstallState, 'formatVersion' | 'versions'>): InstallState {
    const known = this.read()
    if (known && known.editionDigest === wanted.editionDigest) return known
    rmSync(this.files, { recursive: true, force: true })
    makeFolder(this.folder)
    const state: InstallState = { formatVersion: 1, ...wanted, versions: {} }
    this.write(state)
    makeFolder(this.files)
    return state
  }

  /** Gives the whole pack its place; a pack that was there under the name goes away only afterwards. Throws FILE_EXISTS for any other folder. */
  publish(target: string, packsFolder: string): void {
    requireReplaceable(target)
    const aside = join(packsFolder, `${DISCARDED}${randomUUID()}`)
    try {
      flushFolder(this.files)
      if (existsSync(target)) renameSync(target, aside)
      renameSync(this.files, target)
      flushFolder(packsFolder)
    } catch (error) {
      if (existsSync(aside) && !existsSync(target)) renameSync(aside, target)
      throw writeError(error, target)
    }
    rmSync(aside, { recursive: true, force: true })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  removeIfAllowed(): void {
    removeIfAllowed(this.folder)
  }
}

/** The packs folder may be one that people keep other things in; what is no pack is not ours to remove. */
function requireReplaceable(target: string): void {
  const isOther = existsSync(target) && namesIn(target)?.length !== 0 && !isPackNamed(target, basename(target))
  if (isOther) throw new StudioError({ code: 'FILE_EXISTS', message: `${target} is there already and is not this pack.`, remedy: 'Rename or move that folder, or choose another packs folder, and try again.' })
}

/** A damaged manifest counts: installing again is what mends it. */
function isPackNamed(folder: string, packId: string): boolean {
  try {
    const { id } = JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8')) as { readonly id?: unknown }
    return id === packId
  } catch {
    return existsSync(join(folder, 'pack.json'))
  }
}

/** Takes a folder out of the list at once and empties it then, so that a crash leaves no half of a pack. */
export function discard(folder: string, packsFolder: string): void {
  const aside = join(packsFolder, `${DISCARDED}${randomUUID()}`)
  try {
    renameSync(folder, aside)
    rmSync(aside, { recursive: true, force: true })
  } catch (error) {
    throw writeError(error, folder)
  }
}

/** What earlier runs left unfinished. */
export function unfinishedInstalls(packsFolder: string): readonly InstallState[] {
  return (namesIn(packsFolder) ?? []).filter((name) => name.startsWith(PREFIX)).flatMap((name) => new InstallFolder(packsFolder, name.slice(PREFIX.length)).read() ?? [])
}

/** Removes what a killed process had already taken out of the list. What cannot be removed now stays: the studio opens all the same. */
export function sweepDiscarded(packsFolder: string): void {
  for (const name of namesIn(packsFolder) ?? []) {
    if (name.startsWith(DISCARDED)) removeIfAllowed(join(packsFolder, name))
  }
}

/** True for the folder of an installation that is not finished. */
export function isInstallFolder(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** null where there is no folder, or one that cannot be listed: a drive that is gone, a share without permission. */
function namesIn(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder)
  } catch {
    return null
  }
}

function removeIfAllowed(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Read-only, or another process empties it at this moment.
  }
}

export function editionDigest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw writeError(error, join(folder, STATE_FILE))
  }
}
