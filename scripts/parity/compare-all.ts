/** Every golden vector that there is, each compared in the way of its kind. */
import type { Parity } from './measure.ts'
import { parityOf } from './measure.ts'
import { compareGeneration } from './compare-generation.ts'
import type { GoldenGeneration } from './compare-generation.ts'
import { compareSchedules } from './compare-schedule.ts'
import type { GoldenSchedules } from './compare-schedule.ts'
import { compareTokens } from './compare-tokens.ts'
import type { GoldenTokens } from './compare-tokens.ts'
import { createEngineUnderTest } from './engine-under-test.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { GOLDEN_FOLDER, goldenNames, readGolden } from './golden-file.ts'

export interface CompareOptions {
  readonly folder?: string
  /** Only golden files whose name contains this. */
  readonly only?: string
}

export interface Comparison {
  readonly rows: readonly Parity[]
  /** Golden files of other kinds (embeddings, VAE): tests compare them. */
  readonly others: readonly string[]
}

export async function compareAll({ folder = GOLDEN_FOLDER, only = '' }: CompareOptions = {}): Promise<Comparison> {
  const engine = createEngineUnderTest()
  const rows: Parity[] = []
  const others: string[] = []
  try {
    for (const name of goldenNames(folder).filter((candidate) => candidate.includes(only))) {
      const compared = await compareOne(name, folder, engine)
      if (compared === null) others.push(name)
      else rows.push(...compared)
    }
  } finally {
    await engine.dispose()
  }
  return { rows, others }
}

/** null for golden files of another kind. A case that cannot be run is a row that is missed: it must not take the others with it. */
async function compareOne(name: string, folder: string, engine: EngineUnderTest): Promise<readonly Parity[] | null> {
  try {
    const golden = readGolden<object>(name, folder)
    if (isSchedules(golden.body)) return compareSchedules({ ...golden, body: golden.body }, name)
    if (isGeneration(golden.body)) return await compareGeneration({ ...golden, body: golden.body }, name, engine, folder)
    if (isTokens(golden.body)) return await compareTokens({ ...golden, body: golden.body }, name, await engine.pack(golden.body.about.config.pack))
    return null
  } catch (error) {
    return [parityOf('?', name, { problem: error instanceof Error ? error.message : String(error) })]
  }
}

function isSchedules(body: object): body is GoldenSchedules {
  return 'cases' in body && Array.isArray(body.cases) && 'sigmasExact' in (body.cases[0] ?? {})
}

function isGeneration(body: object): body is GoldenGeneration {
  return 'finalLatents' in body && 'frames' in body
}

function isTokens(body: object): body is GoldenTokens {
  return 'entries' in body && Array.isArray(body.entries) && 'ids' in (body.entries[0] ?? {}) && !('embedding' in (body.entries[0] ?? {}))
}
