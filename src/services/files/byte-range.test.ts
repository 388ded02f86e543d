import { expect, it } from 'vitest'
import { parseByteRange } from './byte-range.ts'

it.each([
  ['bytes=0-99', { start: 0, end: 99 }], ['bytes=900-', { start: 900, end: 999 }], ['bytes=-1', { start: 999, end: 999 }], ['bytes=-5000', { start: 0, end: 999 }],
  ['bytes=0-5000', { start: 0, end: 999 }], ['bytes=1000-', 'unsatisfiable'], ['bytes=-0', 'unsatisfiable'],
  [null, null], ['', null], ['items=0-1', null], ['bytes=5-1', null], ['bytes=0-1,4-5', null], ['bytes=-', null], ['bytes=a-b', null],
] as const)('the range %j of 1,000 bytes is %j', (header, expected) => {
  expect(parseByteRange(header, 1_000)).toEqual(expected)
})

it('no range of an empty file can be satisfied', () => {
  expect(parseByteRange('bytes=0-', 0)).toBe('unsatisfiable')
})
