/** Fetches one version of a package from a NuGet feed, and proves it by the hash that the feed's catalogue gives. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface FeedPackage {
  readonly url: string
  readonly bytes: number
  /** Base64, as the catalogue writes it. */
  readonly sha512: string
}

/** A problem that a person can act on; everything else is a defect. */
export class InstallProblem extends Error {}

const STALL_MS = 60_000

/** Throws InstallProblem where the feed cannot be reached, lacks the version, or names no hash. */
export async function findPackage(feed: string, name: string, version: string): Promise<FeedPackage> {
  const id = name.toLowerCase()
  const { resources } = await json<{ readonly resources: readonly { readonly '@id': string; readonly '@type': string }[] }>(feed)
  const base = (type: string): string => {
    const found = resources.find((resource) => resource['@type'] === type)?.['@id']
    if (found === undefined) throw new InstallProblem(`The feed ${feed} offers no ${type}.`)
    return found.endsWith('/') ? found : `${found}/`
  }
  const [files, registrations] = [base('PackageBaseAddress/3.0.0'), base('RegistrationsBaseUrl/3.6.0')]
  const { catalogEntry } = await json<{ readonly catalogEntry: string }>(`${registrations}${id}/${version}.json`)
  const { packageHash, packageHashAlgorithm, packageSize } = await json<{ readonly packageHash?: string; readonly packageHashAlgorithm?: string; readonly packageSize?: number }>(catalogEntry)
  if (packageHash === undefined || packageHashAlgorithm !== 'SHA512' || packageSize === undefined) throw new InstallProblem(`The feed names no SHA-512 of ${name} ${version}, so a download could not be proven.`)
  return { url: `${files}${id}/${version}/${id}.${version}.nupkg`, bytes: packageSize, sha512: packageHash }
}

/** Writes the package to a file. Throws InstallProblem where it breaks off, stalls, or is not what the catalogue names. */
export async function download({ url, bytes, sha512 }: FeedPackage, file: string, onBytes: (done: number) => void): Promise<void> {
  const stall = new AbortController()
  let timer = setTimeout(() => stall.abort(), STALL_MS)
  const hash = createHash('sha512')
  let done = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      clearTimeout(timer)
      timer = setTimeout(() => stall.abort(), STALL_MS)
      done += chunk.length
      if (done > bytes) {
        callback(new InstallProblem(`${url} is larger than the ${bytes} bytes that the catalogue names.`))
        return
      }
      hash.update(chunk)
      onBytes(done)
      callback(null, chunk)
    },
  })
  try {
    const answer = await fetched(url, stall.signal)
    if (answer.body === null) throw new InstallProblem(`${url} answered with nothing.`)
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), counted, createWriteStream(file), { signal: stall.signal })
  } catch (error) {
    if (error instanceof InstallProblem) throw error
    throw new InstallProblem(`The download broke off after ${done} of ${bytes} bytes. Check the connection and run the command again.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  if (done !== bytes) throw new InstallProblem(`The download ended after ${done} of ${bytes} bytes. Run the command again.`)
  if (hash.digest('base64') !== sha512) throw new InstallProblem('The downloaded package is not the one that the catalogue names: its SHA-512 differs. Nothing was installed.')
}

async function json<T>(url: string): Promise<T> {
  const answer = await fetched(url, AbortSignal.timeout(STALL_MS))
  try {
    return await answer.json() as T
  } catch (cause) {
    throw new InstallProblem(`${url} did not answer with JSON; is there a proxy in the way?`, { cause })
  }
}

async function fetched(url: string, signal: AbortSignal): Promise<Response> {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && hostname !== '127.0.0.1') throw new InstallProblem(`${url} is not https, so nobody vouches for what it sends.`)
  let answer: Response
  try {
    answer = await fetch(url, { signal })
  } catch (cause) {
    throw new InstallProblem(`${url} cannot be reached. Check the connection, and HTTPS_PROXY where there is a proxy.`, { cause })
  }
  if (answer.status === 404) throw new InstallProblem(`${url} does not exist: this version has no such package.`)
  if (!answer.ok) throw new InstallProblem(`${url} answered ${answer.status}. Try again later.`)
  return answer
}
