/** Asks a server how large the files are whose size the catalogue does not know, before anything is fetched. */
import type { CatalogueFile } from '#contracts/pack-catalogue.ts'
import { StudioError } from '#core/errors.ts'
import { pause, type FileVersion } from './download-file.ts'
import type { Clock } from '../../clock.ts'
import type { DownloadLimits } from './download-limits.ts'
import { requestFile, wholeNumber } from './request-file.ts'

export interface MeasuredFile extends CatalogueFile {
  readonly url: URL
  /** null: an optional file that the server does not have. */
  readonly size: number | null
  readonly namedSha256: string | null
  readonly version: FileVersion | null
}

export interface MeasurePorts {
  readonly clock: Clock
  readonly limits: DownloadLimits
  readonly mirror: string | null
  readonly onTrouble: (trouble: StudioError | null) => void
}

/** Throws DOWNLOAD_FAILED. */
export async function measureFile(file: CatalogueFile, url: URL, ports: MeasurePorts, signal: AbortSignal): Promise<MeasuredFile> {
  if (file.bytes !== null && !file.isOptional) return { ...file, url, size: file.bytes, namedSha256: null, version: null }
  for (let attempt = 1; ; attempt += 1) {
    const problem = await askOnce(file, url, ports, signal)
    if (!(problem instanceof StudioError)) return problem
    if (attempt >= ports.limits.attempts) throw problem
    ports.onTrouble(problem)
    await pause(ports.clock, ports.limits.backoffMs(attempt + 1), signal)
  }
}

async function askOnce(file: CatalogueFile, url: URL, ports: MeasurePorts, signal: AbortSignal): Promise<MeasuredFile | StudioError> {
  const stalled = new AbortController()
  const timer = ports.clock.after(ports.limits.stallMs, () => stalled.abort())
  try {
    const { response, namedSha256, namedBytes } = await requestFile({ url, method: 'HEAD', headers: {}, mirror: ports.mirror, signal: AbortSignal.any([signal, stalled.signal]) })
    const { status, headers } = response
    if (status === 404 && file.isOptional) return { ...file, url, size: null, namedSha256: null, version: null }
    // Its hash proves more than a version could; the version of the storage behind is another one.
    if (namedBytes !== null) return { ...file, url, size: namedBytes, namedSha256, version: namedSha256 === null ? { etag: headers.get('etag'), lastModified: null } : null }
    const size = wholeNumber(headers.get('content-length'))
    if (status === 200 && size !== null) return { ...file, url, size, namedSha256, version: { etag: headers.get('etag'), lastModified: headers.get('last-modified') } }
    const problem = failed(file, url, status === 200 ? 'the server does not say how large it is' : `the server answered ${status}`)
    if (status === 200 || (status >= 400 && status < 500 && status !== 408 && status !== 429)) throw problem
    return problem
  } catch (error) {
    if (signal.aborted || error instanceof StudioError) throw error
    return failed(file, url, stalled.signal.aborted ? 'the server does not answer' : 'the connection was lost', error)
  } finally {
    timer.cancel()
  }
}

function failed(file: CatalogueFile, url: URL, problem: string, cause?: unknown): StudioError {
  return new StudioError({
    code: 'DOWNLOAD_FAILED', message: `${file.file} could not be asked for at ${url.host}: ${problem}.`,
    remedy: 'Check the connection or the mirror address. Where the publisher asks for an account, download the folder on its page and import it.', cause, detail: url.href,
  })
}
