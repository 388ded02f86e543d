/** Given pictures as inputs of the transformer, for packs that were trained so: `condition`, and `encoder_hidden_states_image`. */
import type { PackPicture } from '#contracts/pack-manifest.ts'
import type { Rgb24 } from '../media-port.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { GraphInputs } from './conditions.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { embedPictures } from './picture-embedding.ts'
import { encodeFrames, encodeStill } from './vae.ts'

interface GivenPictures {
  readonly first: Rgb24 | null
  readonly last: Rgb24 | null
}

interface Condition {
  /** [channels, F', H', W'] */
  readonly data: Float32Array
  readonly channels: number
}

const CONDITIONS: Readonly<Record<PackPicture['kind'], (given: GivenPictures, job: GenerationJob, plan: GenerationPlan) => Promise<Condition>>> = Object.freeze({
  'masked-clip': maskedClip,
  'first-latent': firstLatent,
  'first-latent-masked': firstLatentMasked,
})

/** Nothing for packs that take pictures as known latents or not at all. */
export async function pictureInputs(job: GenerationJob, plan: GenerationPlan): Promise<GraphInputs> {
  const { picture } = job.pack.manifest
  if (picture === undefined) return {}
  const given = await readPictures(job, plan)
  throwIfCancelled(job.signal)
  const { data, channels } = await CONDITIONS[picture.kind](given, job, plan)
  const inputs: GraphInputs = { condition: { type: 'float32', data, dims: [1, channels, plan.shape[2], plan.shape[3], plan.shape[4]] } }
  if (picture.embedding === null) return inputs
  throwIfCancelled(job.signal)
  const pictures = [given.first, given.last].filter((pixels) => pixels !== null)
  return { ...inputs, encoder_hidden_states_image: await embedPictures(pictures, plan.frameSize, picture.embedding, () => job.open('imageEncoder')) }
}

/** At the clip's frame size, as the references hand one resized picture to all their encoders. */
async function readPictures({ request: { known }, media, signal }: GenerationJob, plan: GenerationPlan): Promise<GivenPictures> {
  const read = async (file: string | null | undefined) => (file == null ? null : media.readImage(file, plan.frameSize, signal))
  return { first: await read(known?.firstFrame), last: await read(known?.lastFrame) }
}

/** Channels: for each of the t frames of a latent frame 1 where it is given, then the latents of the pictures with grey frames between. */
async function maskedClip({ first, last }: GivenPictures, job: GenerationJob, plan: GenerationPlan): Promise<Condition> {
  const { pack: { manifest }, vaeTiles } = job
  const [, channels, latentFrames, rows, columns] = plan.shape
  const { width, height } = plan.frameSize
  const frames = new Float32Array(3 * plan.frameCount * width * height)
  if (first !== null) writePicture(first, frames, 0, plan)
  if (last !== null) writePicture(last, frames, plan.frameCount - 1, plan)
  const latents = await encodeFrames(await job.open('vaeEncoder'), frames, [1, 3, plan.frameCount, height, width], manifest, vaeTiles)
  const perFrame = manifest.latent.temporalCompression
  const plane = rows * columns
  const data = new Float32Array((perFrame + channels) * latentFrames * plane)
  const markGiven = (slot: number, latentFrame: number) => data.fill(1, (slot * latentFrames + latentFrame) * plane, (slot * latentFrames + latentFrame + 1) * plane)
  // Latent frame 0 is frame 0 alone, which stands for all of its slots.
  if (first !== null) for (let slot = 0; slot < perFrame; slot++) markGiven(slot, 0)
  if (last !== null) markGiven(perFrame - 1, latentFrames - 1)
  data.set(latents, perFrame * latentFrames * plane)
  return { data, channels: perFrame + channels }
}

async function firstLatent({ first }: GivenPictures, job: GenerationJob, plan: GenerationPlan): Promise<Condition> {
  const data = new Float32Array(elementCount(plan.shape))
  const [, channels, , rows, columns] = plan.shape
  if (first !== null) {
    const frameShape: LatentShape = [1, channels, 1, rows, columns]
    const still = await encodeStill(await job.open('vaeEncoder'), first, plan.frameSize, 'first', job.pack.manifest, job.vaeTiles)
    copyFrame(still, frameShape, 0, data, plan.shape, 0)
  }
  return { data, channels }
}

async function firstLatentMasked(given: GivenPictures, job: GenerationJob, plan: GenerationPlan): Promise<Condition> {
  const { data, channels } = await firstLatent(given, job, plan)
  const [, , latentFrames, rows, columns] = plan.shape
  const masked = new Float32Array(data.length + latentFrames * rows * columns)
  masked.set(data)
  if (given.first !== null) masked.fill(1, data.length, data.length + rows * columns)
  return { data: masked, channels: channels + 1 }
}

/** What is a condition is no known latent: these transformers draw the given frames themselves. */
export function withoutPictures(job: GenerationJob): GenerationJob {
  const { known } = job.request
  return known === null ? job : { ...job, request: { ...job.request, known: { ...known, firstFrame: null, lastFrame: null } } }
}

/** 8-bit pixels -> [-1, 1] at one frame of [3, F, H, W]; frames that are not written stay 0, a middle grey. */
function writePicture(picture: Rgb24, frames: Float32Array, frame: number, { frameCount, frameSize: { width, height } }: GenerationPlan): void {
  const plane = width * height
  for (let channel = 0; channel < 3; channel++) {
    const start = (channel * frameCount + frame) * plane
    for (let i = 0; i < plane; i++) frames[start + i] = (picture[i * 3 + channel] as number) / 127.5 - 1
  }
}
