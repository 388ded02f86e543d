/** The real engine with a clock at the model's door: how long a shot takes, how much of it is the model, when the first preview comes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '#contracts/client.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { createServer } from '#contracts/server.ts'
import { createEngine } from '#engine/create-engine.ts'
import type { InferencePort } from '#engine/inference/inference-port.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { PACK } from '../previz/held-out.ts'

export interface Measured {
  readonly result: GenerateResult
  readonly wallSeconds: number
  /** All runs of all graphs, previews among them. */
  readonly modelSeconds: number
  readonly firstPreviewSeconds: number | null
  /** Milliseconds of each stage beside the model's runs. */
  readonly stageOverheadMs: Readonly<Record<string, number>>
  /** Bytes of the take's files. */
  readonly takeBytes: number
}

export interface TimedEngine {
  measure(changes: Partial<GenerateRequest>): Promise<Measured>
  /** Seconds from a cancel in the middle of the steps until the engine has let go. */
  cancelSeconds(changes: Partial<GenerateRequest>): Promise<number>
  dispose(): Promise<void>
}

export function startTimedEngine(): TimedEngine {
  let modelMs = 0
  let onRun: (file: string) => void = () => undefined
  const inference = timed(createOnnxRuntime(), (milliseconds) => { modelMs += milliseconds }, (file) => onRun(file))
  const media = createMediaTools()
  const engine = createEngine({ inference, media, clock: { monotonicMs: () => performance.now() }, log: { write: () => {} } })
  const [near, far] = memoryTransportPair()
  createServer(ENGINE_CONTRACT, engine.handlers, far)
  const client = createClient(ENGINE_CONTRACT, near)

  async function measure(changes: Partial<GenerateRequest>): Promise<Measured> {
    const outputFolder = mkdtempSync(join(tmpdir(), 'shotwright-bench-'))
    let firstPreviewSeconds: number | null = null
    modelMs = 0
    const startedAt = performance.now()
    const stop = client.on('job.preview', () => { firstPreviewSeconds ??= (performance.now() - startedAt) / 1000 })
    const stageOverheadMs: Record<string, number> = {}
    let since = { stage: 'verifying', at: startedAt, modelMs: 0 }
    const stopProgress = client.on('job.progress', ({ stage }) => {
      const now = performance.now()
      stageOverheadMs[since.stage] = (stageOverheadMs[since.stage] ?? 0) + (now - since.at) - (modelMs - since.modelMs)
      since = { stage, at: now, modelMs }
    })
    try {
      const result = await client.call('take.generate', { ...REQUEST, outputFolder, ...changes })
      const wallSeconds = (performance.now() - startedAt) / 1000
      const takeBytes = result.video.bytes + result.latents.stored.bytes + result.thumbnail.bytes
      return { result, wallSeconds, modelSeconds: modelMs / 1000, firstPreviewSeconds, takeBytes, stageOverheadMs }
    } finally {
      stop()
      stopProgress()
      rmSync(outputFolder, { recursive: true, force: true })
    }
  }

  async function cancelSeconds(changes: Partial<GenerateRequest>): Promise<number> {
    const outputFolder = mkdtempSync(join(tmpdir(), 'shotwright-bench-'))
    const abort = new AbortController()
    let cancelledAt = 0
    const stop = client.on('job.progress', ({ stage, completed }) => {
      if (stage !== 'sampling' || completed < 2 || cancelledAt !== 0) return
      // The worst moment: the next run has just begun, and blocks the thread that is to hear the cancel.
      onRun = (file) => {
        // A preview may come first: it is no step.
        if (!file.includes('transformer')) return
        onRun = () => undefined
        cancelledAt = performance.now()
        setImmediate(() => abort.abort())
      }
    })
    try {
      await client.call('take.generate', { ...REQUEST, outputFolder, ...changes }, { signal: abort.signal }).catch(() => undefined)
      // The call rejects at once; the engine has let go when it takes the next job.
      while ((await client.call('engine.ping', {})).busyWith !== null) await new Promise((resolve) => setImmediate(resolve))
      return (performance.now() - cancelledAt) / 1000
    } finally {
      stop()
      rmSync(outputFolder, { recursive: true, force: true })
    }
  }

  return {
    measure, cancelSeconds,
    async dispose() {
      client.dispose()
      await engine.dispose()
    },
  }
}

const REQUEST: Omit<GenerateRequest, 'outputFolder'> = {
  jobId: 'bench', packFolder: PACK, prompt: 'medium shot, a red car on a beach at sunset, clear sky', negativePrompt: '', seed: 1,
  frameCount: 17, frameSize: { width: 160, height: 96 }, camera: { kind: 'preset', preset: 'truck', amount: 0.8, easing: 'linear' },
  lensMm: 35, subjectDistanceM: 4, steps: null, guidanceScale: null, known: null, provider: 'cpu',
}

/** Loading is not counted: the first shot pays it, and the wall time shows it. */
function timed(inference: InferencePort, add: (milliseconds: number) => void, onRun: (file: string) => void): InferencePort {
  return {
    ...inference,
    async createSession(...args) {
      const session = await inference.createSession(...args)
      return {
        inputNames: session.inputNames, outputNames: session.outputNames, dispose: () => session.dispose(),
        async run(feeds) {
          const startedAt = performance.now()
          onRun(args[0])
          try {
            return await session.run(feeds)
          } finally {
            add(performance.now() - startedAt)
          }
        },
      }
    },
  }
}
