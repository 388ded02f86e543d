/** Text embeddings on disk: bounded, the least recently used go first. Every failure only costs time. */
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

export interface EmbeddingFiles {
  /** null where there is none of that key and length. */
  read(key: string, length: number): Promise<Float32Array | null>
  write(key: string, data: Float32Array): Promise<void>
}

export interface EmbeddingFilesOptions {
  /** null: nothing is kept. */
  readonly folder: string | null
  readonly limitBytes?: number
  /** Wall clock in milliseconds. */
  readonly nowMs?: () => number
}

/** About 120 prompts of the largest packs (512 tokens x 4096 x 4 bytes is 8 MB each), many thousands of small ones. */
export const EMBEDDING_LIMIT_BYTES = 1e9
const SUFFIX = '.f32'
/** A process that was killed while it wrote leaves such a file; one that still writes is younger. */
const ABANDONED_MS = 3_600_000

export function createEmbeddingFiles({ folder, limitBytes = EMBEDDING_LIMIT_BYTES, nowMs = Date.now }: EmbeddingFilesOptions): EmbeddingFiles {
  async function read(key: string, length: number): Promise<Float32Array | null> {
    if (folder === null) return null
    const file = join(folder, `${key}${SUFFIX}`)
    // Absent or unreadable: the encoder makes it anew.
    const bytes = await readFile(file).catch(() => null)
    if (bytes === null || bytes.byteLength !== length * 4) return null
    const now = nowMs() / 1000
    // Its time is when it was last of use. A folder that cannot be written keeps the order in which files were made.
    await utimes(file, now, now).catch(() => undefined)
    return new Float32Array(new Uint8Array(bytes).buffer)
  }

  async function write(key: string, data: Float32Array): Promise<void> {
    if (folder === null || data.byteLength > limitBytes) return
    const file = join(folder, `${key}${SUFFIX}`)
    const temporary = `${file}.${process.pid}.part`
    try {
      await mkdir(folder, { recursive: true })
      const handle = await open(temporary, 'w')
      await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).finally(() => handle.close())
      const now = nowMs() / 1000
      await utimes(temporary, now, now)
      await rename(temporary, file)
      await prune(folder)
    } catch {
      // A cache that cannot be written (full disk, read-only folder) must not fail a generation.
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  async function prune(kept: string): Promise<void> {
    const entries = await Promise.all((await readdir(kept)).map(async (name) => {
      // Another engine may have pruned it meanwhile.
      const facts = await stat(join(kept, name)).catch(() => null)
      return facts === null ? [] : [{ name, bytes: facts.size, usedAtMs: facts.mtimeMs }]
    }))
    const files = entries.flat()
    const abandoned = files.filter(({ name, usedAtMs }) => name.endsWith('.part') && nowMs() - usedAtMs > ABANDONED_MS)
    const embeddings = files.filter(({ name }) => name.endsWith(SUFFIX)).toSorted((a, b) => a.usedAtMs - b.usedAtMs)
    let total = embeddings.reduce((sum, { bytes }) => sum + bytes, 0)
    const outdated = embeddings.filter(({ bytes }) => {
      if (total <= limitBytes) return false
      total -= bytes
      return true
    })
    for (const { name } of [...abandoned, ...outdated]) await rm(join(kept, name), { force: true })
  }

  return { read, write }
}
