/** Token ids against the reference tokenisers, string by string. */
import { isDeepStrictEqual } from 'node:util'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import { chatTokens } from '#engine/pipelines/hunyuan15.ts'
import { cleanPrompt } from '#engine/pipelines/text/clean-prompt.ts'
import { glyphText, glyphTokens } from '#engine/pipelines/text/glyph-tokens.ts'
import { loadTokenizer } from '#engine/pipelines/text/tokenizer.ts'
import type { PromptTokenizer } from '#engine/pipelines/text/tokenizer.ts'
import type { Golden } from './golden-file.ts'
import { parityOf } from './measure.ts'
import type { Parity } from './measure.ts'

export interface TokenEntry {
  readonly name: string
  readonly text: string
  readonly ids: readonly number[]
  readonly mask: readonly number[]
  /** hunyuan15: of the quoted words; null where nothing is quoted. */
  readonly glyphIds?: readonly number[] | null
}

export interface GoldenTokens {
  readonly about: { readonly config: { readonly pack: string } }
  readonly entries: readonly TokenEntry[]
}

/** What the engine makes of one string: the ids that the encoder is given, and for hunyuan15 those of the second encoder. */
interface TokensOf {
  readonly ids: readonly number[]
  readonly glyphIds: readonly number[] | null
}

type Tokenise = (tokenizer: PromptTokenizer, text: string, pack: VerifiedPack) => TokensOf

const FAMILY_TOKENS: Readonly<Record<string, Tokenise>> = Object.freeze({ hunyuan15: hunyuanTokens })

/** The strings whose ids differ, by name. */
export async function differingTokens({ entries }: GoldenTokens, pack: VerifiedPack): Promise<readonly string[]> {
  const tokenise = FAMILY_TOKENS[pack.manifest.family] ?? plainTokens
  const tokenizer = await loadTokenizer(pack.files.tokenizer as string, pack.manifest.text)
  return entries.filter((entry) => !isDeepStrictEqual(tokenise(tokenizer, entry.text, pack), expectedTokens(entry))).map(({ name }) => name)
}

export async function compareTokens({ body }: Golden<GoldenTokens>, name: string, pack: VerifiedPack): Promise<readonly Parity[]> {
  const differing = await differingTokens(body, pack)
  const problem = differing.length === 0 ? null : `ids differ for ${differing.join(', ')}`
  return [parityOf(pack.manifest.family, `${name}: ${body.entries.length} strings`, { areTokenIdsEqual: differing.length === 0, problem })]
}

/** Padding is what the mask leaves out: the references pad, packs may be given the tokens alone. */
function expectedTokens({ ids, mask, glyphIds }: TokenEntry): TokensOf {
  return { ids: ids.filter((_, index) => mask[index] === 1), glyphIds: glyphIds?.slice(0, glyphIds.lastIndexOf(1) + 1) ?? null }
}

function plainTokens(tokenizer: PromptTokenizer, text: string, { manifest }: VerifiedPack): TokensOf {
  const { inputIds, tokenCount } = tokenizer.encode(manifest.text.cleanup === 'wan' ? cleanPrompt(text) : text.trim())
  return { ids: Array.from(inputIds.data, Number).slice(0, tokenCount), glyphIds: null }
}

function hunyuanTokens(tokenizer: PromptTokenizer, text: string, { manifest }: VerifiedPack): TokensOf {
  const words = glyphText(text)
  return { ids: [...chatTokens(tokenizer, text, manifest)], glyphIds: words === null ? null : [...glyphTokens(words, manifest.glyphs?.maxTokens ?? 0)] }
}
