/** Wires the media side together: one set of tools that shares one found ffmpeg and one end of life. */
import type { MediaTools } from '../media-port.ts'
import { exportSequence } from './export-sequence.ts'
import { findFfmpeg, type Ffmpeg } from './ffmpeg-location.ts'
import { probeFile } from './probe.ts'
import { readStill, writeJpegFile } from './still-image.ts'
import { writeToneBed } from './tone-bed.ts'
import { readFrames } from './video-reader.ts'
import { writeTakeVideo } from './video-writer.ts'

export interface MediaToolsOptions {
  /** The person's own ffmpeg (program or folder); null or absent: FFMPEG_PATH, the system's, the bundled one. */
  readonly ffmpegPath?: string | null
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Folder with fonts.json and the fonts that titles and captions are set in; absent: resources/fonts of this installation. */
  readonly fontsFolder?: string
}

/** ffmpeg is looked for at the first call that needs it, once; a failed search is tried anew at the next call. */
export function createMediaTools(options: MediaToolsOptions = {}): MediaTools {
  const lifetime = new AbortController()
  let search: Promise<Ffmpeg> | null = null
  let ffmpegPath = options.ffmpegPath ?? null
  const until = (signal?: AbortSignal): AbortSignal => (signal ? AbortSignal.any([signal, lifetime.signal]) : lifetime.signal)

  function ffmpeg(): Promise<Ffmpeg> {
    if (search === null) {
      const started = findFfmpeg({ setting: ffmpegPath, env: options.env ?? process.env }, lifetime.signal)
      started.catch(() => { if (search === started) search = null })
      search = started
    }
    return search
  }

  return {
    async writeVideo(request, frames, signal) {
      return writeTakeVideo(await ffmpeg(), request, frames, until(signal))
    },
    async *readVideoFrames(file, readOptions = {}) {
      yield* readFrames(await ffmpeg(), file, 'rgb24', readOptions, until(readOptions.signal))
    },
    async readImage(file, frameSize, signal) {
      return readStill(await ffmpeg(), file, frameSize, until(signal))
    },
    writeJpeg: (file, picture, frameSize, jpegOptions = {}) => writeJpegFile(file, picture, frameSize, jpegOptions),
    async probe(file, signal) {
      const { videoStream: _video, audioStream: _audio, ...probe } = await probeFile(await ffmpeg(), file, until(signal))
      return probe
    },
    toneBed: (request, signal) => writeToneBed(request, until(signal)),
    async tools() {
      const { ffmpeg: program, ffprobe, source, version, encoders } = await ffmpeg()
      return { ffmpeg: program, ffprobe, source, version, encoders }
    },
    async exportSequence(request, context) {
      return exportSequence(request, await ffmpeg(), { ...context, signal: until(context.signal), fontsFolder: options.fontsFolder ?? null })
    },
    useFfmpeg(path) {
      if (path === ffmpegPath) return
      ffmpegPath = path
      search = null
    },
    dispose: () => lifetime.abort(),
  }
}
