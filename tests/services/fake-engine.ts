/**
 * An engine without models: speaks the engine contract, writes real files that follow from the request alone, and fails on
 * demand. Faults are listed in a JSON file, so that each can be told to happen once, in whichever process.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ContractHandlers, HandlerContext } from '#contracts/contract.ts'
import type { EngineContract, ExportRequest, ExportResult, GenerateRequest, GenerateResult, JobStage } from '#contracts/engine-api.ts'
import { manifestDigest, PackManifestSchema, type PackManifest } from '#contracts/pack-manifest.ts'
import { CancelledError, StudioError, type StudioErrorCode } from '#core/errors.ts'

export interface EngineFault {
  /** The job's seed (generation) or preset id (export); null for any job. */
  readonly match: number | string | null
  /**
   * crash, exit-zero: the process ends. deaf: it no longer listens. hang: it waits until it is cancelled.
   * gate: it waits until the test opens the gate. error: the job fails with `code`.
   */
  readonly mode: 'crash' | 'exit-zero' | 'deaf' | 'hang' | 'gate' | 'error'
  readonly atStep: number
  /** How often it still happens. */
  readonly times: number
  readonly code?: StudioErrorCode
}

export interface FakeEngineOptions {
  readonly faultsFile?: string
  readonly stepMs?: number
}

const DEFAULT_STEPS = 4
const POLL_MS = 3

export function gateFile(faultsFile: string, match: number | string | null): string {
  return `${faultsFile}.gate-${match ?? 'any'}`
}

export function fakeEngineHandlers(options: FakeEngineOptions = {}): ContractHandlers<EngineContract> {
  let busyWith: string | null = null
  async function working<Result>(jobId: string, work: () => Promise<Result>): Promise<Result> {
    if (busyWith !== null) throw new StudioError({ code: 'NOT_READY', message: 'The engine does one job at a time.', remedy: 'Wait.' })
    busyWith = jobId
    try {
      return await work()
    } finally {
      busyWith = null
    }
  }
  return {
    'engine.ping': () => ({ pid: process.pid, busyWith }),
    'engine.configure': () => ({}),
    'provider.list': () => ({ providers: ['cpu'], onnxruntime: '0.0.0-fake' }),
    'provider.try': ({ provider }) => (provider === 'cpu' ? { works: true, said: '' } : { works: false, said: `${provider} is not here` }),
    'device.survey': () => ({ cards: [], system: { freeBytes: 8e9, totalBytes: 16e9 } }),
    'pack.verify': ({ packFolder }) => {
      return { packDigest: manifestDigest(readManifest(packFolder)), bytes: 1 }
    },
    'take.generate': (request, context) => working(request.jobId, () => generate(request, context, options)),
    'sequence.export': (request, context) => working(request.jobId, () => exportSequence(request, context, options)),
    'media.probe': ({ file }) => probe(file),
    'media.toneBed': ({ file, seconds, seed, mood }) => ({ ...write(file, `tone ${seconds} ${seed} ${mood}`), durationSeconds: seconds }),
    'media.tools': () => ({ ffmpeg: '/fake/ffmpeg', ffprobe: '/fake/ffprobe', source: 'fake', version: '0', encoders: [] }),
  }
}

async function generate(request: GenerateRequest, context: HandlerContext<EngineContract>, options: FakeEngineOptions): Promise<GenerateResult> {
  const steps = request.steps ?? DEFAULT_STEPS
  const manifest = readManifest(request.packFolder)
  for (let step = 1; step <= steps; step += 1) {
    await between(request.seed, step, context.signal, options)
    emitProgress(request.jobId, 'sampling', step, steps, context)
    const file = join(request.outputFolder, `preview-${step}.jpg`)
    writeFileSync(file, `preview ${step}`)
    context.emit('job.preview', { jobId: request.jobId, step, steps, file })
  }
  // What decides the pixels, and nothing of this run: the same request gives the same bytes.
  const { jobId: _jobId, outputFolder: _outputFolder, provider: _provider, checkpointFile: _checkpointFile, ...deciding } = request
  const known = request.known?.firstFrame ? createHash('sha256').update(readFileSync(request.known.firstFrame)).digest('hex') : ''
  const text = JSON.stringify({ ...deciding, packFolder: '', known })
  const at = (name: string, content: string): { file: string; bytes: number; sha256: string } => ({ file: name, ...write(join(request.outputFolder, name), content) })
  return {
    video: at('video.mp4', `video ${text} ${'x'.repeat(2_000)}`), thumbnail: at('thumbnail.jpg', `thumbnail ${text}`),
    latents: { stored: at('latents.bin', `latents ${text}`), shape: [1, 4, 2, 2, 2] },
    frameCount: request.frameCount, frameSize: request.frameSize, frameRate: manifest.frames.rate, unknownWords: [],
    packVersion: manifest.version, packDigest: manifestDigest(manifest), family: manifest.family, solver: manifest.schedule.solver,
    steps, shift: 3, guidanceScale: request.guidanceScale ?? 1, provider: 'cpu', onnxruntime: '0.0.0-fake', wallSeconds: 0.01, secondsPerStep: 0.25,
  }
}

async function exportSequence(request: ExportRequest, context: HandlerContext<EngineContract>, options: FakeEngineOptions): Promise<ExportResult> {
  if (existsSync(request.outputFile) && !request.overwrite) {
    throw new StudioError({ code: 'FILE_EXISTS', message: `${request.outputFile} exists already.`, remedy: 'Choose another name.' })
  }
  for (let step = 1; step <= DEFAULT_STEPS; step += 1) {
    await between(request.preset.id, step, context.signal, options)
    emitProgress(request.jobId, 'encoding', step, DEFAULT_STEPS, context)
  }
  const written = write(request.outputFile, `export of ${request.document.project.title}`)
  if (request.contactSheetFile !== null) write(request.contactSheetFile, 'contact sheet')
  return {
    file: request.outputFile, ...written, frameCount: 10, durationSeconds: 1, frameSize: request.preset.frameSize,
    contactSheetFile: request.contactSheetFile, wallSeconds: 0.01,
  }
}

function readManifest(packFolder: string): PackManifest {
  const file = join(packFolder, 'pack.json')
  if (!existsSync(file)) throw new StudioError({ code: 'PACK_UNKNOWN', message: `There is no model pack in ${packFolder}.`, remedy: 'Choose another folder.' })
  return PackManifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

function emitProgress(jobId: string, stage: JobStage, completed: number, total: number, { emit }: HandlerContext<EngineContract>): void {
  emit('job.progress', { jobId, stage, completed, total, fraction: completed / total, elapsedMs: completed, remainingMs: total - completed })
}

/** What lies between two steps: the wait, a cancel, or the fault that the test asked for. */
async function between(match: number | string, step: number, signal: AbortSignal, { faultsFile, stepMs = 0 }: FakeEngineOptions): Promise<void> {
  const fault = faultsFile === undefined ? null : takeFault(faultsFile, match, step)
  if (fault) await happen(fault, faultsFile ?? '', signal)
  if (stepMs > 0) await wait(stepMs)
  if (signal.aborted) throw new CancelledError()
}

async function happen(fault: EngineFault, faultsFile: string, signal: AbortSignal): Promise<void> {
  if (fault.mode === 'crash') process.kill(process.pid, 'SIGKILL')
  if (fault.mode === 'exit-zero') process.exit(0)
  if (fault.mode === 'deaf') for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  if (fault.mode === 'error') throw new StudioError({ code: fault.code ?? 'INFERENCE_FAILED', message: 'The model gave no numbers.', remedy: 'Try another seed.' })
  while (!signal.aborted && (fault.mode === 'hang' || existsSync(gateFile(faultsFile, fault.match)))) await wait(POLL_MS)
}

function takeFault(file: string, match: number | string, step: number): EngineFault | null {
  if (!existsSync(file)) return null
  const faults = JSON.parse(readFileSync(file, 'utf8')) as readonly EngineFault[]
  const found = faults.find((fault) => fault.times > 0 && fault.atStep === step && (fault.match === null || fault.match === match))
  if (!found) return null
  writeFileSync(file, JSON.stringify(faults.map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))))
  return found
}

function probe(file: string): ReturnType<ContractHandlers<EngineContract>['media.probe']> {
  const text = readFileSync(file, 'utf8')
  const bytes = Buffer.byteLength(text)
  if (text.startsWith('sound')) return { format: 'wav', durationSeconds: 2, bytes, video: null, audio: { codec: 'pcm_s16le', sampleRate: 48_000, channels: 2 } }
  if (!text.startsWith('picture')) throw new StudioError({ code: 'MEDIA_CORRUPT', message: 'This is no media file.', remedy: 'Choose another one.' })
  return { format: 'png_pipe', durationSeconds: null, bytes, audio: null, video: { codec: 'png', frameSize: { width: 32, height: 32 }, frameRate: { num: 25, den: 1 }, frameCount: 1, pixelFormat: 'rgb24' } }
}

function write(file: string, content: string): { readonly bytes: number; readonly sha256: string } {
  writeFileSync(file, content)
  return { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') }
}
