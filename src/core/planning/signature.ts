/** The signature of a shot: one hash over everything that decides its pixels. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson } from '../document/canonical-json.ts'
import type { Recipe } from '../document/schema.ts'
import type { GenerationInputs } from './inputs.ts'

/** What of the inputs decides pixels: all but the report of unknown words, which follows from prompt and pack. */
type DecidingInputs = Omit<GenerationInputs, 'unknownWords'>

/**
 * sha256 (lowercase hex) over the canonical JSON of the inputs and the pack's digest. Names, notes, locks, captions and
 * trims do not enter. Upstream takes enter by id: a take never changes, so its id stands for its pixels.
 */
export function signatureOf(inputs: DecidingInputs, packDigest: string): string {
  const {
    prompt, negativePrompt, seed, frameCount, frameSize, frameRate, camera, lensMm, subjectDistanceM, steps, guidanceScale, references,
    continuesFromTakeId,
  } = inputs
  const text = canonicalJson({
    prompt, negativePrompt, seed, frameCount, frameSize, frameRate, camera, lensMm, subjectDistanceM, steps, guidanceScale, references,
    continuesFromTakeId, packDigest,
  })
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** The inputs that a take's recipe keeps. */
export function inputsOfRecipe(recipe: Recipe): DecidingInputs {
  const { prompt, negativePrompt, seed, frameCount, frameSize, frameRate, camera, lensMm, subjectDistanceM, steps, guidanceScale } = recipe
  return {
    prompt, negativePrompt, seed, frameCount, frameSize, frameRate, camera, lensMm, subjectDistanceM, steps, guidanceScale,
    references: recipe.references ?? { firstFrame: null, lastFrame: null },
    continuesFromTakeId: recipe.continuesFromTakeId ?? null,
  }
}
