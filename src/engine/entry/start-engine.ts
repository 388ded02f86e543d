/** Puts the real engine together and serves it on a transport; every entry file is this on its own carrier. */
import { join } from 'node:path'
import { createServer } from '#contracts/server.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { Transport } from '#contracts/transport.ts'
import { createEngine } from '../create-engine.ts'
import type { Engine } from '../create-engine.ts'
import { createOnnxRuntime } from '../inference/onnxruntime.ts'
import { createMediaTools } from '../media/create-media-tools.ts'

export interface StartOptions {
  /** Read for SHOTWRIGHT_ENGINE_CACHE (a folder for text embeddings), SHOTWRIGHT_CHECKPOINT_MS (least time between checkpoints) and by the media tools for FFMPEG_PATH. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Takes the lines of the engine's log. */
  readonly writeLine: (line: string) => void
}

/** The engine ends when its transport closes: nobody could ask it for anything any more. */
export function startEngine(transport: Transport, { env, writeLine }: StartOptions): Engine {
  const log = {
    write: (level: string, message: string, fields?: Readonly<Record<string, unknown>>) =>
      writeLine(`engine ${level}: ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`),
  }
  const engine = createEngine({
    inference: createOnnxRuntime({ cacheFolder: graphFolder(env['SHOTWRIGHT_ENGINE_CACHE']) }), media: createMediaTools({ env }), clock: { monotonicMs: () => performance.now() }, log,
    cacheFolder: env['SHOTWRIGHT_ENGINE_CACHE'] ?? null,
    ...(env['SHOTWRIGHT_CHECKPOINT_MS'] === undefined ? {} : { checkpointIntervalMs: Number(env['SHOTWRIGHT_CHECKPOINT_MS']) }),
  })
  createServer(ENGINE_CONTRACT, engine.handlers, transport, {
    onProblem: ({ where, error }) => log.write('error', where, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  })
  transport.onClose(() => void engine.dispose())
  return engine
}

function graphFolder(cache: string | undefined): string | null {
  return cache === undefined ? null : join(cache, 'graphs')
}

/** What an engine holds (ffmpeg, previews) is let go before its process ends; one that cannot let go ends all the same. */
const FAREWELL_MS = 3_000

/** Ends this process when the transport closes: an engine without its studio must not stay behind. */
export function endWithTransport(transport: Transport, engine: Engine): void {
  // Ctrl+C in a terminal reaches this process too. When it ends is for the studio to say: dying by itself would look like a crash.
  process.on('SIGINT', () => undefined)
  transport.onClose(() => {
    setTimeout(() => process.exit(0), FAREWELL_MS)
    void engine.dispose().finally(() => process.exit(0))
  })
}
