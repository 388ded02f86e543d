/** Runs in a worker thread: turns painted frames into video planes and feeds them to ffmpeg, while the other thread paints the next. */
import { parentPort, workerData } from 'node:worker_threads'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { EncoderMessage, EncoderOrder, EncoderSetup } from './encode-in-thread.ts'
import { encodeToFile } from './ffmpeg-command.ts'
import { PlaneConverter } from './plane-converter.ts'

if (parentPort) await serve(parentPort, workerData as EncoderSetup)

async function serve(port: NonNullable<typeof parentPort>, setup: EncoderSetup): Promise<void> {
  const cancel = new AbortController()
  const orders: EncoderOrder[] = []
  let wake = (): void => undefined
  port.on('message', (order: EncoderOrder) => {
    if (order.kind === 'abort') cancel.abort()
    orders.push(order)
    wake()
  })
  const post = (message: EncoderMessage): void => port.postMessage(message) // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window

  post({ kind: 'ready' })

  async function* orderedPlanes(): AsyncGenerator<Uint8Array, void, undefined> {
    const converter = new PlaneConverter(setup.frameSize)
    let planes: Uint8Array | null = null
    let convertedFrame = -1
    for (;;) {
      while (orders.length === 0) await new Promise<void>((resolve) => { wake = resolve })
      const order = orders.shift()
      if (order?.kind !== 'frame') return
      if (!planes || order.painted !== convertedFrame) {
        planes = converter.convert(new Uint8Array(setup.slots[order.slot] as unknown as ArrayBuffer))
        convertedFrame = order.painted
      }
      post({ kind: 'taken' })
      yield planes
    }
  }

  try {
    await encodeToFile(setup.ffmpeg, { inputs: [{ source: { bytes: orderedPlanes() }, options: setup.pipeOptions }, ...setup.otherInputs], outputOptions: setup.outputOptions }, setup.file, cancel.signal)
    post({ kind: 'done' })
  } catch (error) {
    post({ kind: 'failed', isCancelled: error instanceof CancelledError, error: describe(error) })
  }
  port.close()
}

function describe(error: unknown) {
  if (error instanceof StudioError) return { code: error.code, message: error.message, remedy: error.remedy, detail: error.detail ?? '' }
  return { code: 'FFMPEG_FAILED' as const, message: 'The video could not be encoded.', remedy: 'Try again.', detail: String(error) }
}
