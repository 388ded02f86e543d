/** Whether two shots show the same subject, as far as their boxes and words tell. */
import type { Shot } from '../document/schema.ts'
import { HAN_STOP_WORDS, STOP_WORDS } from '../prompt/stop-words.ts'

/** Share of the shorter prompt's words that both must have. */
const SHARED_ENOUGH = 0.4

export function showSameSubject(left: Pick<Shot, 'prompt' | 'composition'>, right: Pick<Shot, 'prompt' | 'composition'>): boolean {
  const [labels, otherLabels] = [labelsOf(left), labelsOf(right)]
  if (labels.size > 0 && otherLabels.size > 0) return [...labels].some((label) => otherLabels.has(label))
  const [words, otherWords] = [contentWords(left.prompt), contentWords(right.prompt)]
  const shorter = Math.min(words.size, otherWords.size)
  if (shorter === 0) return false
  return [...words].filter((word) => otherWords.has(word)).length / shorter >= SHARED_ENOUGH
}

function labelsOf({ composition }: Pick<Shot, 'composition'>): ReadonlySet<string> {
  return new Set(composition.subjectBoxes.map(({ label }) => label.trim().toLowerCase()).filter((label) => label !== ''))
}

/** Words that carry a picture; of Chinese, which has no spaces, its pairs of characters. */
function contentWords(prompt: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const [word] of prompt.toLowerCase().matchAll(/\p{Script=Han}+|[\p{L}\p{N}]+/gu)) {
    if (/\p{Script=Han}/u.test(word)) for (let at = 0; at + 1 < word.length; at++) words.add(word.slice(at, at + 2))
    else if (word.length > 2 && !STOP_WORDS.has(word)) words.add(word)
  }
  return new Set([...words].filter((word) => !HAN_STOP_WORDS.has(word)))
}
