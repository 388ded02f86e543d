/** Why a shot's take is out of date: which inputs differ from those that the take was made from. */
import { deepEqual } from '../document/deep-equal.ts'
import type { Recipe, Take } from '../document/schema.ts'
import type { GenerationInputs } from './inputs.ts'
import type { UsablePack } from './pack-facts.ts'
import { inputsOfRecipe, signatureOf } from './signature.ts'

export type StaleReasonKind =
  | 'no-take' | 'prompt-changed' | 'camera-changed' | 'seed-changed' | 'pack-changed' | 'size-changed' | 'sampling-changed'
  | 'reference-changed' | 'upstream-changed' | 'too-short' | 'too-long' | 'pack-missing' | 'inputs-changed'

export interface StaleReason {
  readonly kind: StaleReasonKind
  /** One sentence for people. */
  readonly message: string
}

interface Comparison {
  readonly take: Take
  readonly inputs: GenerationInputs
  readonly recipe: Recipe
  readonly pack: UsablePack
}

/** One row a reason: the inputs that it speaks of, as they are in a set of inputs. */
const COMPARED: readonly { readonly kind: StaleReasonKind; readonly message: string; readonly pick: (inputs: Omit<GenerationInputs, 'unknownWords'>) => unknown }[] = [
  { kind: 'prompt-changed', message: 'The prompt is not the one that the take was made from.', pick: ({ prompt, negativePrompt }) => [prompt, negativePrompt] },
  { kind: 'camera-changed', message: 'The camera moves differently than in the take.', pick: ({ camera, lensMm, subjectDistanceM }) => [camera, lensMm, subjectDistanceM] },
  { kind: 'size-changed', message: 'The project’s frame asks for another size than the take has.', pick: ({ frameSize }) => frameSize },
  { kind: 'sampling-changed', message: 'Steps or guidance are not those that the take was made with.', pick: ({ steps, guidanceScale, frameRate }) => [steps, guidanceScale, frameRate] },
  { kind: 'reference-changed', message: 'The reference pictures are not those that the take was made from.', pick: ({ references }) => references },
  { kind: 'upstream-changed', message: 'The shot that it continues from shows another take now.', pick: ({ continuesFromTakeId }) => continuesFromTakeId },
]

/** Why the take does not match the inputs, given that their signatures differ; never empty. */
export function reasonsForDifference(take: Take, inputs: GenerationInputs, pack: UsablePack): StaleReason[] {
  const { recipe } = take
  if (!recipe) return [INPUTS_CHANGED]
  const comparison = { take, inputs, recipe, pack }
  const reasons = recipe.packId === pack.packId ? reasonsWithinPack(comparison) : [packSwitched(comparison)]
  if (isSeedChanged(comparison)) reasons.push({ kind: 'seed-changed', message: `The seed is ${inputs.seed} now; the take was made with ${recipe.seed}.` })
  return reasons.length > 0 ? reasons : [INPUTS_CHANGED]
}

const INPUTS_CHANGED: StaleReason = { kind: 'inputs-changed', message: 'What the shot is made from has changed since the take.' }

function reasonsWithinPack({ inputs, recipe, pack }: Comparison): StaleReason[] {
  const before = inputsOfRecipe(recipe)
  const reasons: StaleReason[] = COMPARED.filter(({ pick }) => !deepEqual(pick(before), pick(inputs))).map(({ kind, message }) => ({ kind, message }))
  if (recipe.packDigest !== pack.packDigest) reasons.push({ kind: 'pack-changed', message: `The pack ${pack.name ?? pack.packId} is another version now.` })
  return reasons
}

/** Another pack reads prompts, sizes and cameras in its own way: their differences follow from the switch. */
function packSwitched({ recipe, pack }: Comparison): StaleReason {
  return { kind: 'pack-changed', message: `The take was made with the pack ${recipe.packId}; the shot uses ${pack.packId} now.` }
}

/**
 * A variation carries the signature that its shot had, but a seed of its own. Where the recipe with the shot's seed gives
 * the take's signature, the shot's seed is still the one of then.
 */
function isSeedChanged({ take, inputs, recipe }: Comparison): boolean {
  if (recipe.seed === inputs.seed) return false
  return signatureOf({ ...inputsOfRecipe(recipe), seed: inputs.seed }, recipe.packDigest) !== take.signature
}
