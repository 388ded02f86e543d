/** What a clip is given — a first picture, a last one, latents of other clips — as known latents for the sampler. */
import { readFile } from 'node:fs/promises'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { Session } from '../inference/inference-port.ts'
import type { MediaTools } from '../media-port.ts'
import type { KnownLatents, KnownPresentation } from '../sampling/known-latents.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { Preparation } from './conditions.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { encodeStill } from './vae.ts'
import type { StillPlace } from './vae.ts'
import type { VaeTiles } from './vae-tiles.ts'

interface KnownFramesContext {
  readonly pack: PackManifest
  readonly plan: GenerationPlan
  readonly media: Pick<MediaTools, 'readImage'>
  readonly openVaeEncoder: () => Promise<Session>
  readonly vaeTiles: VaeTiles | null
  readonly signal: AbortSignal
}

/** The latents that the clip is given, and the pictures of the job's request. */
export function prepareKnown({ request, clip, pack, media, open, vaeTiles, signal }: GenerationJob, plan: GenerationPlan): Promise<Preparation['known']> {
  return knownFrames(request.known, clip.known, { pack: pack.manifest, plan, media, openVaeEncoder: () => open('vaeEncoder'), vaeTiles, signal })
}

/** null where nothing is given. A picture wins over latents in the latent frame where both would stand. */
async function knownFrames(known: GenerateRequest['known'], given: KnownLatents | null, context: KnownFramesContext): Promise<Preparation['known']> {
  if (known === null && given === null) return null
  const { shape } = context.plan
  const latents = given?.latents.slice() ?? new Float32Array(elementCount(shape))
  const mask = given === null ? Array.from({ length: shape[2] }, () => false) : [...given.mask]
  if (known !== null && known.firstFrame !== null) await takeStill(known.firstFrame, 'first', 0, latents, mask, context)
  if (known !== null && known.lastFrame !== null) await takeStill(known.lastFrame, 'later', shape[2] - 1, latents, mask, context)
  if (!mask.includes(true)) return null
  return { latents, mask, presentation: presentationOf(context.pack) }
}

/** A pack with a timestep a frame can be told which frames are clean. */
function presentationOf(pack: PackManifest): KnownPresentation {
  return pack.schedule.timestep === 'batch' ? 'noised' : 'clean'
}

async function takeStill(file: string, place: StillPlace, frame: number, latents: Float32Array, mask: boolean[], context: KnownFramesContext): Promise<void> {
  const { plan, pack, media, vaeTiles, signal } = context
  const picture = await media.readImage(file, plan.frameSize, signal)
  const encoded = await encodeStill(await context.openVaeEncoder(), picture, plan.frameSize, place, pack, vaeTiles)
  const [, channels, , height, width] = plan.shape
  copyFrame(encoded, [1, channels, 1, height, width], 0, latents, plan.shape, frame)
  mask[frame] = true
}

/** Reads a take's latents: float32, little endian, normalised, in the order of their shape. */
export async function readLatents(file: string, shape: readonly number[]): Promise<Float32Array> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (cause) {
    throw new StudioError({ code: 'MEDIA_MISSING', message: `The latents of the parent take are missing (${file}).`, remedy: 'Generate the whole shot anew instead of a part of it.', cause })
  }
  if (bytes.byteLength !== elementCount(shape) * 4) {
    throw new StudioError({
      code: 'MEDIA_CORRUPT', message: `The latents of the parent take are damaged: ${file} holds ${bytes.byteLength} bytes where ${elementCount(shape) * 4} are due.`,
      remedy: 'Generate the whole shot anew instead of a part of it.',
    })
  }
  // A copy: a file buffer may lie at an offset that float32 cannot.
  return new Float32Array(new Uint8Array(bytes).buffer)
}
