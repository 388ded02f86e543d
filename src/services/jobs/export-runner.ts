/** Carries out an export: hands the sequence as it is now to the media engine and proves the file. */
import { z } from 'zod'
import { EXPORT_PRESETS } from '#core/export/presets.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import { StudioError } from '#core/errors.ts'
import type { EngineSupervisor } from '../engine/engine-supervisor.ts'
import type { ProjectStore } from '../projects/project-store.ts'
import type { JobRow } from '../storage/job-table.ts'
import type { JobRunContext, JobRunner, JobYield } from './job-runner.ts'
import { statSync } from 'node:fs'

export const ExportJobSchema = z.object({
  sequenceId: z.string(),
  presetId: z.string(),
  outputFile: z.string(),
  overwrite: z.boolean(),
  markDrafts: z.boolean(),
  contactSheetFile: z.string().nullable(),
})
export type ExportJob = z.infer<typeof ExportJobSchema>

export interface ExportRunnerInit {
  readonly projects: ProjectStore
  readonly engine: EngineSupervisor
}

export function exportRunner(init: ExportRunnerInit): JobRunner {
  return { isReady: () => !init.engine.isDown, run: (job, context) => runExport(init, job, context) }
}

async function runExport({ projects, engine }: ExportRunnerInit, job: JobRow, context: JobRunContext): Promise<JobYield> {
  const asked = ExportJobSchema.parse(JSON.parse(job.request))
  const project = projects.get(job.projectId)
  const { sequenceId, outputFile, overwrite, markDrafts, contactSheetFile } = asked
  const exportResult = await engine.run('sequence.export', {
    jobId: job.jobId, document: project.document, sequenceId, projectFolder: project.folder, preset: exportPreset(asked.presetId), outputFile,
    // An export that was interrupted may have finished its file; its own file is no stranger's.
    overwrite: overwrite || job.attempts > 1,
    markDrafts, contactSheetFile,
  }, { jobId: job.jobId, subject: job.label, ...context })
  if (statSync(exportResult.file, { throwIfNoEntry: false })?.size !== exportResult.bytes) {
    throw new StudioError({ code: 'MEDIA_CORRUPT', message: `The exported file ${exportResult.file} is not whole.`, remedy: 'Export again.' })
  }
  return { exportResult }
}

/** Throws INVALID_INPUT for an unknown preset, naming those there are. */
export function exportPreset(presetId: string): ExportPreset {
  const preset = EXPORT_PRESETS.find(({ id }) => id === presetId)
  if (preset) return preset
  throw new StudioError({
    code: 'INVALID_INPUT', message: `There is no export preset "${presetId.slice(0, 60)}".`, remedy: `Choose one of ${EXPORT_PRESETS.map(({ id }) => id).join(', ')}.`,
  })
}
