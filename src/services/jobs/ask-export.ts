/** From a wish to export to a job: refuses what cannot become a finished film before anything runs, and finds the file's name. */
import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { makeId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Sequence } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { lintExport } from '#core/export/lint.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import type { PackFacts } from '#core/planning/pack-facts.ts'
import { shotState } from '#core/planning/shot-state.ts'
import { audioPlan } from '#core/render/audio.ts'
import { timestamp } from '../clock.ts'
import { requireStoredFile } from '../media/stored-files.ts'
import type { OpenProject } from '../projects/open-project.ts'
import { exportsFolder, safeName } from '../projects/project-folder.ts'
import type { NewJob } from '../storage/job-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import type { AskPorts } from './ask-generate.ts'
import { ExportJobSchema, exportPreset, type ExportJob } from './export-runner.ts'

export interface ExportWish {
  readonly sequenceId: string | null
  readonly presetId: string
  /** Absolute; null for a free name in the project's exports folder. */
  readonly outputFile: string | null
  readonly overwrite: boolean
  readonly allowDrafts: boolean
  readonly markDrafts: boolean
  readonly contactSheet: boolean
}

/** Throws EXPORT_BLOCKED naming the shots, MEDIA_MISSING, FILE_EXISTS or INVALID_INPUT. */
export function exportJob(project: OpenProject, wish: ExportWish, { tables, random, options, packs }: AskPorts): NewJob {
  const preset = exportPreset(wish.presetId)
  const sequence = requireSequence(project.document, wish.sequenceId)
  requireExportable(project, sequence, wish.allowDrafts)
  requireWholeMedia(project, sequence)
  refuseLintErrors(project.document, sequence, preset, packs.list())
  const outputFile = wish.outputFile === null ? freeExportFile(project, preset.id, tables) : requireFreeFile(wish.outputFile, wish.overwrite)
  const request: ExportJob = {
    sequenceId: sequence.id, presetId: preset.id, outputFile, overwrite: wish.overwrite, markDrafts: wish.markDrafts,
    contactSheetFile: wish.contactSheet ? outputFile.replace(/(\.[A-Za-z0-9]+)?$/, '-contact-sheet.jpg') : null,
  }
  return {
    jobId: makeId('job', random.uuid()), projectId: project.projectId, kind: 'export', shotId: null,
    label: `Export for ${preset.name}`, request: JSON.stringify(request), createdAt: timestamp(options.clock),
  }
}

function requireSequence(document: ProjectDocument, sequenceId: string | null): Sequence {
  const id = sequenceId ?? document.project.sequenceIds[0] ?? ''
  const sequence = Object.hasOwn(document.sequences, id) ? document.sequences[id] : undefined
  if (sequence) return sequence
  throw new StudioError({ code: 'NOT_FOUND', message: 'This sequence is not in the project.', remedy: 'Choose another sequence.' })
}

function requireExportable(project: OpenProject, sequence: Sequence, allowDrafts: boolean): void {
  const { document } = project
  const shots = sequence.shotIds.flatMap((shotId) => document.shots[shotId] ?? [])
  if (shots.length === 0) throw blocked(`"${sequence.title}" has no shots.`, 'Add shots and generate them first.')
  const empty = shots.filter(({ selectedTakeId }) => selectedTakeId === null || !document.takes[selectedTakeId])
  if (empty.length > 0) throw blocked(`${names(document, empty)} ${empty.length === 1 ? 'has' : 'have'} no take yet.`, 'Generate the missing shots, then export again.')
  const drafts = shots.filter(({ selectedTakeId }) => selectedTakeId !== null && document.takes[selectedTakeId]?.isDraft === true)
  if (drafts.length > 0 && !allowDrafts) throw blocked(`${names(document, drafts)} ${drafts.length === 1 ? 'shows a draft' : 'show drafts'}.`, 'Allow drafts for this export, or generate the shots with another pack.')
}

/** Takes and sounds that are played are in the folder, with their size; the engine proves their hashes when it reads them. */
function requireWholeMedia({ document, folder }: OpenProject, sequence: Sequence): void {
  for (const shotId of sequence.shotIds) {
    const shot = document.shots[shotId]
    const take = shot?.selectedTakeId ? document.takes[shot.selectedTakeId] : undefined
    if (shot && take) requireStoredFile(folder, take.video, `The take of ${shotLabel(document, shot)}`)
  }
  for (const { mediaId } of audioPlan(document, sequence.id).segments) {
    const media = document.media[mediaId]
    if (media) requireStoredFile(folder, media.stored, `The sound "${media.displayName}"`)
  }
}

/** Whatever else the checks of the preset hold for an error. */
function refuseLintErrors(document: ProjectDocument, sequence: Sequence, preset: ExportPreset, packs: readonly PackFacts[]): void {
  const states = new Map(sequence.shotIds.filter((shotId) => document.shots[shotId]).map((shotId) => [shotId, shotState(document, shotId, packs)]))
  const error = lintExport(document, sequence.id, preset, states).find(({ severity }) => severity === 'error')
  if (error) throw blocked(error.message, error.remedy)
}

function names(document: ProjectDocument, shots: readonly Parameters<typeof shotLabel>[1][]): string {
  const labels = shots.slice(0, 5).map((shot) => shotLabel(document, shot))
  return shots.length > 5 ? `${labels.join(', ')} and ${shots.length - 5} more` : labels.join(', ')
}

function requireFreeFile(file: string, overwrite: boolean): string {
  if (!isAbsolute(file) || file.includes('\0')) throw new StudioError({ code: 'INVALID_INPUT', message: `"${file.slice(0, 200)}" is not the full path of a file.`, remedy: 'Give the file with its full path.' })
  if (!existsSync(dirname(file))) throw new StudioError({ code: 'FOLDER_NOT_WRITABLE', message: `The folder ${dirname(file)} is not there.`, remedy: 'Choose a folder that exists.' })
  const existing = statSync(file, { throwIfNoEntry: false })
  if (existing?.isDirectory()) throw new StudioError({ code: 'INVALID_INPUT', message: `${file} is a folder.`, remedy: 'Give the name of a file.' })
  if (existing && !overwrite) throw new StudioError({ code: 'FILE_EXISTS', message: `${file} exists already.`, remedy: 'Choose another name, or allow it to be replaced.' })
  return file
}

/** A name that neither a file nor a waiting export has. */
function freeExportFile(project: OpenProject, presetId: string, tables: LibraryTables): string {
  const unfinished = tables.jobs.unfinished(project.projectId).filter(({ kind }) => kind === 'export')
  const promised = new Set(unfinished.map(({ request }) => ExportJobSchema.parse(JSON.parse(request)).outputFile))
  const stem = `${safeName(project.document.project.title)}-${presetId}`
  for (let attempt = 1; ; attempt += 1) {
    const file = join(exportsFolder(project.folder), attempt === 1 ? `${stem}.mp4` : `${stem}-${attempt}.mp4`)
    if (!existsSync(file) && !promised.has(file)) return file
  }
}

function blocked(message: string, remedy: string): StudioError {
  return new StudioError({ code: 'EXPORT_BLOCKED', message, remedy })
}
