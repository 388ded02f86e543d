/** `shotwright export`: writes the sequence as one file for a platform. */
import { resolve } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { followJobs } from '../follow-jobs.ts'
import { formatSeconds } from '../output.ts'
import { openProject, requirePreset, type CommandContext } from '../command-context.ts'

export interface ExportOptions {
  readonly preset: string
  readonly out?: string
  readonly overwrite?: boolean
  readonly allowDrafts?: boolean
  readonly draftMark: boolean
  readonly contactSheet?: boolean
}

export async function exportProject(context: CommandContext, folder: string, options: ExportOptions): Promise<void> {
  const snapshot = await openProject(context, folder)
  await requirePreset(context, options.preset)
  const { jobId } = await context.client.call('job.export', {
    projectId: snapshot.document.project.id, sequenceId: null, presetId: options.preset,
    outputFile: options.out === undefined ? null : resolve(options.out), overwrite: options.overwrite ?? false,
    allowDrafts: options.allowDrafts ?? false, markDrafts: options.draftMark, contactSheet: options.contactSheet ?? false,
  })
  const [job] = await followJobs(context.client, [jobId], context.output, context.signal)
  const result = job?.exportResult
  if (!result) throw new StudioError({ code: 'INTERNAL', message: 'The export ended without a file.', remedy: 'Run the command again; if it happens twice, report it.' })
  context.output.line(`${result.file}`)
  context.output.line(`${result.frameSize.width}x${result.frameSize.height}, ${result.frameCount} frames, ${result.durationSeconds.toFixed(2)} s, ${(result.bytes / 1e6).toFixed(1)} MB, made in ${formatSeconds(result.wallSeconds)}.`)
  if (result.contactSheetFile) context.output.line(result.contactSheetFile)
  context.output.result(result)
}
