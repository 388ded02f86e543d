/** Prompt clean-up and tokenisation against the reference implementation. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanPrompt } from '#engine/pipelines/text/clean-prompt.ts'
import { loadTokenizer } from '#engine/pipelines/text/tokenizer.ts'
import { packFolder, readGolden } from './golden.ts'

interface TokenEntry {
  readonly name: string
  readonly text: string
  readonly clean: string
  readonly ids: readonly number[]
  readonly mask: readonly number[]
  readonly untruncatedLength: number
}

const { entries } = readGolden<{ entries: readonly TokenEntry[] }>('tokens').body
const tokenizer = await loadTokenizer(join(packFolder('tiny-wan'), 'tokenizer.json'), { maxTokens: 16, padTokenId: 0 })

describe('prompt clean-up', () => {
  it.each(entries)('cleans as the reference does: $name', ({ text, clean }) => {
    expect(cleanPrompt(text)).toBe(clean)
  })

  it('leaves good text with accents alone, which an encoding repair might break', () => {
    for (const text of ['naïve piñata', 'Ærø, fiancée', 'São Paulo à noite', 'Ünïcödé']) expect(cleanPrompt(text)).toBe(text)
  })

  it('survives 100,000 characters', () => {
    expect(cleanPrompt('a&amp;b “x” '.repeat(8_334))).toHaveLength(8_334 * 8 - 1)
  })
})

describe('tokeniser', () => {
  it.each(entries)('gives the reference tokens: $name', ({ clean, ids, mask, untruncatedLength }) => {
    const encoded = tokenizer.encode(clean)
    expect({ ids: Array.from(encoded.inputIds.data, Number), mask: Array.from(encoded.attentionMask.data, Number) }).toEqual({ ids, mask })
    expect(encoded.isTruncated).toBe(untruncatedLength > 16)
  })

  it('refuses a file that is no tokenizer, with a remedy', async () => {
    await expect(loadTokenizer(join(packFolder('tiny-wan'), 'pack.json'), { maxTokens: 16, padTokenId: 0 }))
      .rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
  })
})
