/** Serves the page, its assets and the project's media under one scheme, with Range requests, without Electron's help. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { Readable } from 'node:stream'
import { parseByteRange } from '#services/files/byte-range.ts'
import { contentSecurityPolicy, isStudioUrl } from './security.ts'

export interface ServedFile {
  readonly file: string
  readonly contentType: string
}

export interface StudioProtocolOptions {
  /** Folder of the built page. */
  readonly rendererFolder: string
  /** Turns a media path (ids only) into a file; null where nothing of ours has that id. */
  resolveMedia(path: string): Promise<ServedFile | null> | ServedFile | null
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.ttf': 'font/ttf', '.otf': 'font/otf', '.json': 'application/json', '.wasm': 'application/wasm',
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

/** The page's file for a path; never one outside its folder. */
export function pageFile(folder: string, path: string): ServedFile | null {
  const relative = path === '/' ? 'index.html' : path.slice(1)
  const file = normalize(join(folder, relative))
  const contentType = CONTENT_TYPES[extname(file).toLowerCase()]
  return contentType !== undefined && file.startsWith(folder + sep) ? { file, contentType } : null
}

function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    return /[\0\\]/.test(path) || path.split('/').includes('..') ? null : path
  } catch {
    // Broken percent-encoding: no path of ours.
    return null
  }
}

async function fileResponse(served: ServedFile, request: Request): Promise<Response> {
  const info = await stat(served.file).catch(() => null)
  if (!info?.isFile()) return plain(404, 'The file is missing.')
  const headers = new Headers({
    'Content-Type': served.contentType, 'Accept-Ranges': 'bytes', 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': contentSecurityPolicy(),
    'Cache-Control': 'no-cache', ETag: `"${info.size.toString(16)}-${Math.trunc(info.mtimeMs).toString(16)}"`,
  })
  const range = parseByteRange(request.headers.get('Range'), info.size)
  if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${info.size}` } })
  const { start, end } = range ?? { start: 0, end: info.size - 1 }
  headers.set('Content-Length', String(end - start + 1))
  if (range) headers.set('Content-Range', `bytes ${start}-${end}/${info.size}`)
  const isBodyless = request.method === 'HEAD' || info.size === 0
  const body = isBodyless ? null : (Readable.toWeb(createReadStream(served.file, { start, end })) as unknown as ReadableStream)
  return new Response(body, { status: range ? 206 : 200, headers })
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' } })
}
