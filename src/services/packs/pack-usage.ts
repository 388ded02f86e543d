/** Which projects refer to a pack, as theirs or of one of their shots. */
import type { ProjectDocument } from '#core/document/schema.ts'
import { readProjectFile } from '../projects/project-file.ts'

export interface KnownProject {
  readonly projectId: string
  readonly title: string
  readonly folder: string
  /** The document of a project that is open: newer than its file. */
  readonly open: ProjectDocument | null
}

export function projectsUsing(packId: string, projects: readonly KnownProject[]): { readonly projectId: string; readonly title: string }[] {
  return projects.filter((project) => {
    const document = project.open ?? readOrNull(project.folder)
    return document !== null && (document.project.packId === packId || Object.values(document.shots).some((shot) => shot.packId === packId))
  }).map(({ projectId, title }) => ({ projectId, title }))
}

function readOrNull(folder: string): ProjectDocument | null {
  try {
    return readProjectFile(folder).document
  } catch {
    // A project that cannot be read now says so when it is opened; it does not stand in the way here.
    return null
  }
}
