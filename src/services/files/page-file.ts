/** Finds the built page's files by their paths; never anything outside its folder. */
import { extname } from 'node:path'
import { pathInside } from '../projects/project-folder.ts'
import type { ServedFile } from './file-answer.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.ico': 'image/x-icon', '.wasm': 'application/wasm',
  '.woff2': 'font/woff2', '.ttf': 'font/ttf', '.otf': 'font/otf', '.map': 'application/json',
})

/** The file for a decoded path; null where there is none of a kind that pages are made of. */
export function pageFile(folder: string, path: string): ServedFile | null {
  const file = pathInside(folder, path === '/' ? 'index.html' : path.slice(1))
  const contentType = file === null ? undefined : CONTENT_TYPES[extname(file).toLowerCase()]
  return file === null || contentType === undefined ? null : { file, contentType }
}

/** A request's path without its query, decoded; null where it is malformed or reaches upwards. */
export function decodePath(url: string): string | null {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '')
    return path.startsWith('/') && !/[\0\\]/.test(path) && !path.split('/').includes('..') ? path : null
  } catch {
    // Broken percent-encoding.
    return null
  }
}
