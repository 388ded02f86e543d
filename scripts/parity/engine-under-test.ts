/** The real engine's parts, on the CPU: packs are verified, graphs loaded and pictures read as in a generation. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import type { GenerationJob } from '#engine/pipelines/generation-job.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { packFolder } from './golden-file.ts'

export interface EngineUnderTest {
  pack(name: string): Promise<VerifiedPack>
  /** Everything that a family's functions ask of a job, for one clip that is a whole take. */
  job(pack: VerifiedPack, manifest: PackManifest, request: GenerationJob['request'], known: GenerationJob['clip']['known']): GenerationJob
  dispose(): Promise<void>
}

const NO_PROGRESS: GenerationJob['progress'] = Object.freeze({ begin() {}, advance() {}, skip() {}, touch() {}, stageMs: () => 0, finish() {} })

export function createEngineUnderTest(): EngineUnderTest {
  const models = createModelStore(createOnnxRuntime())
  const verifier = createPackVerifier()
  const text = createTextEncoding(null)
  const media = createMediaTools()

  function job(pack: VerifiedPack, manifest: PackManifest, request: GenerationJob['request'], known: GenerationJob['clip']['known']): GenerationJob {
    return {
      request, pack: { ...pack, manifest }, provider: 'cpu', text, media, vaeTiles: null, runtime: 'parity', checkpointIntervalMs: Number.POSITIVE_INFINITY,
      open: (graph) => models.acquire(pack, graph, 'cpu'), openIfRoom: (graph) => models.acquireIfRoom(pack, graph, 'cpu'),
      progress: NO_PROGRESS, previewFolder: '', onPreview: () => {}, signal: new AbortController().signal, now: () => performance.now(),
      clip: { startFrame: 0, takeFrameCount: request.frameCount, known },
    }
  }

  return { pack: (name) => verifier.verify(packFolder(name)), job, dispose: () => models.clear() }
}
