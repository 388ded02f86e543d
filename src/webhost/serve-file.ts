/** Answers a request with a file: whole or a range, with what caches and players need to know. */
import { createReadStream, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { parseByteRange } from '#services/files/byte-range.ts'
import type { RequestFacts } from './security.ts'

export interface ServedFile {
  readonly file: string
  readonly contentType: string
}

/** Sends the file, 206 for a range, 304 for an unchanged one, 416 beyond its end, 404 where it is gone. */
export function serveFile(request: RequestFacts, response: ServerResponse, { file, contentType }: ServedFile): void {
  const info = statSync(file, { throwIfNoEntry: false })
  if (!info?.isFile()) return serveText(response, 404, 'There is nothing here.')
  const etag = `"${info.size.toString(16)}-${Math.trunc(info.mtimeMs).toString(16)}"`
  response.setHeader('Content-Type', contentType)
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('ETag', etag)
  response.setHeader('Cache-Control', 'no-cache')
  if (request.headers['if-none-match'] === etag) return end(response, 304)
  // A range of another version of the file would be joined to the wrong rest.
  const ifRange = request.headers['if-range']
  const header = ifRange === undefined || ifRange === etag ? request.headers['range'] : undefined
  const range = parseByteRange(typeof header === 'string' ? header : null, info.size)
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${info.size}`)
    return end(response, 416)
  }
  const { start, end: last } = range ?? { start: 0, end: info.size - 1 }
  if (range) response.setHeader('Content-Range', `bytes ${start}-${last}/${info.size}`)
  response.setHeader('Content-Length', last - start + 1)
  response.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || info.size === 0) return void response.end()
  // A player that seeks drops its request: the stream ends with the response, whichever fails first.
  pipeline(createReadStream(file, { start, end: last }), response, () => {})
}

export function serveText(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.writeHead(status)
  response.end(text)
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status)
  response.end()
}
