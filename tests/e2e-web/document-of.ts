/** The document of the project that is open, as the studio holds it: asked for over a line of the test's own. */
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import type { StudioUnderTest } from './studio-under-test.ts'

export async function documentOf({ studio }: Pick<StudioUnderTest, 'studio'>): Promise<ProjectDocument> {
  const [own, other] = memoryTransportPair()
  studio.serve(other)
  const client = createClient(STUDIO_CONTRACT, own)
  const { lastProjectId } = await client.call('library.list', {})
  const { document } = await client.call('project.open', { projectId: lastProjectId, folder: null })
  client.dispose()
  return document
}

/** The shots in the order of the sequence. */
export function shotsOf(document: ProjectDocument): readonly Shot[] {
  const ids = document.sequences[document.project.sequenceIds[0] ?? '']?.shotIds ?? []
  return ids.flatMap((id) => document.shots[id] ?? [])
}

/** The takes of a shot, oldest first. */
export function takesOf(document: ProjectDocument, shotId: string | undefined): readonly Take[] {
  return Object.values(document.takes).filter((take) => take.shotId === shotId).sort((one, other) => one.createdAt.localeCompare(other.createdAt))
}
