/** Peaks of sounds for the clips of the timeline: decoded once for each file, small enough to keep. */

/** Peaks of one file, evenly spread over its length. */
export const WAVEFORM_PEAKS = 1_600
const KEPT_WAVEFORMS = 60

export interface Waveform {
  readonly peaks: Float32Array
  readonly seconds: number
}

export class Waveforms {
  readonly #waveforms = new Map<string, Promise<Waveform | null>>()

  /** The waveform behind an address; null where it cannot be read. */
  of(url: string): Promise<Waveform | null> {
    const known = this.#waveforms.get(url)
    if (known) return known
    const waveform = readWaveform(url).catch(() => {
      // The clip keeps its plain colour; the next look tries again.
      this.#waveforms.delete(url)
      return null
    })
    this.#waveforms.set(url, waveform)
    const oldest = this.#waveforms.size > KEPT_WAVEFORMS ? this.#waveforms.keys().next().value : undefined
    if (oldest !== undefined) this.#waveforms.delete(oldest)
    return waveform
  }
}

async function readWaveform(url: string): Promise<Waveform | null> {
  const response = await fetch(url)
  if (!response.ok) return null
  const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await response.arrayBuffer())
  return { peaks: peaksOf(sound.getChannelData(0), WAVEFORM_PEAKS), seconds: sound.duration }
}

/** The largest amplitude of each of `count` equal stretches. */
export function peaksOf(samples: Float32Array, count: number): Float32Array {
  const peaks = new Float32Array(count)
  const stretch = samples.length / count
  for (let index = 0; index < count; index += 1) {
    let peak = 0
    const end = Math.min(samples.length, Math.ceil((index + 1) * stretch))
    for (let at = Math.floor(index * stretch); at < end; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0))
    peaks[index] = peak
  }
  return peaks
}
