/**
 * Mixes a sequence's sound to raw 16-bit PCM, sample by sample: ffmpeg only decodes. Gains and fades are then exact,
 * no filter graph has to be written, and memory holds a few blocks however many clips there are and however late they start.
 */
import { open } from 'node:fs/promises'
import { CancelledError } from '#core/errors.ts'
import type { MediaId } from '#core/document/ids.ts'
import type { AudioPlan, AudioSegment } from '#core/render/audio.ts'
import { Limiter, LIMITER_BLOCK_FRAMES } from './audio-limiter.ts'
import { decodeToStream } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { asCorrupt, probeFile } from './probe.ts'
import { toPcm16 } from './tone-bed.ts'
import { SAFE_INPUT } from './video-reader.ts'

export const MIX_CHANNELS = 2
const BYTES_PER_SAMPLE = 4

/** How the mix lies on disk, for ffmpeg to read. */
export function mixInput(file: string, sampleRate: number) {
  return { source: { file }, options: ['-f', 's16le', '-ar', String(sampleRate), '-ac', String(MIX_CHANNELS)] }
}

/** Writes exactly `totalFrames` sample frames: silence where nothing sounds. Throws MEDIA_CORRUPT where a sound cannot be decoded. */
export async function mixAudio(ffmpeg: Ffmpeg, plan: AudioPlan, totalFrames: number, sounds: ReadonlyMap<MediaId, string>, output: string, signal: AbortSignal): Promise<void> {
  const voices = plan.segments.map((segment) => new Voice(ffmpeg, segment, plan.sampleRate, sounds.get(segment.mediaId) ?? '', signal))
  const limiter = new Limiter(MIX_CHANNELS)
  const file = await open(output, 'w')
  const write = async (block: Float32Array | null): Promise<void> => { if (block) await file.write(toPcm16(block)) }
  try {
    for (let start = 0; start < totalFrames; start += LIMITER_BLOCK_FRAMES) {
      if (signal.aborted) throw new CancelledError()
      const block = new Float32Array(Math.min(LIMITER_BLOCK_FRAMES, totalFrames - start) * MIX_CHANNELS)
      for (const voice of voices) await voice.addTo(block, start)
      await write(limiter.push(block))
    }
    await write(limiter.flush())
  } finally {
    await Promise.all(voices.map((voice) => voice.dispose()))
    await file.close()
  }
}

/** One audio clip: opened when its time comes, ended when it is over. */
class Voice {
  private readonly ffmpeg: Ffmpeg
  private readonly segment: AudioSegment
  private readonly sampleRate: number
  private readonly file: string
  private readonly signal: AbortSignal
  private readonly startFrame: number
  private readonly durationFrames: number
  private samples: SampleReader | null = null

  constructor(ffmpeg: Ffmpeg, segment: AudioSegment, sampleRate: number, file: string, signal: AbortSignal) {
    this.ffmpeg = ffmpeg
    this.segment = segment
    this.sampleRate = sampleRate
    this.file = file
    this.signal = signal
    this.startFrame = Math.round(segment.startSeconds * sampleRate)
    this.durationFrames = Math.round(segment.durationSeconds * sampleRate)
  }

  async addTo(block: Float32Array, blockStart: number): Promise<void> {
    const from = Math.max(0, this.startFrame - blockStart)
    const until = Math.min(block.length / MIX_CHANNELS, this.startFrame + this.durationFrames - blockStart)
    if (from >= until) return
    this.samples ??= new SampleReader(this.decode())
    const samples = await this.samples.take((until - from) * MIX_CHANNELS)
    for (let index = 0; index < samples.length; index += 1) {
      const frame = blockStart + from + Math.floor(index / MIX_CHANNELS) - this.startFrame
      const at = from * MIX_CHANNELS + index
      block[at] = (block[at] ?? 0) + (samples[index] ?? 0) * this.gainAt(frame)
    }
    if (blockStart + until >= this.startFrame + this.durationFrames) await this.dispose()
  }

  async dispose(): Promise<void> {
    await this.samples?.dispose()
  }

  /** Straight lines in amplitude, as the preview's audio graph ramps. */
  private gainAt(frame: number): number {
    const { gainDb, fadeInSeconds, fadeOutSeconds } = this.segment
    const fadeIn = fadeInSeconds > 0 ? Math.min(1, frame / (fadeInSeconds * this.sampleRate)) : 1
    const fadeOut = fadeOutSeconds > 0 ? Math.min(1, (this.durationFrames - frame) / (fadeOutSeconds * this.sampleRate)) : 1
    return 10 ** (gainDb / 20) * fadeIn * fadeOut
  }

  private async *decode(): AsyncGenerator<Buffer, void, undefined> {
    const { audio } = await probeFile(this.ffmpeg, this.file, this.signal)
    if (!audio) throw asCorrupt(new Error('no audio stream'), this.file)
    const first = Math.round(this.segment.trimStartSeconds * this.sampleRate)
    const filters = [
      `aresample=${this.sampleRate}`,
      // A mono voice sounds as loud on each side as it is; ffmpeg's own up-mix would turn it down.
      ...(audio.channels === 1 ? ['pan=stereo|c0=c0|c1=c0'] : []),
      `atrim=start_sample=${first}:end_sample=${first + this.durationFrames}`,
    ]
    const job = {
      inputs: [{ source: { file: this.file }, options: [...SAFE_INPUT] }],
      outputOptions: ['-map', '0:a:0', '-vn', '-sn', '-dn', '-filter:a', filters.join(','), '-ar', String(this.sampleRate), '-ac', String(MIX_CHANNELS), '-c:a', 'pcm_f32le', '-f', 'f32le'],
    }
    try {
      yield* decodeToStream(this.ffmpeg.ffmpeg, job, this.signal)
    } catch (error) {
      throw asCorrupt(error, this.file)
    }
  }
}

/** Samples in whatever amounts are asked for, from bytes in whatever pieces they come. */
class SampleReader {
  private readonly bytes: AsyncGenerator<Buffer, void, undefined>
  private buffered: Buffer = Buffer.alloc(0)
  private isAtEnd = false

  constructor(bytes: AsyncGenerator<Buffer, void, undefined>) {
    this.bytes = bytes
  }

  /** Fewer samples than asked for (possibly none) once the sound is over. */
  async take(count: number): Promise<Float32Array> {
    const wanted = count * BYTES_PER_SAMPLE
    while (this.buffered.length < wanted && !this.isAtEnd) {
      const next = await this.bytes.next()
      if (next.done) this.isAtEnd = true
      else this.buffered = this.buffered.length === 0 ? next.value : Buffer.concat([this.buffered, next.value])
    }
    const available = Math.min(wanted, this.buffered.length - (this.buffered.length % BYTES_PER_SAMPLE))
    const samples = new Float32Array(available / BYTES_PER_SAMPLE)
    for (let index = 0; index < samples.length; index += 1) samples[index] = this.buffered.readFloatLE(index * BYTES_PER_SAMPLE)
    this.buffered = this.buffered.subarray(available)
    return samples
  }

  async dispose(): Promise<void> {
    this.isAtEnd = true
    await this.bytes.return()
  }
}
