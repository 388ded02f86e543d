/**
 * The state of a generation between two steps, on disk: a job that was killed goes on from there, bit for bit.
 * The file beside `checkpointFile` named with a clip's number holds that clip's finished latents; the file itself holds the
 * clip under way. Each begins with one line of JSON that names what it belongs to; a file that is not whole counts as none.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { canonicalJson } from '#core/document/canonical-json.ts'
import type { SampleState } from '../sampling/sample.ts'

export interface FinishedClip {
  readonly latents: Float32Array
  /** Milliseconds of its steps. */
  readonly stepMs: readonly number[]
}

export interface ClipUnderWay extends SampleState {
  readonly stepMs: readonly number[]
}

export interface Checkpoints {
  finished(clip: number): Promise<FinishedClip | null>
  underWay(clip: number): Promise<ClipUnderWay | null>
  /** Writes the state of a step where it is time to; failures to write cost nothing but the checkpoint. */
  offer(clip: number, state: () => SampleState, stepMs: readonly number[]): Promise<void>
  /** Only clips that others follow are worth keeping. */
  finish(clip: number, finished: FinishedClip): Promise<void>
}

export interface CheckpointOptions {
  readonly file: string
  /** Hash of everything that decides the latents: `checkpointKey`. */
  readonly key: string
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Least time between two checkpoints; 0: after every step, whatever it costs. */
  readonly intervalMs: number
}

export const NO_CHECKPOINTS: Checkpoints = Object.freeze({
  finished: async () => null, underWay: async () => null, offer: async () => undefined, finish: async () => undefined,
})

/** Checkpoints may take this share of the time that passes. */
const TIME_SHARE = 0.015

const HeaderSchema = z.object({
  key: z.string(), clip: z.int(), index: z.int(), lengths: z.array(z.int().min(0)).min(1), sha256: z.string(), stepMs: z.array(z.number()),
})

export function createCheckpoints({ file, key, now, intervalMs }: CheckpointOptions): Checkpoints {
  let lastMs = now()
  let spentMs = 0
  const startedMs = lastMs

  async function write(target: string, clip: number, index: number, tensors: readonly Float32Array[], stepMs: readonly number[], begunMs = now()): Promise<void> {
    const temporary = `${target}.${randomUUID()}.tmp`
    try {
      const parts = tensors.map((tensor) => new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength))
      const header = { key, clip, index, lengths: tensors.map(({ length }) => length), sha256: hashOf(parts), stepMs }
      await writeFile(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...parts]))
      await rename(temporary, target)
    } catch {
      // A full disk is told of by the take's own files; without a checkpoint a killed job starts over.
      await rm(temporary, { force: true })
    }
    lastMs = now()
    spentMs += lastMs - begunMs
  }

  return {
    async finished(clip) {
      const read = await readCheckpoint(clipFile(file, clip), key, clip)
      return read === null ? null : { latents: read.tensors[0] as Float32Array, stepMs: read.stepMs }
    },
    async underWay(clip) {
      const read = await readCheckpoint(file, key, clip)
      if (read === null) return null
      const [latents, ...solver] = read.tensors
      return { index: read.index, latents: latents as Float32Array, solver, stepMs: read.stepMs }
    },
    async offer(clip, state, stepMs) {
      const begunMs = now()
      if (intervalMs > 0 && (begunMs - lastMs < intervalMs || spentMs > (begunMs - startedMs) * TIME_SHARE)) return
      const { index, latents, solver } = state()
      await write(file, clip, index, [latents, ...solver], stepMs, begunMs)
    },
    finish: (clip, { latents, stepMs }) => write(clipFile(file, clip), clip, 0, [latents], stepMs),
  }
}

function clipFile(file: string, clip: number): string {
  return `${file}-${String(clip).padStart(4, '0')}`
}

async function readCheckpoint(file: string, key: string, clip: number): Promise<{ readonly index: number; readonly tensors: Float32Array[]; readonly stepMs: readonly number[] } | null> {
  try {
    const bytes = await readFile(file)
    const end = bytes.indexOf(0x0a)
    const header = HeaderSchema.parse(JSON.parse(bytes.toString('utf8', 0, end)))
    const body = bytes.subarray(end + 1)
    const isMine = header.key === key && header.clip === clip && header.lengths.reduce((sum, length) => sum + length * 4, 0) === body.length && header.sha256 === hashOf([body])
    if (!isMine) return null
    let offset = 0
    const tensors = header.lengths.map((length) => {
      // A copy: the body may lie at an offset that float32 cannot.
      const tensor = new Float32Array(new Uint8Array(body.subarray(offset, offset + length * 4)).buffer)
      offset += length * 4
      return tensor
    })
    return { index: header.index, tensors, stepMs: header.stepMs }
  } catch {
    // Absent, cut short or of another version: the job starts over.
    return null
  }
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

export interface CheckpointKeyInput {
  readonly request: GenerateRequest
  readonly packDigest: string
  /** Whose schedule and settings the digest of the files does not tell. */
  readonly manifest: PackManifest
  readonly provider: string
  /** Version of the runtime. */
  readonly runtime: string
  /** How the VAE is run, where the latents depend on it: pictures that are given are encoded so. Else null. */
  readonly vaeTiles: unknown
}

/** Format of the state itself: raised when the same request would go another way. */
const STATE_VERSION = 1

/** sha256 over the request, the contents of the files that it names, the pack, the device and the runtime. */
export async function checkpointKey({ request, packDigest, manifest, provider, runtime, vaeTiles }: CheckpointKeyInput): Promise<string> {
  const { jobId: _job, outputFolder: _output, checkpointFile: _checkpoint, packFolder: _pack, vaeTiles: _tiles, ...deciding } = request
  const files = [request.known?.firstFrame, request.known?.lastFrame, request.known?.parent?.latentsFile, request.known?.parent?.videoFile, request.known?.lead?.videoFile, request.known?.tail?.videoFile]
  const contents = await Promise.all(files.map(async (file) => (file == null ? null : hashOfFile(file))))
  const text = canonicalJson(JSON.parse(JSON.stringify({ ...deciding, contents, packDigest, manifest, provider, runtime, vaeTiles, version: STATE_VERSION })))
  return createHash('sha256').update(text).digest('hex')
}

/** null where it cannot be read: who needs it says so. */
async function hashOfFile(file: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch {
    return null
  }
}
