/** The tokenizer adapter: the only file that imports @huggingface/tokenizers. */
import { readFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { StudioError } from '#core/errors.ts'
import type { Tensor } from '../../inference/inference-port.ts'

export interface TokenizedPrompt {
  /** int64 [1, maxTokens], padded. */
  readonly inputIds: Tensor
  /** int64 [1, maxTokens]: 1 for tokens, 0 for padding. */
  readonly attentionMask: Tensor
  /** Tokens before the padding, the end token included. */
  readonly tokenCount: number
  /** The prompt was longer than the pack can take, and its end was cut off. */
  readonly isTruncated: boolean
}

export interface PromptTokenizer {
  encode(text: string): TokenizedPrompt
  /** All ids of a text, with what the file's post-processor adds; neither cut nor padded. */
  ids(text: string): readonly number[]
}

export interface TokenizerOptions {
  readonly maxTokens: number
  readonly padTokenId: number
}

interface TokenizerFile {
  readonly model?: { readonly unk_token?: string | null }
  readonly pre_tokenizer?: { readonly type?: string } | null
}

/** Loads a `tokenizer.json` of the Hugging Face format; throws MODEL_UNSUPPORTED where it is none. */
export async function loadTokenizer(file: string, options: TokenizerOptions): Promise<PromptTokenizer> {
  let tokenizer: Tokenizer
  let definition: TokenizerFile
  try {
    definition = JSON.parse(await readFile(file, 'utf8')) as TokenizerFile
    // The library takes the unknown token of word-level models from the other file of the pair, which packs do not hold.
    tokenizer = new Tokenizer(definition, { unk_token: definition.model?.unk_token })
  } catch (cause) {
    throw new StudioError({
      code: 'MODEL_UNSUPPORTED',
      message: 'The pack\'s tokenizer cannot be read.',
      remedy: 'Install the pack again; if it fails again, export its tokenizer.json with a current version of the tokenizers library.',
      cause,
    })
  }
  keepJoiners(tokenizer)
  if (definition.pre_tokenizer?.type === 'Whitespace') splitUnicodeWords(tokenizer)
  return { encode: (text) => pad(tokenizer.encode(text).ids, options), ids: (text) => tokenizer.encode(text).ids }
}

const ZERO_WIDTH_JOINER = '\u200d'
/** A noncharacter, so no prompt holds it and no normaliser maps it. */
const STAND_IN = '\ufdd0'

/**
 * The library's normaliser turns the zero-width joiner into a space, where SentencePiece keeps it: family emoji and
 * several Indic scripts would be taken apart. The joiner goes around the normaliser in disguise.
 */
function keepJoiners(tokenizer: Tokenizer): void {
  const normalise = tokenizer.normalizer as ((text: string) => string) | null
  if (normalise === null) return
  const kept = (text: string) => normalise(text.replaceAll(ZERO_WIDTH_JOINER, STAND_IN)).replaceAll(STAND_IN, ZERO_WIDTH_JOINER)
  tokenizer.normalizer = kept as unknown as Tokenizer['normalizer']
}

/** What the reference calls a word character; the library knows ASCII ones alone and would cut "café" in two. */
const WORDS = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}\s]+/gu

function splitUnicodeWords(tokenizer: Tokenizer): void {
  const split = (text: string | readonly string[]) => [text].flat().flatMap((part) => part.match(WORDS) ?? [])
  tokenizer.pre_tokenizer = split as unknown as Tokenizer['pre_tokenizer']
}

/** Cuts before the end token, so that the encoder always sees where the prompt ends. */
function pad(ids: readonly number[], { maxTokens, padTokenId }: TokenizerOptions): TokenizedPrompt {
  const isTruncated = ids.length > maxTokens
  const kept = isTruncated ? [...ids.slice(0, maxTokens - 1), ids.at(-1) as number] : ids
  const inputIds = new BigInt64Array(maxTokens).fill(BigInt(padTokenId))
  const attentionMask = new BigInt64Array(maxTokens)
  for (const [index, id] of kept.entries()) {
    inputIds[index] = BigInt(id)
    attentionMask[index] = 1n
  }
  const dims = [1, maxTokens]
  return { inputIds: { type: 'int64', data: inputIds, dims }, attentionMask: { type: 'int64', data: attentionMask, dims }, tokenCount: kept.length, isTruncated }
}
