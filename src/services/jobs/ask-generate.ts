/** From a wish ("all stale shots", "three variations of this one") to jobs in the order of the build plan. */
import { makeId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Shot } from '#core/document/schema.ts'
import { planBuild, type SkippedShot } from '#core/planning/plan.ts'
import { timestamp, type Clock } from '../clock.ts'
import type { PackRegistry } from '../packs/pack-registry.ts'
import type { OpenProject } from '../projects/open-project.ts'
import type { NewJob } from '../storage/job-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import type { GenerateJob } from './generate-job.ts'

export interface GenerateWish {
  /** null: every shot that is not up to date. */
  readonly shotIds: readonly string[] | null
  readonly variations: number
  readonly newSeeds: boolean
}

export interface AskPorts {
  readonly packs: PackRegistry
  readonly tables: LibraryTables
  readonly options: { readonly clock: Clock }
  readonly random: { readonly uuid: () => string; readonly seed: () => number }
}

export interface NotGenerated {
  readonly shotId: string
  readonly reason: string
  readonly message: string
  readonly remedy: string
}

/** The jobs to queue, and the shots that are left out with the reason. */
export function generateJobs(project: OpenProject, wish: GenerateWish, ports: AskPorts): { readonly jobs: readonly NewJob[]; readonly skipped: readonly NotGenerated[] } {
  const { document } = project
  const packs = ports.packs.list()
  const plans = document.project.sequenceIds.map((sequenceId) => planBuild(document, sequenceId, packs, { shotIds: wish.shotIds }))
  const waiting = wish.shotIds === null ? shotsInQueue(project.projectId, ports.tables) : new Set<string>()
  const steps = plans.flatMap((plan) => plan.steps)
  const skipped: NotGenerated[] = plans.flatMap((plan) => plan.skipped).filter(({ reason }) => wish.shotIds !== null || reason !== 'up-to-date').map(plain)
  for (const shotId of new Set(wish.shotIds ?? [])) {
    if (!document.shots[shotId]) skipped.push({ shotId, reason: 'not-found', message: 'The shot is no longer in the project.', remedy: 'It may have been deleted; undo brings it back.' })
  }
  const jobs: NewJob[] = []
  for (const { shotId } of steps) {
    const shot = document.shots[shotId]
    if (!shot) continue
    if (waiting.has(shotId)) skipped.push({ shotId, reason: 'queued', message: `${shotLabel(document, shot)} is in the queue already.`, remedy: '' })
    else jobs.push(...jobsOf(project, shot, wish, ports))
  }
  return { jobs, skipped }
}

function jobsOf(project: OpenProject, shot: Shot, wish: GenerateWish, { options, random }: AskPorts): readonly NewJob[] {
  return Array.from({ length: wish.variations }, (_, variation) => {
    const request: GenerateJob = {
      shotId: shot.id,
      takeId: makeId('take', random.uuid()),
      seed: wish.newSeeds || variation > 0 ? random.seed() : null,
      selects: variation === 0,
      selectedTakeId: shot.selectedTakeId,
    }
    return {
      jobId: makeId('job', random.uuid()), projectId: project.projectId, kind: 'generate', shotId: shot.id,
      label: jobLabel(project.document, shot), request: JSON.stringify(request), createdAt: timestamp(options.clock),
    }
  })
}

/** "Shot 3 · a red car…" */
function jobLabel(document: ProjectDocument, shot: Shot): string {
  const words = shot.prompt.replaceAll(/\s+/g, ' ').trim()
  const excerpt = words.length > 60 ? `${words.slice(0, 59)}…` : words
  return excerpt === '' ? shotLabel(document, shot) : `${shotLabel(document, shot)} · ${excerpt}`
}

function shotsInQueue(projectId: string, tables: LibraryTables): ReadonlySet<string> {
  return new Set(tables.jobs.unfinished(projectId).flatMap(({ kind, shotId }) => (kind === 'generate' && shotId !== null ? [shotId] : [])))
}

function plain({ shotId, reason, message, remedy }: SkippedShot): NotGenerated {
  return { shotId, reason, message, remedy }
}
