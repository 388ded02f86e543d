/** What a request for a file is answered, whichever host it reached: the whole file, a range, "unchanged" or "beyond its end". */
import { statSync, type Stats } from 'node:fs'
import { parseByteRange, type ByteRange } from './byte-range.ts'

export interface ServedFile {
  readonly file: string
  readonly contentType: string
}

/** The headers that decide; null where the request has none. */
export interface FileRequest {
  readonly method: string
  readonly range: string | null
  readonly ifRange: string | null
  readonly ifNoneMatch: string | null
}

export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: Readonly<Record<string, string>>
  /** The bytes of the file that are sent; null where only the headers are. */
  readonly body: ByteRange | null
}

/** null where there is no such file, or the file system refuses its name. */
export function answerFile({ file, contentType }: ServedFile, request: FileRequest): FileAnswer | null {
  const size = sizeAndTag(file)
  if (!size) return null
  const headers = { 'Content-Type': contentType, 'Accept-Ranges': 'bytes', ETag: size.tag, 'Cache-Control': 'no-cache' }
  if (request.ifNoneMatch === size.tag) return { status: 304, headers, body: null }
  // A range of another version of the file would be joined to the wrong rest.
  const range = parseByteRange(request.ifRange === null || request.ifRange === size.tag ? request.range : null, size.bytes)
  if (range === 'unsatisfiable') return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size.bytes}` }, body: null }
  const { start, end } = range ?? { start: 0, end: size.bytes - 1 }
  return {
    status: range ? 206 : 200,
    headers: { ...headers, 'Content-Length': String(end - start + 1), ...(range ? { 'Content-Range': `bytes ${start}-${end}/${size.bytes}` } : {}) },
    body: request.method === 'HEAD' || size.bytes === 0 ? null : { start, end },
  }
}

function sizeAndTag(file: string): { readonly bytes: number; readonly tag: string } | null {
  let info: Stats | undefined
  try {
    info = statSync(file, { throwIfNoEntry: false })
  } catch {
    // A name that the file system cannot have: nothing of ours has it.
    return null
  }
  return info?.isFile() ? { bytes: info.size, tag: `"${info.size.toString(16)}-${Math.trunc(info.mtimeMs).toString(16)}"` } : null
}
