/** Serves the page, its assets and the project's media under one scheme, with Range requests, without Electron's help. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { answerFile, type ServedFile } from '#services/files/file-answer.ts'
import { decodePath, pageFile } from '#services/files/page-file.ts'
import { contentSecurityPolicy, isStudioUrl } from './security.ts'

export interface StudioProtocolOptions {
  /** Folder of the built page. */
  readonly rendererFolder: string
  /** Turns a media path (ids only) into a file; null where nothing of ours has that id. */
  resolveMedia(path: string): Promise<ServedFile | null> | ServedFile | null
}

const MEDIA_PREFIX = '/media/'

/** A handler for `protocol.handle`: a web Request in, a web Response out. */
export function studioProtocol(options: StudioProtocolOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET and HEAD are answered.')
    if (!isStudioUrl(request.url)) return plain(403, 'Not the studio’s origin.')
    const path = decodePath(new URL(request.url).pathname)
    if (path === null) return plain(400, 'The path is malformed.')
    const served = path.startsWith(MEDIA_PREFIX) ? await options.resolveMedia(path.slice(MEDIA_PREFIX.length)) : pageFile(options.rendererFolder, path)
    return served ? fileResponse(served, request) : plain(404, 'There is nothing here.')
  }
}

function fileResponse(served: ServedFile, request: Request): Response {
  const { headers } = request
  const answer = answerFile(served, { method: request.method, range: headers.get('Range'), ifRange: headers.get('If-Range'), ifNoneMatch: headers.get('If-None-Match') })
  if (!answer) return plain(404, 'The file is missing.')
  const body = answer.body && (Readable.toWeb(createReadStream(served.file, answer.body)) as unknown as ReadableStream)
  return new Response(body, { status: answer.status, headers: { ...answer.headers, 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': contentSecurityPolicy() } })
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' } })
}
