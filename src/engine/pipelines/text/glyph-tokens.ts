/** The words that a prompt wants to be seen in the picture, as byte tokens (ByT5: Xue et al. 2022, "ByT5: towards a token-free future"). */

const END_TOKEN = 1
/** Ids 0, 1 and 2 are padding, end and unknown. */
const BYTE_OFFSET = 3
const FIRST_EXTRA_TOKEN = BYTE_OFFSET + 256

/** What stands in straight or curly quotes on one line, each once, as the encoder was trained to read it; null where nothing does. */
export function glyphText(prompt: string): string | null {
  const quoted = [...prompt.matchAll(/"([^\n]*?)"|“([^\n]*?)”/gu)].map(([, straight, curly]) => straight || curly || '')
  if (quoted.length === 0) return null
  return `${[...new Set(quoted)].map((words) => `Text "${words}"`).join('. ')}. `
}

/** UTF-8 bytes + 3 and the end token, cut so that the end token stays. */
export function glyphTokens(text: string, maxTokens: number): readonly number[] {
  const ids = splitSpecial(text).flatMap((part) => (typeof part === 'number' ? [part] : Array.from(Buffer.from(part, 'utf8'), (byte) => byte + BYTE_OFFSET)))
  const cut = ids.slice(0, maxTokens - 1)
  return cut.at(-1) === END_TOKEN ? cut : [...cut, END_TOKEN]
}

/** Names of special tokens in the text are those tokens, as the reference's tokeniser has it; they swallow the space around them, extra ones do not. */
const SPECIAL = /\s*(<pad>|<\/s>|<unk>)\s*|<extra_id_(\d{1,2}|1[01]\d|12[0-4])>/gu
const SPECIAL_IDS: Readonly<Record<string, number>> = Object.freeze({ '<pad>': 0, '</s>': END_TOKEN, '<unk>': 2 })

function splitSpecial(text: string): readonly (string | number)[] {
  const parts: (string | number)[] = []
  let from = 0
  for (const match of text.matchAll(SPECIAL)) {
    const [whole, name, extra] = match
    parts.push(text.slice(from, match.index), name === undefined ? FIRST_EXTRA_TOKEN + Number(extra) : (SPECIAL_IDS[name] as number))
    from = match.index + whole.length
  }
  return [...parts, text.slice(from)]
}
