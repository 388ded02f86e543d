/** Fetches one file: goes on where it stopped, hashes while it writes, tries again after cuts and stalls, and believes no size or hash that does not fit. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, rmSync, statSync } from 'node:fs'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Clock } from '../../clock.ts'
import { LONGEST_ASKED_PAUSE_MS, type DownloadLimits } from './download-limits.ts'
import type { PackDisk } from './pack-disk.ts'
import { requestFile, wholeNumber, type FileAnswer } from './request-file.ts'

/** What a server said of a file's version, so that a later part is of the same one. */
export interface FileVersion {
  readonly etag: string | null
  readonly lastModified: string | null
}

export interface WantedFile {
  readonly url: URL
  /** As people know it: the name in the pack. */
  readonly name: string
  readonly target: string
  readonly bytes: number | null
  readonly sha256: string | null
  /** Of the part that is on the disk already. */
  readonly version: FileVersion | null
}

export interface DownloadPorts {
  readonly clock: Clock
  readonly disk: PackDisk
  readonly limits: DownloadLimits
  readonly mirror: string | null
  /** Bytes of this file that are on the disk now. */
  readonly onBytes: (bytes: number) => void
  /** The connection was lost and is tried again after a pause; null when bytes come again. */
  readonly onTrouble: (trouble: StudioError | null) => void
  /** Called before the first byte of a version is written; must be durable when it returns. */
  readonly rememberVersion: (version: FileVersion) => void
}

export interface FetchedFile {
  readonly bytes: number
  readonly sha256: string
}

/** A loss that another attempt may mend. */
class Trouble extends Error {
  readonly error: StudioError
  readonly askedPauseMs: number | null
  constructor(error: StudioError, askedPauseMs: number | null = null) {
    super(error.message)
    this.error = error
    this.askedPauseMs = askedPauseMs
  }
}

/** Throws DOWNLOAD_FAILED, MODEL_CORRUPT, DISK_FULL, FOLDER_NOT_WRITABLE or CancelledError; what was fetched stays for the next time unless it is wrong. */
export async function downloadFile(wanted: WantedFile, ports: DownloadPorts, signal: AbortSignal): Promise<FetchedFile> {
  const state = await partOnDisk(wanted, signal)
  ports.onBytes(state.bytes)
  let fruitless = 0
  for (;;) {
    const before = state.bytes
    try {
      return await attempt(wanted, state, ports, signal)
    } catch (error) {
      if (signal.aborted) throw new CancelledError()
      if (!(error instanceof Trouble)) throw error
      fruitless = state.bytes > before ? 1 : fruitless + 1
      if (fruitless >= ports.limits.attempts) throw error.error
      ports.onTrouble(error.error)
      await pause(ports.clock, error.askedPauseMs ?? ports.limits.backoffMs(fruitless + 1), signal)
    }
  }
}

interface PartState {
  bytes: number
  hash: Hash
  version: FileVersion | null
  /** Made of several answers: if its content is wrong, it is fetched anew in one piece before anybody is blamed. */
  isJoined: boolean
}

/** What is there already is hashed again: nothing on the disk is believed because of its length. */
async function partOnDisk(wanted: WantedFile, signal: AbortSignal): Promise<PartState> {
  const size = statSync(wanted.target, { throwIfNoEntry: false })?.size ?? 0
  const isUsable = size > 0 && (wanted.bytes === null || size <= wanted.bytes) && (wanted.version !== null || wanted.sha256 !== null)
  const state: PartState = { bytes: 0, hash: createHash('sha256'), version: wanted.version, isJoined: isUsable }
  if (!isUsable) return state
  for await (const chunk of createReadStream(wanted.target, { highWaterMark: 1 << 20 })) {
    if (signal.aborted) throw new CancelledError()
    state.hash.update(chunk as Buffer)
    state.bytes += (chunk as Buffer).byteLength
  }
  return state
}

async function attempt(wanted: WantedFile, state: PartState, ports: DownloadPorts, signal: AbortSignal): Promise<FetchedFile> {
  if (wanted.bytes !== null && state.bytes === wanted.bytes) {
    const known = finish(wanted, state, null)
    if (known) return known
    restart(wanted, state, ports)
  }
  const watch = watchdog(ports, signal)
  try {
    const answer = await asked(wanted, state, ports, watch.signal)
    const total = beginBody(wanted, state, answer)
    await receive(wanted, state, answer.response, total, ports, watch)
    if (state.bytes < total) throw new Trouble(failed(wanted, `the connection ended after ${state.bytes} of ${total} bytes`))
    const done = finish(wanted, state, answer.namedSha256)
    if (done) return done
    if (!state.isJoined) {
      rmSync(wanted.target, { force: true })
      throw wrongContent(wanted)
    }
    restart(wanted, state, ports)
    throw new Trouble(wrongContent(wanted), 0)
  } catch (error) {
    if (watch.isStalled()) throw new Trouble(failed(wanted, 'the server stopped sending'))
    throw error instanceof Trouble || error instanceof StudioError || signal.aborted ? error : new Trouble(failed(wanted, networkWords(error), error))
  } finally {
    watch.stop()
  }
}

async function asked(wanted: WantedFile, state: PartState, ports: DownloadPorts, signal: AbortSignal): Promise<FileAnswer> {
  // Nothing would tell a part of another file: neither the server nor a hash.
  if (state.bytes > 0 && wanted.sha256 === null && validatorOf(state.version) === null) restart(wanted, state, ports)
  const answer = await requestFile({ url: wanted.url, method: 'GET', mirror: ports.mirror, signal, headers: state.bytes > 0 ? rangeHeaders(state) : {} })
  const { response } = answer
  const { status } = response
  if (status === 206 && state.bytes > 0 && continues(wanted, state, response)) {
    state.isJoined = true
    return answer
  }
  if (status === 200) {
    // The whole file again: the server knows no ranges, or has another version now.
    restart(wanted, state, ports)
    state.version = versionOf(response)
    ports.rememberVersion(state.version)
    return answer
  }
  await response.body?.cancel()
  if (status === 206 || status === 416) {
    restart(wanted, state, ports)
    throw new Trouble(failed(wanted, `the server answered with another part than was asked for (${status})`), 0)
  }
  throw refusal(wanted, response)
}

/** If-Range takes only strong validators; with a known hash a wrong join is found at the end at the latest. */
function rangeHeaders({ bytes, version }: PartState): Readonly<Record<string, string>> {
  const validator = validatorOf(version)
  return { range: `bytes=${bytes}-`, ...(validator ? { 'if-range': validator } : {}) }
}

function validatorOf(version: FileVersion | null): string | null {
  return version?.etag && !version.etag.startsWith('W/') ? version.etag : (version?.lastModified ?? null)
}

function continues(wanted: WantedFile, state: PartState, response: Response): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  const etag = response.headers.get('etag')
  if (!range || Number(range[1]) !== state.bytes || Number(range[2]) + 1 !== Number(range[3])) return false
  if (wanted.bytes !== null && Number(range[3]) !== wanted.bytes) return false
  return etag === null || state.version?.etag == null || etag === state.version.etag
}

/** The file's whole length; throws where it is not the one that was declared. */
function beginBody(wanted: WantedFile, state: PartState, { response }: FileAnswer): number {
  if (![null, 'identity', ''].includes(response.headers.get('content-encoding'))) throw failed(wanted, 'the server sends it packed, which cannot be checked')
  const length = wholeNumber(response.headers.get('content-length'))
  const total = wanted.bytes ?? (length === null ? null : state.bytes + length)
  if (total === null) throw failed(wanted, 'the server does not say how large it is')
  if (length !== null && state.bytes + length !== total) {
    throw new StudioError({
      code: 'MODEL_CORRUPT', message: `The server's ${wanted.name} holds ${state.bytes + length} bytes instead of ${total}.`,
      remedy: 'The publisher may have changed it: update Shotwright for a new catalogue, or choose another mirror.',
    })
  }
  return total
}

async function receive(wanted: WantedFile, state: PartState, response: Response, total: number, ports: DownloadPorts, watch: Watchdog): Promise<void> {
  const writer = await ports.disk.openAt(wanted.target, state.bytes)
  try {
    for await (const chunk of response.body ?? []) {
      watch.fed()
      if (state.bytes + chunk.byteLength > total) {
        await writer.close()
        restart(wanted, state, ports)
        throw new StudioError({ code: 'MODEL_CORRUPT', message: `The server sends more than the ${total} bytes that ${wanted.name} holds.`, remedy: 'Choose another mirror, or download the folder by hand and import it.' })
      }
      await writer.write(chunk)
      state.hash.update(chunk)
      state.bytes += chunk.byteLength
      ports.onTrouble(null)
      ports.onBytes(state.bytes)
    }
    await writer.flush()
  } finally {
    await writer.close().catch(() => { /* Closed above, or the disk's complaint was already thrown. */ })
  }
}

/** null where the content is wrong. */
function finish(wanted: WantedFile, state: PartState, namedSha256: string | null): FetchedFile | null {
  const sha256 = state.hash.copy().digest('hex')
  const expected = wanted.sha256 ?? namedSha256
  return expected !== null && expected !== sha256 ? null : { bytes: state.bytes, sha256 }
}

function restart(wanted: WantedFile, state: PartState, ports: DownloadPorts): void {
  rmSync(wanted.target, { force: true })
  Object.assign(state, { bytes: 0, hash: createHash('sha256'), isJoined: false, version: null })
  ports.onBytes(0)
}

function versionOf(response: Response): FileVersion {
  return { etag: response.headers.get('etag'), lastModified: response.headers.get('last-modified') }
}

interface Watchdog {
  readonly signal: AbortSignal
  fed(): void
  isStalled(): boolean
  stop(): void
}

function watchdog({ clock, limits }: DownloadPorts, outer: AbortSignal): Watchdog {
  const own = new AbortController()
  let isStalled = false
  const bark = (): void => {
    isStalled = true
    own.abort()
  }
  let timer = clock.after(limits.stallMs, bark)
  return {
    signal: AbortSignal.any([own.signal, outer]),
    fed: () => {
      timer.cancel()
      timer = clock.after(limits.stallMs, bark)
    },
    isStalled: () => isStalled,
    stop: () => {
      timer.cancel()
      // Ends a transfer that nobody reads any more.
      own.abort()
    },
  }
}

/** Ends early when the signal fires. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      timer.cancel()
      reject(new CancelledError())
    }
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

function refusal(wanted: WantedFile, response: Response): StudioError | Trouble {
  const { status } = response
  if (WORTH_ANOTHER_TRY.has(status)) return new Trouble(failed(wanted, `the server is busy or out of order (${status})`), askedPause(response))
  if (status === 401 || status === 403) {
    return new StudioError({ code: 'DOWNLOAD_FAILED', message: `The server does not give ${wanted.name} to everybody (${status}).`, remedy: 'Accept the terms on the publisher’s page, download the folder there, and import it.' })
  }
  return new StudioError({
    code: 'DOWNLOAD_FAILED', message: `The server has no ${wanted.name} (${status}).`,
    remedy: 'The publisher may have moved it: check the mirror address, update Shotwright for a new catalogue, or import the folder from elsewhere.', detail: wanted.url.href,
  })
}

function askedPause(response: Response): number | null {
  const seconds = wholeNumber(response.headers.get('retry-after'))
  return seconds === null ? null : Math.min(LONGEST_ASKED_PAUSE_MS, seconds * 1_000)
}

function failed(wanted: WantedFile, problem: string, cause?: unknown): StudioError {
  return new StudioError({
    code: 'DOWNLOAD_FAILED', message: `${wanted.name} could not be fetched from ${wanted.url.host}: ${problem}.`,
    remedy: 'Check the connection or set a mirror, then resume: what was fetched is kept.', cause,
  })
}

function wrongContent(wanted: WantedFile): StudioError {
  return new StudioError({
    code: 'MODEL_CORRUPT', message: `${wanted.name} arrived with other contents than it must have; it was removed.`,
    remedy: 'Try again. If it happens again, choose another mirror: this one holds a different file.',
  })
}

function networkWords(error: unknown): string {
  const cause = (error as { readonly cause?: { readonly code?: unknown } } | null)?.cause
  const code = typeof cause?.code === 'string' ? cause.code : null
  return code === null ? 'the connection was lost' : `the connection was lost (${code})`
}
