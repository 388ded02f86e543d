/** Takes are remade by the very pack that made them, or not at all. */
import { describe, expect, it } from 'vitest'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { requireParentPack } from '#services/jobs/parent-take.ts'
import type { PackRegistry } from '#services/packs/pack-registry.ts'

const take = { latents: { stored: {}, shape: [1, 1, 1, 1, 1] }, recipe: { packId: 'previz', packDigest: 'a'.repeat(64), packVersion: '1.0.0' } } as unknown as Take

function registry(changes: { readonly packDigest?: string; readonly latentMask?: boolean } | null): PackRegistry {
  return {
    require: (packId: string) => {
      if (changes === null) throw new StudioError({ code: 'PACK_UNKNOWN', message: `The model pack "${packId}" is not on this machine.`, remedy: 'Install it.' })
      return { packId, name: 'Previz', packDigest: changes.packDigest ?? 'a'.repeat(64), abilities: { latentMask: changes.latentMask ?? true } } as PackSummary
    },
  } as PackRegistry
}

describe('the pack of a take that is remade in part', () => {
  it('is the one of its recipe', () => {
    expect(requireParentPack(take, registry({}))).toMatchObject({ packId: 'previz' })
  })

  it.each([
    ['gone', null, 'PACK_UNKNOWN', /not on this machine/],
    ['of another version', { packDigest: 'b'.repeat(64) }, 'MODEL_MISSING', /version 1\.0\.0/],
    ['unable to keep a part', { latentMask: false }, 'MODEL_UNSUPPORTED', /part of a take/],
  ] as const)('is named where it is %s', (_, changes, code, message) => {
    expect(() => requireParentPack(take, registry(changes))).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }) as Error)
  })

  it('is not asked for where the take was imported', () => {
    expect(() => requireParentPack({ ...take, recipe: null }, registry({}))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }) as Error)
  })
})
