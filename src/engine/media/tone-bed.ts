/** Generated music as a file: 48 kHz stereo 16-bit WAV, written while it is made. */
import { open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { ToneBedRequest, WrittenFile } from '../media-port.ts'
import { SAMPLE_RATE, synthesise } from './tone-synth.ts'
import { writeVerified } from './verified-file.ts'

const CHANNELS = 2
const BYTES_PER_SAMPLE = 2
const HEADER_BYTES = 44
/** A WAV header counts bytes in 32 bits. */
const MAX_SECONDS = 3_600

/** Writes the music; the same request gives the same bytes on every machine. An existing file is replaced. */
export async function writeToneBed(request: ToneBedRequest, signal: AbortSignal): Promise<WrittenFile & { readonly durationSeconds: number }> {
  if (!(request.seconds > 0 && request.seconds <= MAX_SECONDS)) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `Music of ${request.seconds} s cannot be made.`, remedy: `Ask for more than 0 and at most ${MAX_SECONDS} seconds.` })
  }
  const totalFrames = Math.max(1, Math.round(request.seconds * SAMPLE_RATE))
  const dataBytes = totalFrames * CHANNELS * BYTES_PER_SAMPLE
  return writeVerified({ file: request.file, overwrite: true, estimatedBytes: HEADER_BYTES + dataBytes }, async (temporary) => {
    const output = await open(temporary, 'w')
    try {
      await output.write(wavHeader(dataBytes))
      for (const chunk of synthesise(request.mood, request.seed, totalFrames)) {
        if (signal.aborted) throw new CancelledError()
        await output.write(toPcm16(chunk))
        // Lets heartbeats and cancellations through between chunks.
        await setImmediate()
      }
    } finally {
      await output.close()
    }
    return { durationSeconds: totalFrames / SAMPLE_RATE }
  })
}

/** Samples in [-1, 1] as little-endian 16-bit. */
export function toPcm16(samples: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * BYTES_PER_SAMPLE)
  for (let index = 0; index < samples.length; index += 1) {
    const level = Math.max(-1, Math.min(1, samples[index] ?? 0))
    bytes.writeInt16LE(Math.round(level * 32_767), index * BYTES_PER_SAMPLE)
  }
  return bytes
}

/** RIFF/WAVE, PCM: http://soundfile.sapp.org/doc/WaveFormat/ */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(CHANNELS, 22)
  header.writeUInt32LE(SAMPLE_RATE, 24)
  header.writeUInt32LE(SAMPLE_RATE * CHANNELS * BYTES_PER_SAMPLE, 28)
  header.writeUInt16LE(CHANNELS * BYTES_PER_SAMPLE, 32)
  header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}
