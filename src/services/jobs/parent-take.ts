/** What an operation on a take needs of it: its recipe, its latents, and the very pack that made it. */
import type { PackSummary } from '#contracts/studio-api.ts'
import type { TakeId } from '#core/document/ids.ts'
import type { ProjectDocument, Recipe, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import type { PackRegistry } from '../packs/pack-registry.ts'
import type { PartOfTake } from './generate-job.ts'

export type RemadeTake = Take & { readonly recipe: Recipe; readonly latents: NonNullable<Take['latents']> }

/** The pack of the take's recipe; throws what is missing: its recipe or latents, its pack, that version of it, or its ability. */
export function requireParentPack(take: Take, packs: PackRegistry): PackSummary {
  const { recipe } = requireRemadeTake(take)
  const pack = packs.require(recipe.packId)
  if (pack.packDigest !== recipe.packDigest) {
    throw new StudioError({
      code: 'MODEL_MISSING', message: `The take was made with version ${recipe.packVersion} of the pack "${pack.name}"; another version is installed now.`,
      remedy: 'Install that version again, or generate the shot anew with the pack that is installed.',
    })
  }
  if (!pack.abilities.latentMask) {
    throw new StudioError({ code: 'MODEL_UNSUPPORTED', message: `The pack "${pack.name}" cannot make a part of a take anew.`, remedy: 'Generate the whole shot anew, or choose a pack that can.' })
  }
  return pack
}

export function requireRemadeTake(take: Take): RemadeTake {
  if (take.recipe && take.latents) return take as RemadeTake
  throw new StudioError({ code: 'INVALID_INPUT', message: 'This take was imported and cannot be made anew in part.', remedy: 'Choose a take that was generated here.' })
}

/** The parent of a part; it was there when the part was asked for, and no command removes a take. */
export function parentOf(document: ProjectDocument, { parentTakeId }: PartOfTake): RemadeTake {
  const take = document.takes[parentTakeId as TakeId]
  if (take) return requireRemadeTake(take)
  throw new StudioError({ code: 'NOT_FOUND', message: 'The take that was to be remade is no longer in the project.', remedy: 'Choose another take.' })
}
