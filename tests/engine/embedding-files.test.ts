/** The embeddings on disk stay within their limit, and never cost more than time. */
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEmbeddingFiles } from '#engine/pipelines/text/embedding-files.ts'
import { temporaryFolder } from './pack-copy.ts'

const EMBEDDING = Float32Array.from({ length: 100 }, (_, i) => i / 7)

function cacheOf(limitBytes: number) {
  const folder = join(temporaryFolder(), 'cache')
  const time = { nowMs: 1_800_000_000_000 }
  const files = createEmbeddingFiles({ folder, limitBytes, nowMs: () => time.nowMs })
  const later = async <T>(work: () => Promise<T>): Promise<T> => {
    time.nowMs += 60_000
    return work()
  }
  return { folder, files, later, time, names: () => readdirSync(folder).toSorted() }
}

describe('embeddings on disk', () => {
  it('come back as they were, for their own length alone', async () => {
    const { files } = cacheOf(10_000)
    await files.write('a', EMBEDDING)
    expect(await files.read('a', 100)).toEqual(EMBEDDING)
    expect(await files.read('a', 99)).toBeNull()
    expect(await files.read('b', 100)).toBeNull()
  })

  it('make room by letting go of those that were of no use for longest', async () => {
    const { files, later, names } = cacheOf(1_200)
    for (const key of ['a', 'b', 'c']) await later(() => files.write(key, EMBEDDING))
    expect(names()).toEqual(['a.f32', 'b.f32', 'c.f32'])
    await later(() => files.read('a', 100))
    await later(() => files.write('d', EMBEDDING))
    expect(names()).toEqual(['a.f32', 'c.f32', 'd.f32'])
  })

  it('are not kept where one alone is over the limit', async () => {
    const { files, folder } = cacheOf(100)
    await files.write('a', EMBEDDING)
    expect(existsSync(folder)).toBe(false)
  })

  it('sweep what a killed process left half written, and not what is being written', async () => {
    const { files, folder, later, names, time } = cacheOf(10_000)
    await later(() => files.write('a', EMBEDDING))
    for (const [name, ageMs] of [['old.f32.77.part', 2 * 3_600_000], ['new.f32.78.part', 1_000]] as const) {
      writeFileSync(join(folder, name), 'half')
      utimesSync(join(folder, name), (time.nowMs - ageMs) / 1000, (time.nowMs - ageMs) / 1000)
    }
    await files.write('b', EMBEDDING)
    expect(names()).toEqual(['a.f32', 'b.f32', 'new.f32.78.part'])
  })

  it('cost nothing but time where the folder cannot be written', async () => {
    const file = join(temporaryFolder(), 'a-file')
    writeFileSync(file, '')
    const files = createEmbeddingFiles({ folder: file })
    await expect(files.write('a', EMBEDDING)).resolves.toBeUndefined()
    expect(await files.read('a', 100)).toBeNull()
  })
})
