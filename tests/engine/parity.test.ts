/** `npm run parity`: what it says of the golden vectors, and that it cannot be fooled. */
import { execFile } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { FAMILIES } from '#engine/pipelines/families.ts'
import { compareAll } from '../../scripts/parity/compare-all.ts'
import { GOLDEN_FOLDER, largestDifference, meanDifference, relativeDifference } from '../../scripts/parity/golden-file.ts'
import { isMet, LIMITS, parityOf } from '../../scripts/parity/measure.ts'
import { temporaryFolder } from './pack-copy.ts'

const run = promisify(execFile)
const MAIN = join(import.meta.dirname, '../../scripts/parity/main.ts')

interface Report {
  readonly rows: readonly { readonly name: string; readonly isMet: boolean; readonly latentDifference: number | null; readonly problem: string | null }[]
}

/** The command as people run it, with its exit code. */
async function parity(...options: readonly string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await run(process.execPath, [MAIN, ...options])
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, output: stdout }
  }
}

/** Copies of some golden files, one of them changed. */
function spoiled(name: string, file: string, change: (bytes: Buffer) => Buffer): string {
  const folder = temporaryFolder()
  for (const ending of ['json', 'bin', 'png']) cpSync(join(GOLDEN_FOLDER, `${name}.${ending}`), join(folder, `${name}.${ending}`), { errorOnExist: false, force: true, recursive: true, filter: () => true })
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file))))
  return folder
}

describe('every golden vector', async () => {
  const { rows } = await compareAll()

  it.each(rows)('$family: $name', (row) => {
    expect({ ...row, isMet: isMet(row) }).toMatchObject({ problem: null, isMet: true })
  })

  it('covers every family that the engine runs', () => {
    const generated = new Set(rows.filter(({ latentDifference }) => latentDifference !== null).map(({ family }) => family))
    expect([...generated].sort()).toEqual(Object.keys(FAMILIES).sort())
  })
})

describe('the command', () => {
  it('ends well, and says so in both its ways', async () => {
    const table = await parity('--only', 'hunyuan15-text')
    expect(table).toMatchObject({ code: 0, output: expect.stringMatching(/hunyuan15-text .* yes\n[^]*1 of 1 met/u) })
    const { rows } = JSON.parse((await parity('--only', 'hunyuan15-text', '--json')).output) as Report
    expect(rows).toEqual([expect.objectContaining({ name: 'hunyuan15-text', isMet: true, latentDifference: expect.any(Number) })])
  })

  it('fails where a latent is another', async () => {
    const { finalLatents } = JSON.parse(readFileSync(join(GOLDEN_FOLDER, 'hunyuan15-picture.json'), 'utf8')) as { finalLatents: { offset: number } }
    const folder = spoiled('hunyuan15-picture', 'hunyuan15-picture.bin', (bytes) => {
      bytes.writeFloatLE(bytes.readFloatLE(finalLatents.offset * 4) + 0.1, finalLatents.offset * 4)
      return bytes
    })
    const { code, output } = await parity('--golden', folder, '--json')
    expect(code).toBe(1)
    expect((JSON.parse(output) as Report).rows).toEqual([expect.objectContaining({ isMet: false, latentDifference: expect.any(Number), problem: null })])
  })

  it('fails where there is nothing to compare, and where a file cannot be read', async () => {
    expect(await parity('--only', 'no-such-case')).toMatchObject({ code: 1, output: expect.stringContaining('nothing to compare') })
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'torn.json'), '{')
    expect(await parity('--golden', folder)).toMatchObject({ code: 1, output: expect.stringContaining('torn:') })
  })
})

describe('a comparison', () => {
  it('misses what is over a limit and what is no number', () => {
    const figures = (latentDifference: number, frameDifference: number) => isMet(parityOf('f', 'n', { latentDifference, frameDifference }))
    expect(figures(LIMITS.latents, LIMITS.frames)).toBe(true)
    expect([figures(LIMITS.latents * 1.01, 0), figures(0, LIMITS.frames * 1.01), figures(Number.NaN, 0), figures(0, Number.NaN)]).toEqual([false, false, false, false])
    expect(isMet(parityOf('f', 'n', { areTokenIdsEqual: false }))).toBe(false)
    expect(isMet(parityOf('f', 'n', { problem: 'no pack' }))).toBe(false)
  })

  it('keeps a NaN that lies among numbers, and does not pass shorter results', () => {
    expect(largestDifference([Number.NaN, 1], [0, 1])).toBeNaN()
    expect([largestDifference([1], [1, 2]), meanDifference([1], [1, 2]), relativeDifference([], [1])]).toEqual([Infinity, Infinity, Infinity])
    expect(relativeDifference([2, 8], [0, 10])).toBeCloseTo(0.2)
  })
})
