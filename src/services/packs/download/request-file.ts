/** One request for a file, through a bounded number of allowed redirects. */
import { StudioError } from '#core/errors.ts'
import { requireAllowed } from './address.ts'

export interface FileRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  readonly mirror: string | null
  readonly signal: AbortSignal
}

export interface FileAnswer {
  readonly response: Response
  /** sha256 that a hub names for large files on its first answer; proves the transfer, not the origin. */
  readonly namedSha256: string | null
  readonly namedBytes: number | null
}

const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Throws DOWNLOAD_FAILED for refused or endless redirects, and whatever the network throws. */
export async function requestFile({ url: first, method, headers, mirror, signal }: FileRequest): Promise<FileAnswer> {
  let url = first
  let namedSha256: string | null = null
  let namedBytes: number | null = null
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    requireAllowed(url, mirror)
    // Packed transfers would make ranges and sizes mean something else.
    const response = await fetch(url, { method, headers: { ...headers, 'accept-encoding': 'identity' }, redirect: 'manual', credentials: 'omit', signal })
    namedSha256 ??= /^"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1] ?? null
    namedBytes ??= wholeNumber(response.headers.get('x-linked-size'))
    const location = response.headers.get('location')
    // A hub says all that a HEAD asks for before it sends on to storage, whose addresses are signed for GET alone.
    if (method === 'HEAD' && namedBytes !== null) return { response, namedSha256, namedBytes }
    if (!REDIRECTS.has(response.status) || location === null) return { response, namedSha256, namedBytes }
    await response.body?.cancel()
    url = next(url, location)
  }
  throw new StudioError({
    code: 'DOWNLOAD_FAILED', message: `${first.origin} sends the download of ${first.pathname} on more than ${MAX_REDIRECTS} times.`,
    remedy: 'Choose another mirror, or download the folder by hand and import it.',
  })
}

export function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function next(from: URL, location: string): URL {
  try {
    return new URL(location, from)
  } catch (cause) {
    throw new StudioError({ code: 'DOWNLOAD_FAILED', message: `${from.origin} sends the download on to something that is no address.`, remedy: 'Choose another mirror.', cause })
  }
}
