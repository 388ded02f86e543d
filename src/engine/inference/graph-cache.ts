/**
 * Graphs as the runtime optimised them for this processor, kept on disk: loading one again takes about a third of the time.
 * A kept graph is used only while its hash is the one that was written beside it; everything else falls back to the original.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { arch, cpus } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface GraphCacheOptions {
  /** null: nothing is kept. */
  readonly folder: string | null
  readonly runtimeVersion: string
  readonly limitBytes?: number
  /** Smaller graphs are not kept: what they would save, finding them costs. */
  readonly leastGraphBytes?: number
}

export interface GraphToLoad {
  readonly file: string
  readonly provider: string
  /** null: nothing is kept of it. */
  readonly graphHash: string | null
}

export interface GraphLoaders<Session> {
  readonly fromOptimised: (file: string) => Promise<Session>
  /** `writeTo`: where the runtime is to write what it made of the graph; null: nowhere. */
  readonly fromOriginal: (writeTo: string | null) => Promise<Session>
}

export interface GraphCache {
  /** Throws what `fromOriginal` throws; the cache itself never fails a load. */
  load<Session>(graph: GraphToLoad, loaders: GraphLoaders<Session>): Promise<Session>
}

/** Devices may compile parts of a graph, which cannot be written; on the CPU everything can. */
const WRITABLE: ReadonlySet<string> = new Set(['cpu'])
/** Beyond this the file would need external data (protobuf ends at 2 GB), and hashing it would cost what it saves. */
const MAX_GRAPH_BYTES = 400e6
const LIMIT_BYTES = 2e9
const LEAST_GRAPH_BYTES = 8e6
const SUFFIX = '.onnx'
const PROOF = '.sha256'

export function createGraphCache({ folder, runtimeVersion, limitBytes = LIMIT_BYTES, leastGraphBytes = LEAST_GRAPH_BYTES }: GraphCacheOptions): GraphCache {
  async function load<Session>({ file, provider, graphHash }: GraphToLoad, loaders: GraphLoaders<Session>): Promise<Session> {
    if (folder === null || graphHash === null || !WRITABLE.has(provider)) return loaders.fromOriginal(null)
    const bytes = await sizeOf(file)
    if (bytes < leastGraphBytes || bytes > MAX_GRAPH_BYTES) return loaders.fromOriginal(null)
    const kept = join(folder, `${keyOf(provider, graphHash)}${SUFFIX}`)
    const remembered = await isProven(kept) ? await loaders.fromOptimised(kept).catch(() => null) : null
    if (remembered !== null) {
      const now = Date.now() / 1000
      // Its time is when it was last of use; a folder that cannot be written only loses that order.
      await utimes(kept, now, now).catch(() => undefined)
      return remembered
    }
    return loadAndKeep(kept, loaders)
  }

  async function loadAndKeep<Session>(kept: string, loaders: GraphLoaders<Session>): Promise<Session> {
    const temporary = `${kept}.${process.pid}.part`
    const isWritable = await mkdir(join(kept, '..'), { recursive: true }).then(() => rm(kept, { force: true })).then(() => true, () => false)
    if (!isWritable) return loaders.fromOriginal(null)
    // A disk that is full fails the whole load: then it is done again without writing.
    const session = await loaders.fromOriginal(temporary).catch(async () => {
      await rm(temporary, { force: true }).catch(() => undefined)
      return loaders.fromOriginal(null)
    })
    try {
      await writeFile(`${kept}${PROOF}`, await sha256Of(temporary))
      await rename(temporary, kept)
      await prune(join(kept, '..'))
    } catch {
      // Not kept this time; the session is there all the same.
      await rm(temporary, { force: true }).catch(() => undefined)
    }
    return session
  }

  /** What was optimised for one processor may use instructions that another lacks. */
  function keyOf(provider: string, graphHash: string): string {
    const machine = `${arch()}|${cpus()[0]?.model ?? 'unknown'}`
    return createHash('sha256').update(`${runtimeVersion}|${provider}|${machine}|${graphHash}`).digest('hex').slice(0, 40)
  }

  async function prune(kept: string): Promise<void> {
    const files = (await Promise.all((await readdir(kept)).filter((name) => name.endsWith(SUFFIX)).map(async (name) => {
      const { size, mtimeMs } = await stat(join(kept, name))
      return { name, bytes: size, usedAtMs: mtimeMs }
    }))).toSorted((a, b) => a.usedAtMs - b.usedAtMs)
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { name, bytes } of files.slice(0, -1)) {
      if (total <= limitBytes) return
      await rm(join(kept, name), { force: true })
      await rm(join(kept, `${basename(name)}${PROOF}`), { force: true })
      total -= bytes
    }
  }

  return { load }
}

async function isProven(kept: string): Promise<boolean> {
  try {
    return (await readFile(`${kept}${PROOF}`, 'utf8')) === await sha256Of(kept)
  } catch {
    // Absent or unreadable.
    return false
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0)
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 23 }), hash)
  return hash.digest('hex')
}
