/** Reads the golden vectors of tests/fixtures/golden (format: the README there), and measures how far values lie from them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FIXTURES = join(import.meta.dirname, '../../tests/fixtures')
export const GOLDEN_FOLDER = join(FIXTURES, 'golden')

export interface GoldenTensor {
  readonly shape: readonly number[]
  readonly offset: number
}

export interface Golden<T> {
  readonly body: T
  tensor(reference: GoldenTensor): Float32Array
}

export function packFolder(name: string): string {
  return join(FIXTURES, 'packs', name)
}

export function goldenNames(folder = GOLDEN_FOLDER): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).sort()
}

export function readGolden<T>(name: string, folder = GOLDEN_FOLDER): Golden<T> {
  const body = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as T & { about: { tensors?: string } }
  const bytes = body.about.tensors === undefined ? new ArrayBuffer(0) : new Uint8Array(readFileSync(join(folder, body.about.tensors))).buffer
  return {
    body,
    tensor: ({ shape, offset }) => new Float32Array(bytes, offset * 4, shape.reduce((product, edge) => product * edge, 1)),
  }
}

/** Infinity where the lengths differ; NaN where a value is none, so that it passes no limit. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number))
    if (Number.isNaN(difference)) return Number.NaN
    if (difference > largest) largest = difference
  }
  return largest
}

/** The largest difference over the largest magnitude that is expected. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let magnitude = 0
  for (let i = 0; i < expected.length; i++) magnitude = Math.max(magnitude, Math.abs(expected[i] as number))
  const difference = largestDifference(actual, expected)
  return magnitude === 0 ? difference : difference / magnitude
}

export function meanDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let sum = 0
  for (let i = 0; i < actual.length; i++) sum += Math.abs((actual[i] as number) - (expected[i] as number))
  return sum / actual.length
}
