/** Reads a pack's lexicon: the words it knows and what other words mean to it. */
import { readFile } from 'node:fs/promises'
import { LexiconSchema } from '#contracts/pack-manifest.ts'
import type { Lexicon } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'

/** Throws PACK_MALFORMED. The file was verified before. */
export async function loadLexicon(file: string): Promise<Lexicon> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw malformed('it is not JSON', cause)
  }
  const outcome = LexiconSchema.safeParse(value)
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]
  throw malformed(`${issue?.path.map(String).join('.')}: ${issue?.message}`, undefined)
}

function malformed(problem: string, cause: unknown): StudioError {
  return new StudioError({
    code: 'PACK_MALFORMED',
    message: `The pack's lexicon is malformed: ${problem}.`,
    remedy: 'Install the pack again; if you made it, correct the field that is named (docs/pack-format.md).',
    cause,
  })
}
