/** Fills a new library with the projects that lie in the studio's projects folder: their folders are what counts, not the list. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../log.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { factsOf } from './project-facts.ts'
import { readProjectFile } from './project-file.ts'
import { projectFile } from './project-folder.ts'

/** Adds every readable project that the library does not know, the oldest first; returns how many. */
export function reindexProjects(projectsFolder: string, tables: LibraryTables, log: Log): number {
  if (!existsSync(projectsFolder)) return 0
  const found = readdirSync(projectsFolder)
    .map((name) => join(projectsFolder, name))
    .filter((folder) => existsSync(projectFile(folder)) && tables.projects.findByFolder(folder) === null)
    .map((folder) => ({ folder, modifiedMs: statSync(projectFile(folder)).mtimeMs }))
    .toSorted((left, right) => left.modifiedMs - right.modifiedMs)
  let added = 0
  for (const { folder, modifiedMs } of found) {
    try {
      const { document } = readProjectFile(folder)
      if (tables.projects.get(document.project.id)) continue
      tables.projects.put(document.project.id, folder, factsOf(document), new Date(modifiedMs).toISOString())
      added += 1
    } catch (error) {
      // A project that cannot be read can still be opened by its folder, which then says why.
      log.write('warn', 'A project could not be listed', { folder, error })
    }
  }
  return added
}
