import { expect, it } from 'vitest'
import { STUDIO_ERROR_CODES } from '#core/errors.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'

it('only the program’s own faults end with the code of an internal error', () => {
  expect(STUDIO_ERROR_CODES.filter((code) => exitCodeOf(code) === EXIT.internal)).toEqual(['METHOD_UNKNOWN', 'DISCONNECTED', 'INTERNAL'])
})
