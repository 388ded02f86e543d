/** A local server for downloads that misbehaves on request: every fault that a network or a mirror has shown. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Fault =
  /** Ends the connection after so many bytes of the answer, once for each number given; with `isNoted`, when `noteReceived` says that they arrived. */
  | { readonly kind: 'cut'; readonly afterBytes: readonly number[]; readonly isNoted?: boolean }
  | { readonly kind: 'ignore-range' }
  /** The file is another one from the second request on. */
  | { readonly kind: 'change-version'; readonly content: Buffer }
  | { readonly kind: 'wrong-bytes'; readonly times: number }
  /** Sends so many bytes and then nothing, keeping the connection open, `times` times. */
  | { readonly kind: 'stall'; readonly afterBytes: number; readonly times: number }
  | { readonly kind: 'redirect'; readonly to: string; readonly times?: number }
  | { readonly kind: 'send-more' }
  | { readonly kind: 'declare'; readonly bytes: number }
  | { readonly kind: 'status'; readonly status: number; readonly times: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong-range' }
  /** Gives the part that is asked for, of whatever version it has now. */
  | { readonly kind: 'ignore-if-range' }
  | { readonly kind: 'no-validator' }
  /** Names size and hash and sends on to storage, as a hub does. */
  | { readonly kind: 'hub'; readonly to: string }
  /** Storage whose addresses are signed for GET. */
  | { readonly kind: 'get-only' }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'name'; readonly disposition: string }

export interface Asked {
  readonly method: string
  readonly path: string
  readonly range: string | null
  readonly ifRange: string | null
}

export interface PackServer {
  readonly origin: string
  /** In order of arrival. */
  readonly asked: Asked[]
  put(path: string, content: Buffer): void
  setFault(path: string, fault: Fault | null): void
  /** Resolves when the path has been asked for (a GET) so often. */
  whenAsked(path: string, times: number): Promise<void>
  /** Resolves when so many bytes of the path have been handed to the connection, in all answers together. */
  whenSent(path: string, bytes: number): Promise<void>
  /** The client has so many bytes of the whole file. */
  noteReceived(path: string, bytes: number): void
  /** Sends no more than so many bytes of each answer until `release`. */
  hold(path: string, afterBytes: number): void
  release(path: string): void
  close(): Promise<void>
}

const PIECE_BYTES = 16_384

export async function packServer(): Promise<PackServer> {
  const files = new Map<string, Buffer>()
  const faults = new Map<string, Fault>()
  const holds = new Map<string, { readonly afterBytes: number; open: () => void; readonly opened: Promise<void> }>()
  const counts = new Map<string, number>()
  const sent = new Map<string, number>()
  const received = new Map<string, number>()
  const asked: Asked[] = []
  const listeners = new Set<() => void>()
  const tell = (): void => { for (const listener of [...listeners]) listener() }
  const until = (claim: () => boolean): Promise<void> => new Promise((resolve) => {
    const look = (): void => {
      if (!claim()) return
      listeners.delete(look)
      resolve()
    }
    listeners.add(look)
    look()
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    asked.push({ method: request.method ?? '', path, range: request.headers.range ?? null, ifRange: (request.headers['if-range'] as string | undefined) ?? null })
    const count = (counts.get(path) ?? 0) + (request.method === 'GET' ? 1 : 0)
    counts.set(path, count)
    tell()
    const fault = faults.get(path)
    const content = fault?.kind === 'change-version' && count > 1 ? fault.content : files.get(path)
    if (fault?.kind === 'redirect' && count <= (fault.times ?? Infinity)) {
      response.writeHead(302, { location: fault.to }).end()
      return
    }
    if (fault?.kind === 'hub') {
      const stored = files.get(path) ?? Buffer.alloc(0)
      response.writeHead(302, { location: fault.to, 'x-linked-size': String(stored.byteLength), 'x-linked-etag': `"${createHash('sha256').update(stored).digest('hex')}"` }).end()
      return
    }
    if (fault?.kind === 'get-only' && request.method === 'HEAD') {
      response.writeHead(403).end()
      return
    }
    if (fault?.kind === 'status' && count <= fault.times) {
      response.writeHead(fault.status, fault.headers).end('not now')
      return
    }
    if (!content) {
      response.writeHead(404).end('nothing here')
      return
    }
    const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
    const asksFrom = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const isSameVersion = fault?.kind === 'ignore-if-range' || request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const from = asksFrom !== undefined && fault?.kind !== 'ignore-range' && isSameVersion ? Number(asksFrom) : 0
    if (from >= content.byteLength && from > 0) {
      response.writeHead(416, { 'content-range': `bytes */${content.byteLength}` }).end()
      return
    }
    let body = content.subarray(from)
    if (fault?.kind === 'wrong-bytes' && count <= fault.times) body = Buffer.from(body).fill(7)
    if (fault?.kind === 'send-more') body = Buffer.concat([body, Buffer.alloc(5_000)])
    const start = fault?.kind === 'wrong-range' ? from + 1 : from
    response.writeHead(from > 0 ? 206 : 200, {
      ...(fault?.kind === 'no-validator' ? {} : { etag }),
      ...(fault?.kind === 'chunked' || fault?.kind === 'send-more' ? {} : { 'content-length': String(fault?.kind === 'declare' ? fault.bytes - from : body.byteLength) }),
      ...(from > 0 ? { 'content-range': `bytes ${start}-${content.byteLength - 1}/${content.byteLength}` } : {}),
      ...(fault?.kind === 'name' ? { 'content-disposition': fault.disposition } : {}),
    })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    const limit = fault?.kind === 'cut' ? fault.afterBytes[count - 1] : fault?.kind === 'stall' && count <= fault.times ? fault.afterBytes : undefined
    let done = 0
    while (done < body.byteLength && !response.destroyed) {
      const hold = holds.get(path)
      if (hold && done >= hold.afterBytes) await hold.opened
      const end = Math.min(done + PIECE_BYTES, body.byteLength, limit ?? Infinity, hold && done < hold.afterBytes ? hold.afterBytes : Infinity)
      if (!response.write(body.subarray(done, end))) await drained(response)
      sent.set(path, (sent.get(path) ?? 0) + end - done)
      done = end
      tell()
      if (done === limit && done < body.byteLength) {
        if (fault?.kind !== 'cut') return
        // A client that is told of the end together with the last bytes may drop them.
        if (fault.isNoted) await until(() => (received.get(path) ?? 0) >= from + done)
        else await flushed(response)
        response.destroy()
        return
      }
    }
    response.end()
  }

  const server: Server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked,
    put: (path, content) => { files.set(path, content) },
    setFault: (path, fault) => {
      counts.delete(path)
      if (fault) faults.set(path, fault)
      else faults.delete(path)
    },
    whenAsked: (path, times) => until(() => (counts.get(path) ?? 0) >= times),
    whenSent: (path, bytes) => until(() => (sent.get(path) ?? 0) >= bytes),
    noteReceived: (path, bytes) => {
      received.set(path, bytes)
      tell()
    },
    hold: (path, afterBytes) => {
      let open: () => void = () => undefined
      const opened = new Promise<void>((resolve) => { open = resolve })
      holds.set(path, { afterBytes, open, opened })
    },
    release: (path) => {
      holds.get(path)?.open()
      holds.delete(path)
    },
    close: () => new Promise((resolve) => {
      for (const { open } of holds.values()) open()
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}

/** What was written has left this process: a connection ended before would take it along. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => { response.write('', () => setImmediate(resolve)) })
}
