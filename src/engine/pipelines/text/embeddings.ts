/** Text embeddings, with a memory of the prompts that were encoded before: all negative prompts of a project are the same one. */
import { createHash } from 'node:crypto'
import type { Session, Tensor } from '../../inference/inference-port.ts'
import type { VerifiedPack } from '../../packs/verify-pack.ts'
import { onlyOutput, wrongShape } from '../graph-output.ts'
import { cleanPrompt } from './clean-prompt.ts'
import { createEmbeddingFiles } from './embedding-files.ts'
import { loadTokenizer } from './tokenizer.ts'
import type { PromptTokenizer, TokenizedPrompt } from './tokenizer.ts'

export interface EncodedPrompt {
  /** float32 [1, L, D]; rows at and after the last token are zero, as transformers were trained (no mask reaches them). */
  readonly embedding: Tensor
  readonly isTruncated: boolean
}

export type TextEncoderName = 'textEncoder' | 'glyphEncoder'

export interface TextEncoding {
  /** `openEncoder` is called only where the prompt is not remembered: a known prompt loads no text encoder. */
  encode(pack: VerifiedPack, prompt: string, openEncoder: () => Promise<Session>): Promise<EncodedPrompt>
  /** float32 [1, ids, D] of one of the pack's encoders, for families that make their tokens themselves; remembered likewise. */
  encodeIds(pack: VerifiedPack, encoder: TextEncoderName, ids: readonly number[], openEncoder: () => Promise<Session>): Promise<Tensor>
  tokenizerOf(pack: VerifiedPack): Promise<PromptTokenizer>
  readonly stats: { readonly runs: number; readonly memoryHits: number; readonly diskHits: number }
}

/** 512 tokens x 4096 x 4 bytes is 8 MB a prompt for the largest packs. */
const MEMORY_LIMIT_BYTES = 256e6

/** With a cache folder, embeddings outlive the process; an unreadable or missing folder only costs time. */
export function createTextEncoding(cacheFolder: string | null): TextEncoding {
  const memory = new Map<string, Float32Array>()
  const files = createEmbeddingFiles({ folder: cacheFolder })
  const tokenizers = new Map<string, Promise<PromptTokenizer>>()
  let runs = 0, memoryHits = 0, diskHits = 0

  async function encode(pack: VerifiedPack, prompt: string, openEncoder: () => Promise<Session>): Promise<EncodedPrompt> {
    const { text } = pack.manifest
    const tokens = (await tokenizerOf(pack)).encode(text.cleanup === 'wan' ? cleanPrompt(prompt) : prompt.trim())
    const data = await rowsOf(pack, 'textEncoder', tokens, text.maxTokens * text.dimension, openEncoder)
    return { embedding: { type: 'float32', data, dims: [1, text.maxTokens, text.dimension] }, isTruncated: tokens.isTruncated }
  }

  async function encodeIds(pack: VerifiedPack, encoder: TextEncoderName, ids: readonly number[], openEncoder: () => Promise<Session>): Promise<Tensor> {
    const dimension = encoder === 'textEncoder' ? pack.manifest.text.dimension : (pack.manifest.glyphs?.dimension ?? 0)
    const data = await rowsOf(pack, encoder, unpadded(ids), ids.length * dimension, openEncoder)
    return { type: 'float32', data, dims: [1, ids.length, dimension] }
  }

  async function rowsOf(pack: VerifiedPack, encoder: TextEncoderName, tokens: TokenizedPrompt, length: number, openEncoder: () => Promise<Session>): Promise<Float32Array> {
    const key = embeddingKey(pack, encoder, tokens)
    const data = remembered(key) ?? (await fromDisk(key, length)) ?? (await run(key, tokens, await openEncoder()))
    if (data.length !== length) throw wrongShape(`its ${encoder} gave ${data.length} values where ${length} are due`)
    return data
  }

  function tokenizerOf({ manifest, files }: VerifiedPack): Promise<PromptTokenizer> {
    // Packs may share a tokenizer and not its length.
    const key = `${manifest.components.tokenizer.sha256}|${manifest.text.maxTokens}|${manifest.text.padTokenId}`
    const known = tokenizers.get(key) ?? loadTokenizer(files.tokenizer as string, manifest.text)
    tokenizers.set(key, known)
    // A tokenizer that failed to load must be tried again next time.
    known.catch(() => tokenizers.delete(key))
    return known
  }

  function remembered(key: string): Float32Array | null {
    const data = memory.get(key)
    if (data === undefined) return null
    memoryHits += 1
    memory.delete(key)
    memory.set(key, data)
    return data
  }

  function remember(key: string, data: Float32Array): void {
    memory.set(key, data)
    let total = [...memory.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
    for (const [oldest, { byteLength }] of memory) {
      if (total <= MEMORY_LIMIT_BYTES || oldest === key) break
      memory.delete(oldest)
      total -= byteLength
    }
  }

  async function run(key: string, tokens: TokenizedPrompt, session: Session): Promise<Float32Array> {
    const outputs = await session.run({ input_ids: tokens.inputIds, attention_mask: tokens.attentionMask })
    runs += 1
    const { data, dims } = onlyOutput(outputs, 'last_hidden_state')
    const zeroed = data.slice()
    zeroed.fill(0, tokens.tokenCount * (dims[2] as number))
    remember(key, zeroed)
    await files.write(key, zeroed)
    return zeroed
  }

  async function fromDisk(key: string, length: number): Promise<Float32Array | null> {
    const data = await files.read(key, length)
    if (data === null) return null
    diskHits += 1
    remember(key, data)
    return data
  }

  return {
    encode, encodeIds, tokenizerOf,
    get stats() {
      return { runs, memoryHits, diskHits }
    },
  }
}

/** What decides an embedding: the encoder's weights and the tokens, which stand for tokenizer and clean-up. */
function embeddingKey({ manifest }: VerifiedPack, encoder: TextEncoderName, tokens: TokenizedPrompt): string {
  const component = manifest.components[encoder]
  if (component === undefined) throw wrongShape(`it has no ${encoder}`)
  const hash = createHash('sha256').update(component.sha256)
  for (const { sha256 } of component.externalData) hash.update(sha256)
  return hash.update(tokens.inputIds.data).update(tokens.attentionMask.data).digest('hex')
}

function unpadded(ids: readonly number[]): TokenizedPrompt {
  const dims = [1, ids.length]
  return {
    inputIds: { type: 'int64', data: BigInt64Array.from(ids, BigInt), dims },
    attentionMask: { type: 'int64', data: new BigInt64Array(ids.length).fill(1n), dims }, tokenCount: ids.length, isTruncated: false,
  }
}
