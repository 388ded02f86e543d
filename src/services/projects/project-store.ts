/** The projects that are open in this process, and the library's list of all of them. */
import { existsSync, realpathSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import type { CommandContext } from '#core/commands/command.ts'
import { createDocument } from '#core/document/create.ts'
import type { FrameRate, FrameSize, ProjectDocument } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { History } from '#core/history/history.ts'
import type { ProjectSummary } from '#contracts/studio-api.ts'
import { timestamp, type Clock } from '../clock.ts'
import { sweepTemporaries } from '../files/sweep-temporaries.ts'
import type { HeldLock } from '../files/lock-file.ts'
import type { Log } from '../log.ts'
import type { ProjectRow } from '../storage/project-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { OpenProject } from './open-project.ts'
import { factsOf, indexedTake } from './project-facts.ts'
import { readProjectFile, type ReadProject } from './project-file.ts'
import { freeProjectFolder, makeProjectFolder, mediaFolder, projectFile, requireEmptyFolder, takesFolder } from './project-folder.ts'
import { lockProject } from './project-lock.ts'
import { recoverProject } from './recover-project.ts'

export interface NewProject {
  readonly title: string
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  /** Absolute; null for a free folder among the studio's projects. */
  readonly folder: string | null
  readonly packId: string
  /** What the project begins with (a script's shots, a sample); throws where that is refused. */
  readonly fill?: (empty: ProjectDocument, context: CommandContext) => ProjectDocument
}

export interface ProjectStorePorts {
  readonly tables: LibraryTables
  readonly projectsFolder: string
  readonly clock: Clock
  readonly log: Log
  readonly context: CommandContext
  readonly idleSaveMs: number
  /** Called for each project that becomes open. */
  readonly onOpened: (project: OpenProject) => void
  /** Called when the list of projects may look different. */
  readonly onListChanged: () => void
}

export class ProjectStore {
  readonly #ports: ProjectStorePorts
  readonly #open = new Map<string, OpenProject>()

  constructor(ports: ProjectStorePorts) {
    this.#ports = ports
  }

  openIds(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** The project if it is open here; never opens it. */
  peek(projectId: string): OpenProject | null {
    return this.#open.get(projectId) ?? null
  }

  /** The open project, opened from the library where it is not (a page that was reloaded still knows its id). */
  get(projectId: string): OpenProject {
    return this.#open.get(projectId) ?? this.open({ projectId, folder: null })
  }

  /** Makes a project; nothing is left behind where its content or folder is refused. */
  create(request: NewProject): OpenProject {
    const { projectsFolder } = this.#ports
    const document = this.#newDocument(request)
    if (request.folder !== null) {
      requireAbsolute(request.folder)
      requireEmptyFolder(request.folder)
    }
    const folder = request.folder ?? freeProjectFolder(projectsFolder, request.title)
    makeProjectFolder(folder)
    const lock = lockProject(folder, request.title)
    try {
      const project = this.#adopt({ document, saved: null, notedRevision: 0 }, realpathSync(folder), lock)
      project.save()
      return project
    } catch (error) {
      this.#abandon(document.project.id)
      lock.release()
      throw error
    }
  }

  /** Takes back a project that could not be written for the first time: it is neither open nor listed. */
  #abandon(projectId: string): void {
    const { tables, log } = this.#ports
    const project = this.#open.get(projectId)
    this.#open.delete(projectId)
    try {
      project?.abandon()
      tables.projects.forget(projectId)
    } catch (error) {
      log.write('warn', 'A project that could not be made is still listed', { projectId, error })
    }
  }

  /** Opens by id or by folder; an open one is handed out again. Throws NOT_FOUND, PROJECT_LOCKED, PROJECT_MALFORMED … */
  open({ projectId, folder }: { readonly projectId: string | null; readonly folder: string | null }): OpenProject {
    const known = projectId === null ? null : (this.#open.get(projectId) ?? null)
    if (known) return known
    const path = this.#locate(projectId, folder)
    const inUse = [...this.#open.values()].find((project) => project.folder === path)
    if (inUse) return inUse
    if (!existsSync(projectFile(path))) readProjectFile(path)
    const lock = lockProject(path, this.#ports.tables.projects.findByFolder(path)?.title ?? basename(path))
    try {
      sweepTemporaries([path, takesFolder(path), mediaFolder(path)])
      return this.#adopt(readProjectFile(path), path, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Saves and closes a project; closing one that is not open does nothing. */
  close(projectId: string): void {
    const project = this.#open.get(projectId)
    if (!project) return
    this.#open.delete(projectId)
    project.close()
    this.#ports.onListChanged()
  }

  closeAll(): void {
    for (const projectId of this.openIds()) {
      try {
        this.close(projectId)
      } catch (error) {
        // The journal holds what could not be written; the other projects must still be closed.
        this.#ports.log.write('error', 'A project could not be saved when it was closed', { projectId, error })
      }
    }
  }

  list(): readonly ProjectSummary[] {
    return this.#ports.tables.projects.list().map((row) => this.#summary(row))
  }

  /** Takes a project off the list; its folder stays as it is. */
  forget(projectId: string): void {
    this.close(projectId)
    this.#ports.tables.projects.forget(projectId)
    this.#ports.onListChanged()
  }

  #newDocument({ title, frameRate, frameSize, packId, fill }: NewProject): ProjectDocument {
    const { context } = this.#ports
    const empty = createDocument({ title, frameRate, frameSize, packId, newId: (kind) => context.newId(kind) })
    return fill ? fill(empty, context) : empty
  }

  /** The folder that a project is in, with links resolved: one folder has one name. */
  #locate(projectId: string | null, folder: string | null): string {
    const path = folder ?? (projectId === null ? null : (this.#ports.tables.projects.get(projectId)?.folder ?? null))
    if (path === null) {
      throw new StudioError({ code: 'NOT_FOUND', message: 'This project is not in the library.', remedy: 'Open it by choosing its folder.' })
    }
    requireAbsolute(path)
    try {
      return realpathSync(path)
    } catch {
      // It does not exist.
      throw new StudioError({ code: 'NOT_FOUND', message: `The project folder ${path} is not there.`, remedy: 'Put the folder back, or open the project from where it is now.' })
    }
  }

  #adopt(read: ReadProject, folder: string, lock: HeldLock): OpenProject {
    const { tables, clock, onOpened, onListChanged } = this.#ports
    const own = this.#withOwnIdentity(read, folder)
    const projectId = own.document.project.id
    const recovered = tables.transaction(() => {
      const row = tables.projects.get(projectId)
      const state = row ? recoverProject(own, row, tables) : { document: own.document, revision: read.notedRevision + 1, history: new History(), saved: null }
      tables.projects.put(projectId, folder, factsOf(state.document), timestamp(clock))
      tables.projects.markOpened(projectId)
      tables.takes.replace(projectId, Object.values(state.document.takes).map((take) => indexedTake(projectId, take)))
      return state
    })
    const project = new OpenProject({ ...recovered, folder, lock }, this.#ports)
    this.#open.set(projectId, project)
    onOpened(project)
    onListChanged()
    return project
  }

  /** A copy of a project that is still where it was becomes a project of its own: two folders never share one journal. */
  #withOwnIdentity(read: ReadProject, folder: string): ReadProject {
    const { project } = read.document
    const row = this.#ports.tables.projects.get(project.id)
    const isCopy = row !== null && row.folder !== folder && (this.#open.has(project.id) || existsSync(projectFile(row.folder)))
    if (!isCopy) return read
    return { document: { ...read.document, project: { ...project, id: this.#ports.context.newId('project') } }, saved: null, notedRevision: 0 }
  }

  #summary(row: ProjectRow): ProjectSummary {
    const open = this.#open.get(row.projectId)
    const facts = open ? factsOf(open.document) : row
    const { title, frameSize, frameRate, shotCount, durationFrames, posterTakeId } = facts
    return {
      projectId: row.projectId, folder: row.folder, updatedAt: row.updatedAt, title, frameSize, frameRate, shotCount, durationFrames, posterTakeId,
      isMissing: !existsSync(projectFile(row.folder)),
    }
  }
}

function requireAbsolute(folder: string): void {
  if (isAbsolute(folder) && !folder.includes('\0')) return
  throw new StudioError({ code: 'INVALID_INPUT', message: `"${folder.slice(0, 200)}" is not the full path of a folder.`, remedy: 'Give the folder with its full path.' })
}

/** Where a studio keeps the projects that were made without choosing a folder. */
export function projectsFolderOf(dataFolder: string): string {
  return join(dataFolder, 'projects')
}
