/** Where the state of a generation under way is kept, for a job that is begun again, and when it goes. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { takesFolder } from '../projects/project-folder.ts'

/** Names of files that hold a generation under way between two steps; a job that is begun again goes on from them. */
const CHECKPOINT_PREFIX = '.checkpoint-'

/** Beside the folders where takes are made, not within: each attempt has a folder of its own. */
export function checkpointFile(projectFolder: string, takeId: string): string {
  return join(takesFolder(projectFolder), `${CHECKPOINT_PREFIX}${takeId}`)
}

export function hasCheckpoint(projectFolder: string, takeId: string): boolean {
  return checkpointsOf(projectFolder).some((name) => isOf(name, takeId))
}

/** Removes what jobs that have ended left; `isKept` says which takes are still to be made. */
export function sweepCheckpoints(projectFolder: string, isKept: (takeId: string) => boolean): void {
  for (const name of checkpointsOf(projectFolder)) {
    const takeId = /^\.checkpoint-([a-z]+_[0-9a-f-]{36})/.exec(name)?.[1]
    if (takeId === undefined || !isKept(takeId)) rmSync(join(takesFolder(projectFolder), name), { force: true })
  }
}

function checkpointsOf(projectFolder: string): readonly string[] {
  const folder = takesFolder(projectFolder)
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(CHECKPOINT_PREFIX)) : []
}

function isOf(name: string, takeId: string): boolean {
  return name.startsWith(`${CHECKPOINT_PREFIX}${takeId}`)
}
