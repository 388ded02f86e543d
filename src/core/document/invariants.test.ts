/** Broken documents are repaired to the nearest sound ones; sound ones are left as they are. */
import { describe, expect, it } from 'vitest'
import { aProject, found, type TestProject } from '#tests/core-properties/project.ts'
import { makeId } from './ids.ts'
import { findInvariantBreaches, repairInvariants } from './invariants.ts'
import { withRecords } from './records.ts'
import type { ProjectDocument } from './schema.ts'

const GONE = makeId('shot', 'gone01')

function fullProject(): TestProject {
  const project = aProject().withShots(4)
  const { sequenceId } = project
  project.generate(0)
  project.run('transition.set', { sequenceId, afterShotId: project.shot(0).id, kind: 'dissolve', durationFrames: 20 })
  project.run('transition.set', { sequenceId, afterShotId: project.shot(1).id, kind: 'dissolve', durationFrames: 20 })
  project.run('caption.add', { sequenceId, anchor: { shotId: project.shot(1).id, offsetFrames: 2 }, durationFrames: 5, text: 'hi' })
  project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
  return project
}

/** One row a way of breaking a document, with words of the breach that must be found. */
const BREAKS: readonly [string, string, (project: TestProject) => ProjectDocument][] = [
  ['a sequence lists a shot that is gone', 'does not exist', ({ document, sequenceId, shotIds }) => withRecords(document, 'sequences', [{ ...found(document.sequences[sequenceId]), shotIds: [...shotIds, GONE] }])],
  ['a shot is listed twice', 'more than once', ({ document, sequenceId, shotIds }) => withRecords(document, 'sequences', [{ ...found(document.sequences[sequenceId]), shotIds: [...shotIds, found(shotIds[0])] }])],
  ['a shot is listed nowhere', 'not listed', ({ document, sequenceId, shotIds }) => withRecords(document, 'sequences', [{ ...found(document.sequences[sequenceId]), shotIds: shotIds.slice(1) }])],
  ['a shot names another sequence', 'not listed', (project) => withRecords(project.document, 'shots', [{ ...project.shot(0), sequenceId: makeId('sequence', 'other1') }])],
  ['the project lists no sequence', 'not listed in the project', ({ document }) => ({ ...document, project: { ...document.project, sequenceIds: [makeId('sequence', 'other1')] } })],
  ['a transition follows the last shot', 'no cut', (project) => withRecords(project.document, 'transitions', [{ ...found(Object.values(project.document.transitions)[0]), afterShotId: project.shot(3).id }])],
  ['a cut has two transitions', 'no cut', ({ document, context }) => withRecords(document, 'transitions', [{ ...found(Object.values(document.transitions)[0]), id: context.newId('transition') }])],
  ['two transitions meet in a short shot', 'room for', (project) => withRecords(project.document, 'shots', [{ ...project.shot(1), durationFrames: 30 }])],
  ['a shot of one frame has transitions', 'no room', (project) => withRecords(project.document, 'shots', [{ ...project.shot(1), durationFrames: 1 }])],
  ['a caption hangs on a shot that is gone', 'hangs on', ({ document }) => withRecords(document, 'captions', [{ ...found(Object.values(document.captions)[0]), anchor: { shotId: GONE, offsetFrames: 0 } }])],
  ['a caption names another sequence', 'another sequence', ({ document }) => withRecords(document, 'captions', [{ ...found(Object.values(document.captions)[0]), sequenceId: makeId('sequence', 'other1') }])],
  ['continuity leads nowhere', 'continues from', (project) => withRecords(project.document, 'shots', [{ ...project.shot(2), continuesFrom: GONE }])],
  ['continuity runs in a circle', 'continues from', (project) => withRecords(project.document, 'shots', [{ ...project.shot(0), continuesFrom: project.shot(1).id }])],
  ['a shot continues from itself', 'continues from', (project) => withRecords(project.document, 'shots', [{ ...project.shot(3), continuesFrom: project.shot(3).id }])],
  ['a selected take is gone', 'selects take', (project) => withRecords(project.document, 'shots', [{ ...project.shot(2), selectedTakeId: makeId('take', 'gone01') }])],
  ['a take descends from itself', 'parent', ({ document }) => withRecords(document, 'takes', Object.values(document.takes).map((take) => ({ ...take, parentTakeId: take.id })))],
  ['a reference picture is gone', 'refers to', (project) => withRecords(project.document, 'shots', [{ ...project.shot(2), references: { firstFrame: makeId('media', 'gone01'), lastFrame: null } }])],
]

describe('invariants', () => {
  it('hold in a sound document, which repair leaves as it is', () => {
    const { document } = fullProject()
    expect(findInvariantBreaches(document)).toEqual([])
    expect(repairInvariants(document)).toBe(document)
  })

  it.each(BREAKS)('%s: found and repaired, with every shot and take kept', (_, words, breakIt) => {
    const project = fullProject()
    const broken = breakIt(project)
    expect(findInvariantBreaches(broken).join('\n')).toContain(words)
    const repaired = repairInvariants(broken)
    expect(findInvariantBreaches(repaired)).toEqual([])
    expect(Object.keys(repaired.shots)).toEqual(Object.keys(project.document.shots))
    expect(Object.keys(repaired.takes)).toEqual(Object.keys(project.document.takes))
  })

  it('takes may be orphans: deleting a shot keeps what was made for it', () => {
    const project = fullProject()
    project.run('shot.delete', { shotIds: [project.shot(0).id] })
    expect(Object.keys(project.document.takes).length).toBe(1)
    expect(findInvariantBreaches(project.document)).toEqual([])
  })
})
