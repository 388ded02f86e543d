/** Between a VAE's latents and the normalised ones that transformers work on: z = (latent - mean) / std, per channel. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { forEachPlane } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'

type Statistics = Pick<PackManifest['latent'], 'mean' | 'std'>

/** Latents as a VAE encoder gives them -> normalised. */
export function normaliseLatents(latents: Float32Array, shape: LatentShape, statistics: Statistics): Float32Array {
  return mapChannels(latents, shape, statistics, (value, mean, std) => (value - mean) / std)
}

/** Normalised -> as a VAE decoder takes them. */
export function denormaliseLatents(latents: Float32Array, shape: LatentShape, statistics: Statistics): Float32Array {
  return mapChannels(latents, shape, statistics, (value, mean, std) => value * std + mean)
}

function mapChannels(latents: Float32Array, shape: LatentShape, { mean, std }: Statistics, map: (value: number, mean: number, std: number) => number): Float32Array {
  const mapped = new Float32Array(latents.length)
  for (let frame = 0; frame < shape[2]; frame++) {
    forEachPlane(shape, frame, (start, end, channel) => {
      // A single value in the manifest holds for all channels.
      const channelMean = (mean[channel] ?? mean[0]) as number
      const channelStd = (std[channel] ?? std[0]) as number
      for (let e = start; e < end; e++) mapped[e] = map(latents[e] as number, channelMean, channelStd)
    })
  }
  return mapped
}
