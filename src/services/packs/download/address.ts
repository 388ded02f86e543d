/** Which addresses may be fetched: https everywhere, and plain http only from a mirror on this very machine that the person named. */
import type { CatalogueEntry, CatalogueFile } from '#contracts/pack-catalogue.ts'
import { StudioError } from '#core/errors.ts'

const HOSTS = Object.freeze({ huggingface: 'https://huggingface.co' } satisfies Record<CatalogueEntry['source']['host'], string>)
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The address in its one form, without a slash at its end; throws INVALID_INPUT. */
export function parseMirror(text: string): string {
  let url: URL
  try {
    url = new URL(text.trim())
  } catch (cause) {
    throw badMirror(text, 'it is no web address', cause)
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname))) throw badMirror(text, 'it does not begin with https://')
  if (url.username !== '' || url.password !== '') throw badMirror(text, 'it holds a name or a password')
  if (url.search !== '' || url.hash !== '') throw badMirror(text, 'it holds a "?" or a "#"')
  return url.href.replace(/\/+$/, '')
}

/** Where a file of an entry is fetched: the mirror takes the place of the host. */
export function fileAddress(entry: CatalogueEntry, file: CatalogueFile, mirror: string | null): URL {
  const { host, repository, revision } = entry.source
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return new URL(`${mirror ?? HOSTS[host]}/${file.repository ?? repository}/resolve/${file.repository === undefined ? revision : (file.revision ?? 'main')}/${path}`)
}

/** Throws DOWNLOAD_FAILED for an address that must not be asked, redirects included. */
export function requireAllowed(url: URL, mirror: string | null): void {
  if (url.username !== '' || url.password !== '') throw refused(url, 'it carries a name or a password')
  if (url.protocol === 'https:') return
  const own = mirror === null ? null : new URL(mirror)
  if (own?.protocol === 'http:' && own.origin === url.origin) return
  throw refused(url, 'it is not encrypted')
}

function badMirror(text: string, problem: string, cause?: unknown): StudioError {
  return new StudioError({
    code: 'INVALID_INPUT', message: `"${text.slice(0, 200)}" cannot be a mirror: ${problem}.`,
    remedy: 'Give an address such as https://mirror.example, or leave it empty to download from huggingface.co.', cause,
  })
}

function refused(url: URL, problem: string): StudioError {
  return new StudioError({
    code: 'DOWNLOAD_FAILED', message: `The server sent the download on to ${url.origin}, which is refused: ${problem}.`,
    remedy: 'Choose another mirror, or download the folder by hand and import it.',
  })
}
