/** Canonical JSON: one text a value. */
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

describe('canonicalJson', () => {
  it('sorts keys at every depth, leaves out undefined and keeps arrays in order', () => {
    expect(canonicalJson({ b: [3, { z: 1, y: undefined, a: 'ü' }], a: null, A: true })).toBe('{"A":true,"a":null,"b":[3,{"a":"ü","z":1}]}')
  })

  it('writes numbers as JSON does, and minus zero as zero', () => {
    expect(canonicalJson([-0, 1e21, 0.1, 5e-324])).toBe('[0,1e+21,0.1,5e-324]')
  })

  it('indents one line an entry when asked, with the same content', () => {
    const value = { b: [1, { c: 2 }], a: {}, d: [] }
    expect(canonicalJson(value, 2)).toBe(JSON.stringify({ a: {}, b: [1, { c: 2 }], d: [] }, null, 2))
  })

  it('writes hostile keys as plain text', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1},"constructor":2}'))).toBe('{"__proto__":{"a":1},"constructor":2}')
  })

  it('throws for what JSON cannot hold', () => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, 1n, cyclic]) expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})
