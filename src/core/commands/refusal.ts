/** The refusals that several commands share, in the words that people read. */
import type { SequenceId, ShotId, TakeId } from '../document/ids.ts'
import { shotLabel } from '../document/records.ts'
import type { ProjectDocument, Sequence, Shot, Take } from '../document/schema.ts'
import type { Rejection, RejectionReason } from './command.ts'

export function refuse(rejected: RejectionReason, message: string, remedy: string): Rejection {
  return { rejected, message, remedy }
}

/** The record of that id, or the refusal that says it is gone. `noun` is what people call it: "caption". */
export function findRecord<R>(records: Readonly<Record<string, R>>, id: string, noun: string): R | Rejection {
  return records[id] ?? refuse('not-found', `This ${noun} is no longer in the project (${id}).`, 'It may have been deleted; undo brings it back.')
}

export function findShot(document: ProjectDocument, shotId: ShotId): Shot | Rejection {
  return findRecord(document.shots, shotId, 'shot')
}

export function findSequence(document: ProjectDocument, sequenceId: SequenceId): Sequence | Rejection {
  return findRecord(document.sequences, sequenceId, 'sequence')
}

export function findTake(document: ProjectDocument, takeId: TakeId): Take | Rejection {
  return findRecord(document.takes, takeId, 'take')
}

/** The shots of these ids, each once, in the given order; or the first refusal. */
export function findShots(document: ProjectDocument, shotIds: readonly ShotId[]): Shot[] | Rejection {
  const shots: Shot[] = []
  for (const shotId of new Set(shotIds)) {
    const shot = findShot(document, shotId)
    if ('rejected' in shot) return shot
    shots.push(shot)
  }
  return shots
}

/** As `findShots`, and none of them is locked: a lock stops edits, trims, splits and deletion. */
export function findUnlockedShots(document: ProjectDocument, shotIds: readonly ShotId[], participle: string): Shot[] | Rejection {
  const shots = findShots(document, shotIds)
  if ('rejected' in shots) return shots
  return shots.map((shot) => refuseLocked(document, shot, participle)).find((refusal) => refusal !== null) ?? shots
}

export function findUnlockedShot(document: ProjectDocument, shotId: ShotId, participle: string): Shot | Rejection {
  const shot = findShot(document, shotId)
  return 'rejected' in shot ? shot : refuseLocked(document, shot, participle) ?? shot
}

function refuseLocked(document: ProjectDocument, shot: Shot, participle: string): Rejection | null {
  return shot.isLocked ? refuse('locked', `${shotLabel(document, shot)} is locked, so it cannot be ${participle}.`, 'Unlock it first.') : null
}
