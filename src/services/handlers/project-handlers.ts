/** The studio's answers about projects: library.* and project.*. */
import type { ContractHandlers } from '#contracts/contract.ts'
import type { EditResult, ProjectSnapshot, StudioContract } from '#contracts/studio-api.ts'
import { isRejection, type Rejection } from '#core/commands/command.ts'
import { createSample, fillFromScript } from '../projects/new-project-content.ts'
import type { Edit, OpenProject } from '../projects/open-project.ts'
import { defaultPackId, type StudioServices } from '../studio-services.ts'

type Handlers = Pick<ContractHandlers<StudioContract>,
  'library.list' | 'library.forget' | 'project.create' | 'project.createSample' | 'project.open' | 'project.dispatch' | 'project.undo' | 'project.redo' | 'project.save' | 'project.close'>

export function projectHandlers(services: StudioServices): Handlers {
  const { projects, queue, closing } = services
  return {
    'library.list': () => {
      const list = projects.list()
      return { projects: [...list], lastProjectId: list.find(({ isMissing }) => !isMissing)?.projectId ?? null }
    },
    'library.forget': async ({ projectId }) => {
      await queue.cancelAll(projectId)
      projects.forget(projectId)
      return {}
    },
    'project.create': ({ script, ...input }) => snapshot(projects.create({ ...input, packId: defaultPackId(services), ...(script === null ? {} : { fill: fillFromScript(script) }) })),
    'project.createSample': async ({ sampleId, folder }) => snapshot(await createSample(sampleId, folder, services)),
    'project.open': (input) => {
      const project = projects.open(input)
      closing.delete(project.projectId)
      return snapshot(project)
    },
    'project.dispatch': ({ projectId, command, coalesceKey }) => editResult(projects.get(projectId).dispatch(command, 'user', coalesceKey)),
    'project.undo': ({ projectId }) => editResult(projects.get(projectId).undo() ?? nothingTo('undo')),
    'project.redo': ({ projectId }) => editResult(projects.get(projectId).redo() ?? nothingTo('redo')),
    'project.save': ({ projectId }) => projects.get(projectId).save(),
    'project.close': ({ projectId }) => {
      // Work that is under way keeps its project until it is done.
      if (queue.hasUnfinished(projectId)) {
        closing.add(projectId)
        projects.peek(projectId)?.save()
      } else projects.close(projectId)
      return {}
    },
  }
}

function snapshot({ document, revision, folder, historyState }: OpenProject): ProjectSnapshot {
  return { document, revision, folder, history: historyState }
}

function editResult(outcome: Edit | Rejection): EditResult {
  if (isRejection(outcome)) return { ok: false, ...outcome }
  const { revision, diff, label } = outcome
  return { ok: true, revision, label, diff: { project: diff.project ? [...diff.project] : null, collections: diff.collections } }
}

function nothingTo(step: 'undo' | 'redo'): Rejection {
  return { rejected: 'not-possible', message: `There is nothing to ${step}.`, remedy: step === 'undo' ? 'Make an edit first.' : 'Undo something first.' }
}
