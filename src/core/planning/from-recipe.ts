/** Brings a take's recipe back into a shot: the edit after which the shot asks for what the take was made from. */
import type { ShotChanges } from '../commands/shot-fields.ts'
import type { ProjectDocument, Take } from '../document/schema.ts'
import type { PackFacts } from './pack-facts.ts'

/**
 * Changes for `shot.edit`; null where the take has no recipe. Takes of before recipes kept the shot's own words give back
 * the words that the pack was told, whose framing then leaves the fields. Pictures that are gone are left out.
 */
export function changesFromRecipe(document: ProjectDocument, take: Take, packs: readonly PackFacts[]): ShotChanges | null {
  const { recipe } = take
  if (!recipe) return null
  const pack = packs.find(({ packId }) => packId === recipe.packId)
  const picture = (mediaId: string | null | undefined) => (mediaId ? (document.media[mediaId]?.id ?? null) : null)
  return {
    ...(recipe.said ?? { prompt: recipe.prompt, negativePrompt: recipe.negativePrompt, shotSize: null, angle: null, camera: recipe.camera, lensMm: recipe.lensMm, subjectDistanceM: recipe.subjectDistanceM }),
    seed: recipe.seed,
    packId: recipe.packId === document.project.packId ? null : recipe.packId,
    overrides: { steps: pack?.steps === recipe.steps ? null : recipe.steps, guidanceScale: pack?.guidanceScale === recipe.guidanceScale ? null : recipe.guidanceScale },
    references: { firstFrame: picture(recipe.references?.firstFrame), lastFrame: picture(recipe.references?.lastFrame) },
  }
}
