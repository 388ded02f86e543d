/** Invariant: every shot stands in exactly one sequence, every sequence in the project. */
import type { SequenceId, ShotId } from '../ids.ts'
import { withChanges, withRecords } from '../records.ts'
import type { ProjectDocument, Sequence, Shot } from '../schema.ts'
import type { Invariant } from './invariant.ts'

export const membershipInvariant: Invariant = {
  claim: 'every shot stands in exactly one sequence, which its sequenceId names; every sequence stands in the project once',
  isTouchedBy: (changes) =>
    changes.isProjectChanged || changes.collections.has('sequences') || changes.areShotsAddedOrRemoved || changes.shotFields.has('sequenceId'),
  findBreaches,
  repair,
}

function findBreaches(document: ProjectDocument): string[] {
  const breaches: string[] = []
  const listed = new Map<ShotId, SequenceId>()
  for (const sequence of Object.values(document.sequences)) {
    for (const shotId of sequence.shotIds) {
      if (!document.shots[shotId]) breaches.push(`sequence ${sequence.id} lists shot ${shotId}, which does not exist`)
      if (listed.has(shotId)) breaches.push(`shot ${shotId} is listed more than once`)
      listed.set(shotId, sequence.id)
    }
  }
  for (const shot of Object.values(document.shots)) {
    if (listed.get(shot.id) !== shot.sequenceId) breaches.push(`shot ${shot.id} is not listed in its sequence ${shot.sequenceId}`)
  }
  const { sequenceIds } = document.project
  if (new Set(sequenceIds).size !== sequenceIds.length) breaches.push('the project lists a sequence more than once')
  for (const id of sequenceIds) if (!document.sequences[id]) breaches.push(`the project lists sequence ${id}, which does not exist`)
  const known = new Set<string>(sequenceIds)
  for (const id of Object.keys(document.sequences)) if (!known.has(id)) breaches.push(`sequence ${id} is not listed in the project`)
  return breaches
}

/** Keeps every shot: one that no sequence lists goes to the end of its own sequence, or of the first one. */
function repair(document: ProjectDocument): ProjectDocument {
  if (findBreaches(document).length === 0) return document
  const sequenceIds = repairSequenceIds(document)
  const home = new Map<ShotId, SequenceId>()
  const order = new Map<SequenceId, ShotId[]>()
  for (const sequenceId of sequenceIds) {
    const kept: ShotId[] = []
    for (const shotId of document.sequences[sequenceId]?.shotIds ?? []) {
      if (!document.shots[shotId] || home.has(shotId)) continue
      home.set(shotId, sequenceId)
      kept.push(shotId)
    }
    order.set(sequenceId, kept)
  }
  const first = sequenceIds[0]
  for (const shot of Object.values(document.shots)) {
    const target = order.has(shot.sequenceId) ? shot.sequenceId : first
    if (home.has(shot.id) || target === undefined) continue
    home.set(shot.id, target)
    order.get(target)?.push(shot.id)
  }
  const sequences: Sequence[] = Object.values(document.sequences).map((sequence) => withChanges(sequence, { shotIds: order.get(sequence.id) ?? [] }))
  const moved: Shot[] = Object.values(document.shots).flatMap((shot) => {
    const sequenceId = home.get(shot.id)
    return sequenceId === undefined || sequenceId === shot.sequenceId ? [] : { ...shot, sequenceId }
  })
  const next = withRecords(withRecords(document, 'sequences', sequences), 'shots', moved)
  return { ...next, project: withChanges(document.project, { sequenceIds }) }
}

function repairSequenceIds(document: ProjectDocument): SequenceId[] {
  const listed = document.project.sequenceIds.filter((id) => document.sequences[id])
  const all = Object.values(document.sequences).map((sequence) => sequence.id)
  return [...new Set([...listed, ...all])]
}
