/** Sends a file over http: what caches and players need to know, and the bytes they asked for. */
import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { answerFile, type ServedFile } from '#services/files/file-answer.ts'
import type { RequestFacts } from './security.ts'

/** Sends the file, 206 for a range, 304 for an unchanged one, 416 beyond its end, 404 where it is gone. */
export function serveFile(request: RequestFacts, response: ServerResponse, served: ServedFile): void {
  const header = (name: string): string | null => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : null
  }
  const answer = answerFile(served, { method: request.method ?? 'GET', range: header('range'), ifRange: header('if-range'), ifNoneMatch: header('if-none-match') })
  if (!answer) return serveText(response, 404, 'There is nothing here.')
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.writeHead(answer.status)
  if (answer.body === null) return void response.end()
  // A player that seeks drops its request: the stream ends with the response, whichever fails first.
  pipeline(createReadStream(served.file, answer.body), response, () => {})
}

export function serveText(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.writeHead(status)
  response.end(text)
}
