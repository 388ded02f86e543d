/** Prompt clean-up and tokenisation against the reference implementation. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanPrompt } from '#engine/pipelines/text/clean-prompt.ts'
import { loadTokenizer } from '#engine/pipelines/text/tokenizer.ts'
import { packFolder, readGolden } from './golden.ts'
import { temporaryFolder } from './pack-copy.ts'

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

describe('a closed vocabulary', () => {
  /** As the tokenizers library 0.23 wrote it; the ids below are what it gave. */
  const WORD_LEVEL = {'version':'1.0','truncation':null,'padding':null,'added_tokens':[{'id':0,'content':'<pad>','single_word':false,'lstrip':false,'rstrip':false,'normalized':false,'special':true},{'id':1,'content':'</s>','single_word':false,'lstrip':false,'rstrip':false,'normalized':false,'special':true},{'id':2,'content':'<unk>','single_word':false,'lstrip':false,'rstrip':false,'normalized':false,'special':true}],'normalizer':{'type':'Lowercase'},'pre_tokenizer':{'type':'Whitespace'},'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'A','type_id':0}},{'SpecialToken':{'id':'</s>','type_id':0}}],'pair':[{'Sequence':{'id':'A','type_id':0}},{'Sequence':{'id':'B','type_id':1}}],'special_tokens':{'</s>':{'id':'</s>','ids':[1],'tokens':['</s>']}}},'decoder':null,'model':{'type':'WordLevel','vocab':{'<pad>':0,'</s>':1,'<unk>':2,'a':3,'red':4,'car':5,',':6,'blue':7,'-':8,'boat':9,'!':10},'unk_token':'<unk>'}}

  it.each<[string, number[]]>([
    ['A red car', [3, 4, 5, 1]],
    ['Red CAR, blue-boat!', [4, 5, 6, 7, 8, 9, 10, 1]],
    ['caf\u00e9 red', [2, 4, 1]],
    ['un caf\u00e9 tr\u00e8s bon', [2, 2, 2, 2, 1]],
    ['\u0434\u0440\u0430\u043a\u043e\u043d red', [2, 4, 1]],
    ['\u4e00\u53ea\u7ea2\u8272\u7684\u732b', [2, 1]],
    ['na\u00efve_x red', [2, 4, 1]],
    ['\u0915\u094d\u0937\u093f red', [2, 4, 1]],
    ['red\u200dcar', [2, 1]],
    ['\u0130stanbul red', [2, 4, 1]],
    ['e\u0301te red', [2, 4, 1]],
    ['', [1]],
    ['\ud83d\ude80 red\ud83d\ude80car', [2, 4, 2, 5, 1]],
  ])('is read as the reference reads it: %j', async (text, ids) => {
    const file = join(temporaryFolder(), 'tokenizer.json')
    writeFileSync(file, JSON.stringify(WORD_LEVEL))
    const { inputIds, tokenCount } = (await loadTokenizer(file, { maxTokens: 16, padTokenId: 0 })).encode(text)
    expect(Array.from(inputIds.data, Number).slice(0, tokenCount)).toEqual(ids)
  })
})
