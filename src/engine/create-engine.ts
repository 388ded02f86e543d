/** The engine: answers the engine contract with the inference runtime and the media tools that it is given. */
import type { ContractHandlers, HandlerContext } from '#contracts/contract.ts'
import type { EngineContract, GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { peakBytes } from '#contracts/pack-manifest.ts'
import type { PackManifest, StageMemory } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import { createDeviceMemory } from './devices/device-memory.ts'
import { systemGraphicsCards } from './devices/graphics-cards.ts'
import type { GraphicsCards } from './devices/graphics-cards.ts'
import { admit } from './inference/admission.ts'
import type { InferencePort } from './inference/inference-port.ts'
import { devicesToProbe } from './inference/providers.ts'
import type { MediaTools } from './media-port.ts'
import { createPackVerifier } from './packs/verify-pack.ts'
import { pipelineOf } from './pipelines/families.ts'
import { createJobProgress } from './pipelines/job-progress.ts'
import type { TailTimes } from './pipelines/job-progress.ts'
import { createModelStore } from './pipelines/model-store.ts'
import type { Room } from './pipelines/model-store.ts'
import { createTextEncoding } from './pipelines/text/embeddings.ts'
import { chooseVaeTiles } from './pipelines/vae-tile-choice.ts'
import type { VaeTiles } from './pipelines/vae-tiles.ts'
import { createPreviewFolders } from './preview-folders.ts'

export interface EngineOptions {
  readonly inference: InferencePort
  readonly media: MediaTools
  readonly clock: { monotonicMs(): number }
  readonly log: { write(level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>): void }
  /** Where text embeddings outlive the process; absent or null: in memory alone. */
  readonly cacheFolder?: string | null
  /** Bytes of graphs that stay loaded between jobs. */
  readonly modelBudgetBytes?: number
  /** What the machine can still give this process; default: what the operating system says. */
  readonly availableBytes?: () => number
  /** Least time between two checkpoints of a generation. */
  readonly checkpointIntervalMs?: number
  /** Default: what the system's own tools say. */
  readonly cards?: GraphicsCards
}

export interface EngineStats {
  readonly graphLoads: number
  readonly graphEvictions: number
  readonly textEncoderRuns: number
  readonly embeddingHits: number
  readonly filesHashed: number
}

export interface Engine {
  readonly handlers: ContractHandlers<EngineContract>
  /** What ran and what was remembered, for tests and the log. */
  stats(): EngineStats
  dispose(): Promise<void>
}

type Context = HandlerContext<EngineContract>

/** Of a large pack's step nothing is lost then; of a small pack's, less than starting the engine again takes. */
const CHECKPOINT_INTERVAL_MS = 3_000

/** One generation or export at a time: two would fight for the device, and neither would keep its promise of time left. */
export function createEngine(options: EngineOptions): Engine {
  const { inference, media, log } = options
  const now = () => options.clock.monotonicMs()
  const verifier = createPackVerifier()
  const models = createModelStore(inference, options.modelBudgetBytes)
  const text = createTextEncoding(options.cacheFolder ?? null)
  const tails = new Map<string, TailTimes>()
  const previews = createPreviewFolders()
  const memory = createDeviceMemory({ cards: options.cards ?? systemGraphicsCards(), ...(options.availableBytes ? { availableBytes: options.availableBytes } : {}) })
  let busyWith: string | null = null

  async function exclusively<T>(jobId: string, work: () => Promise<T>): Promise<T> {
    if (busyWith !== null) {
      throw new StudioError({ code: 'NOT_READY', message: `The engine is busy with the job ${busyWith}.`, remedy: 'Wait until it is done, or cancel it.' })
    }
    busyWith = jobId
    try {
      return await work()
    } finally {
      busyWith = null
    }
  }

  async function generate(request: GenerateRequest, { signal, emit }: Context): Promise<GenerateResult> {
    const startedAt = now()
    const tailKey = `${request.packFolder}|${request.frameSize.width}x${request.frameSize.height}x${request.frameCount}`
    const progress = createJobProgress({ jobId: request.jobId, now, emit: (value) => emit('job.progress', value), tail: tails.get(tailKey) ?? null })
    progress.begin('verifying', 1)
    // Known before minutes of sampling, not after: without ffmpeg no take can be written.
    await media.tools()
    const pack = await verifier.verify(request.packFolder, { signal })
    const pipeline = pipelineOf(pack)
    const { provider } = request
    const { vaeTiles, room } = await admitted(pack.manifest, request)
    const outcome = await pipeline({
      request, pack, provider, text, media, progress, signal, now, vaeTiles,
      runtime: inference.version, checkpointIntervalMs: options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS,
      open: (graph) => models.acquire(pack, graph, provider, room),
      openIfRoom: (graph) => models.acquireIfRoom(pack, graph, provider, room),
      previewFolder: await previews.next(),
      onPreview: (preview) => emit('job.preview', { jobId: request.jobId, ...preview }),
    })
    progress.finish()
    tails.set(tailKey, { decodingMs: progress.stageMs('decoding'), writingMs: progress.stageMs('writing') })
    return { ...outcome, vaeTileSize: vaeTiles?.size ?? null, onnxruntime: inference.version, wallSeconds: (now() - startedAt) / 1000 }
  }

  /** How the VAE is run and what may stay loaded, or OUT_OF_MEMORY; nothing is loaded yet. */
  async function admitted(pack: PackManifest, request: GenerateRequest): Promise<{ readonly vaeTiles: VaeTiles | null; readonly room: Room }> {
    const { frameSize, provider, vaeTiles: tiling } = request
    const size = pack.sizes.find(({ width, height }) => width === frameSize.width && height === frameSize.height)
    if (size === undefined) return { vaeTiles: null, room: { limitBytes: null } } // The pipeline says which sizes there are.
    const availableBytes = await memory.freeBytes(provider)
    const { residentBytes } = models.stats
    const freeBytes = availableBytes === null ? null : availableBytes + residentBytes
    const frameCount = Math.min(clipFrames(request), pack.frames.max)
    const vaeTiles = chooseVaeTiles(pack, { frameSize, frameCount, freeBytes, wantsSmaller: tiling === 'smaller' })
    const inTiles = vaeTiles !== null
    const neededBytes = peakBytes(size, inTiles, frameCount / pack.frames.max)
    admit({
      packName: pack.name, neededBytes, availableBytes, residentBytes,
      smallerSizes: pack.sizes.map((other) => ({ ...other, memoryBytes: peakBytes(other, true) })).filter(({ memoryBytes }) => memoryBytes < neededBytes),
    })
    return { vaeTiles, room: { limitBytes: freeBytes, ...(size.memory === undefined ? {} : { peakBytes: peaksOf(size.memory, inTiles) }) } }
  }

  /** After running out of memory nothing stays loaded: what comes next starts with all the memory there is. */
  async function generateOrMakeRoom(request: GenerateRequest, context: Context): Promise<GenerateResult> {
    try {
      return await generate(request, context)
    } catch (error) {
      if (error instanceof StudioError && error.code === 'OUT_OF_MEMORY') {
        log.write('warn', 'Out of memory: all graphs are let go.', { jobId: request.jobId, ...models.stats })
        await models.clear()
      }
      throw error
    }
  }

  const handlers: ContractHandlers<EngineContract> = {
    'engine.ping': () => ({ pid: process.pid, busyWith }),
    'engine.configure': ({ ffmpegPath }) => {
      media.useFfmpeg(ffmpegPath)
      return {}
    },
    'provider.list': () => ({ providers: [...devicesToProbe(process.platform)], onnxruntime: inference.version }),
    'provider.try': ({ provider }) => inference.tryProvider(provider),
    'device.survey': () => memory.survey(),
    'pack.verify': async ({ packFolder }, { signal }) => {
      const { packDigest, bytes } = await verifier.verify(packFolder, { signal })
      return { packDigest, bytes }
    },
    'take.generate': (request, context) => exclusively(request.jobId, () => generateOrMakeRoom(request, context)),
    'sequence.export': (request, { signal, emit }) =>
      exclusively(request.jobId, () => media.exportSequence(request, { signal, onProgress: (progress) => emit('job.progress', progress) })),
    'media.probe': ({ file }, { signal }) => media.probe(file, signal),
    'media.toneBed': (request, { signal }) => media.toneBed(request, signal),
    'media.tools': async () => {
      const { encoders, ...tools } = await media.tools()
      return { ...tools, encoders: [...encoders] }
    },
  }

  return {
    handlers,
    stats: () => ({
      graphLoads: models.stats.loads, graphEvictions: models.stats.evictions,
      textEncoderRuns: text.stats.runs, embeddingHits: text.stats.memoryHits + text.stats.diskHits, filesHashed: verifier.hashedFiles(),
    }),
    async dispose() {
      media.dispose()
      await models.clear()
      await previews.dispose()
    },
  }
}

/** Of a take that is made as one clip: with the frames that lead in and out. */
function clipFrames({ frameCount, known }: GenerateRequest): number {
  return frameCount + (known?.lead?.frameCount ?? 1) - 1 + (known?.tail?.frameCount ?? 1) - 1
}

function peaksOf({ textEncoder, transformer, vaeDecoder, vaeDecoderTiled }: StageMemory, inTiles: boolean): NonNullable<Room['peakBytes']> {
  return { textEncoder, transformer, vaeDecoder: inTiles ? vaeDecoderTiled : vaeDecoder }
}
