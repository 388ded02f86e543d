/** The one file that starts ffmpeg and ffprobe: arguments in, bytes and a checked exit out; nothing else knows fluent-ffmpeg. */
import { execFile, type ChildProcess } from 'node:child_process'
import { isAbsolute } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import createCommand, { type FfmpegCommand } from 'fluent-ffmpeg'
import { CancelledError, StudioError } from '#core/errors.ts'

/** Only local files and our own pipes: a playlist inside a media file can then reach neither the network nor other protocols. */
const PROTOCOLS = 'file,pipe'
/** How much of ffmpeg's own words an error keeps. */
const DETAIL_CHARACTERS = 4_000
/** ffprobe answers of sane files are a few kilobytes. */
const PROBE_MAX_BYTES = 8 * 1024 * 1024
const PROBE_TIMEOUT_MS = 60_000

export interface FfmpegInput {
  /** An absolute path, raw bytes to be piped in (at most one input may be piped), or a generated source of ffmpeg's own. */
  readonly source: { readonly file: string } | { readonly bytes: AsyncIterable<Uint8Array> } | { readonly generator: string }
  /** Options before `-i`, one array element an argument. Never text that a person wrote. */
  readonly options: readonly string[]
}

export interface FfmpegJob {
  readonly inputs: readonly FfmpegInput[]
  /** Options before the output, one array element an argument. Never text that a person wrote. */
  readonly outputOptions: readonly string[]
}

/** The parts of fluent-ffmpeg that its types leave out; all are replaced or read on one command, never on the shared prototype. */
interface CommandInternals {
  ffmpegProc?: ChildProcess
  _getFfmpegPath(done: (error: Error | null, path: string) => void): void
  _checkCapabilities(done: (error?: Error) => void): void
  availableEncoders(done: (error: Error | null, encoders: object) => void): void
  _spawnFfmpeg(args: string[], options: object, onStart: (...parts: unknown[]) => void, onEnd: (error: Error | null, stdout?: LinesRing, stderr?: LinesRing) => void): void
}
interface LinesRing { get(): string }

interface Run {
  /** Settles when the process is gone: rejects with StudioError or CancelledError. */
  readonly finished: Promise<void>
  kill(): void
}

/** Runs ffmpeg into a file. Rejects with FFMPEG_FAILED, DISK_FULL or CancelledError; the caller removes what was written. */
export async function encodeToFile(ffmpeg: string, job: FfmpegJob, file: string, signal: AbortSignal): Promise<void> {
  await launch(ffmpeg, job, { file }, signal).finished
}

/** Runs ffmpeg and yields what it writes, as fast as the loop takes it; leaving the loop ends the process. */
export async function* decodeToStream(ffmpeg: string, job: FfmpegJob, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  // Destroyed by hand after the exit code is known: fluent-ffmpeg kills the process 20 ms after this stream closes.
  const output = new PassThrough({ autoDestroy: false, highWaterMark: 256 * 1024 })
  const run = launch(ffmpeg, job, output, signal)
  // The rejection is awaited below; until then it must not count as unhandled.
  run.finished.catch(() => output.end())
  try {
    for await (const chunk of output) yield chunk as Buffer
    await run.finished
  } finally {
    run.kill()
    output.destroy()
    // Whoever left the loop early does not care how the killed process ended, only that it is gone.
    await run.finished.catch(() => undefined)
  }
}

/** Runs ffprobe with JSON output on one file; resolves to the parsed JSON, not yet checked by any schema. */
export async function probeJson(ffprobe: string, options: readonly string[], file: string, signal: AbortSignal): Promise<unknown> {
  const args = ['-v', 'error', '-print_format', 'json', '-protocol_whitelist', PROTOCOLS, ...options, '-i', fileUrl(file)]
  const { stdout } = await runBriefly(ffprobe, args, signal)
  return JSON.parse(stdout)
}

/** First lines of `-version`; rejects where the program does not start. */
export async function versionText(program: string, signal: AbortSignal): Promise<string> {
  return (await runBriefly(program, ['-version'], signal)).stdout
}

function runBriefly(program: string, args: readonly string[], signal: AbortSignal): Promise<{ stdout: string }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError())
    execFile(program, [...args], { signal, killSignal: 'SIGKILL', timeout: PROBE_TIMEOUT_MS, maxBuffer: PROBE_MAX_BYTES, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) return resolve({ stdout })
      if (signal.aborted) return reject(new CancelledError())
      reject(ffmpegFailed('ffprobe could not read the file.', stderr || error.message, error))
    })
  })
}

function launch(ffmpeg: string, job: FfmpegJob, target: { readonly file: string } | PassThrough, signal: AbortSignal): Run {
  const piped = job.inputs.map((input) => input.source).find((source) => 'bytes' in source)
  const source = piped ? Readable.from(asBuffers(piped.bytes), { objectMode: false, highWaterMark: 1 }) : null
  const command = buildCommand(ffmpeg, job, source, target)
  const internals = command as unknown as CommandInternals

  let child: ChildProcess | undefined
  let gone: Promise<void> = Promise.resolve()
  const kill = (): void => {
    child?.kill('SIGKILL')
    // Bytes that nobody will read any more would keep the pipe, and with it the event loop, alive.
    child?.stdout?.destroy()
  }
  command.on('start', () => {
    child = internals.ffmpegProc
    if (child) gone = new Promise((resolve) => { child?.once('exit', () => resolve()); child?.once('error', () => resolve()) })
    if (signal.aborted) kill()
  })
  const outcome = new Promise<void>((resolve, reject) => {
    command.on('end', () => resolve())
    command.on('error', (error: Error & { inputStreamError?: Error }, _stdout: string | null, stderr: string | null) => {
      // A frame source that threw is the cause; ffmpeg's end is only its consequence.
      reject(error.inputStreamError ?? ffmpegFailed('ffmpeg stopped with an error.', stderr || error.message, error))
    })
  })
  if (signal.aborted) {
    source?.destroy()
    return { finished: Promise.reject(new CancelledError()), kill }
  }
  signal.addEventListener('abort', kill, { once: true })
  command.run()
  return { finished: settle(outcome, () => gone, source, signal, kill), kill }
}

async function settle(outcome: Promise<void>, gone: () => Promise<void>, source: Readable | null, signal: AbortSignal, kill: () => void): Promise<void> {
  try {
    await outcome
  } catch (error) {
    kill()
    throw signal.aborted ? new CancelledError() : error
  } finally {
    signal.removeEventListener('abort', kill)
    // Ends the generator behind it (and what that holds open) where ffmpeg stopped before it did.
    source?.destroy()
    await gone()
  }
  if (signal.aborted) throw new CancelledError()
}

function buildCommand(ffmpeg: string, job: FfmpegJob, source: Readable | null, target: { readonly file: string } | PassThrough): FfmpegCommand {
  const command = createCommand({ stdoutLines: 60 })
  for (const input of job.inputs) {
    if ('file' in input.source) addFile(command, input.source.file, input.options)
    else if ('generator' in input.source) command.input(input.source.generator).inputOptions('-f', 'lavfi', ...input.options)
    else if (source) command.input(source).inputOptions('-nostdin', ...input.options)
  }
  const output = target instanceof PassThrough ? target : fileUrl(target.file)
  command.output(output)
  // fluent-ffmpeg splits a lone option at its first space: it always gets several.
  command.outputOptions('-hide_banner', '-nostats', '-loglevel', 'warning', ...job.outputOptions, ...(target instanceof PassThrough ? [] : ['-y']))
  return withOwnBinary(command, ffmpeg)
}

function addFile(command: FfmpegCommand, file: string, options: readonly string[]): void {
  command.input(fileUrl(file)).inputOptions('-nostdin', '-protocol_whitelist', PROTOCOLS, ...options)
}

/**
 * fluent-ffmpeg keeps one ffmpeg path and one list of capabilities for the whole process, and reads the list with patterns
 * that newer versions broke. This command gets its own path and asks for no lists: encoders are proved elsewhere.
 */
function withOwnBinary(command: FfmpegCommand, ffmpeg: string): FfmpegCommand {
  const internals = command as unknown as CommandInternals
  internals._getFfmpegPath = (done) => done(null, ffmpeg)
  internals._checkCapabilities = (done) => done()
  internals.availableEncoders = (done) => done(null, {})
  const spawnFfmpeg = internals._spawnFfmpeg.bind(command)
  const empty: LinesRing = { get: () => '' }
  // Where the program cannot be started at all, fluent-ffmpeg would read output that never was, and throw outside any promise.
  internals._spawnFfmpeg = (args, options, onStart, onEnd) =>
    spawnFfmpeg(args, options, onStart, (error, stdout, stderr) => onEnd(error, stdout ?? empty, stderr ?? empty))
  return command
}

async function* asBuffers(frames: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  for await (const frame of frames) yield Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
}

/** `file:` keeps a name that looks like a protocol, an option or a concat list from being taken for one. */
function fileUrl(file: string): string {
  if (!isAbsolute(file) || file.includes('\0')) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `"${file}" is not an absolute file path.`, remedy: 'Give the full path of the file.' })
  }
  return `file:${file}`
}

function ffmpegFailed(message: string, text: string, cause: unknown): StudioError {
  const detail = text.trim().slice(-DETAIL_CHARACTERS)
  if (/No space left on device|Disk quota exceeded/i.test(detail)) {
    return new StudioError({ code: 'DISK_FULL', message: 'The disk is full: the file could not be written.', remedy: 'Free some space or choose another folder, then try again.', detail, cause })
  }
  return new StudioError({ code: 'FFMPEG_FAILED', message, remedy: 'Try again; if it fails again, run the doctor and name another ffmpeg in FFMPEG_PATH.', detail, cause })
}
