/** What lists and indexes know of a project, derived from its document. */
import type { ProjectDocument, Take } from '#core/document/schema.ts'
import { layoutSequence } from '#core/timeline/layout.ts'
import type { ProjectFacts } from '../storage/project-table.ts'
import type { NewIndexedTake } from '../storage/take-index.ts'

/** The list's view of a project: the poster is the first shot's take that has one. */
export function factsOf(document: ProjectDocument): ProjectFacts {
  const { project } = document
  const sequenceId = project.sequenceIds[0]
  const shotIds = sequenceId ? (document.sequences[sequenceId]?.shotIds ?? []) : []
  const poster = shotIds.map((shotId) => document.shots[shotId]?.selectedTakeId ?? null).find((takeId) => takeId !== null)
  return {
    title: project.title,
    frameSize: project.frameSize,
    frameRate: project.frameRate,
    shotCount: Object.keys(document.shots).length,
    durationFrames: sequenceId ? layoutSequence(document, sequenceId).totalFrames : 0,
    posterTakeId: poster ?? null,
  }
}

/** How a take enters the index: found by the words of the prompt that made it. */
export function indexedTake(projectId: string, take: Take): NewIndexedTake {
  return { takeId: take.id, projectId, shotId: take.shotId, prompt: take.recipe?.prompt ?? take.note, createdAt: take.createdAt }
}
