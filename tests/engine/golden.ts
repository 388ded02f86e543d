/** Reads the golden vectors of tests/fixtures/golden (format: the README there). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../fixtures/golden')

export interface GoldenTensor {
  readonly shape: readonly number[]
  readonly offset: number
}

export interface Golden<T> {
  readonly body: T
  tensor(reference: GoldenTensor): Float32Array
}

export function readGolden<T>(name: string): Golden<T> {
  const body = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as T & { about: { tensors?: string } }
  const bytes = body.about.tensors === undefined ? new ArrayBuffer(0) : new Uint8Array(readFileSync(join(FOLDER, body.about.tensors))).buffer
  return {
    body,
    tensor: ({ shape, offset }) => new Float32Array(bytes, offset * 4, shape.reduce((product, edge) => product * edge, 1)),
  }
}

export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number))
    // NaN compares as not larger; it must not pass.
    if (!(difference <= largest)) largest = difference
  }
  return largest
}

export function packFolder(name: string): string {
  return join(import.meta.dirname, '../fixtures/packs', name)
}
