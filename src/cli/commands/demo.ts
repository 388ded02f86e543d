/** `shotwright demo`: builds the sample project, renders every shot with the embedded model and exports it for a vertical platform. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FIRST_LIGHT } from '#core/samples/first-light.ts'
import { StudioError } from '#core/errors.ts'
import { followJobs } from '../follow-jobs.ts'
import { formatSeconds } from '../output.ts'
import { requirePreset, type CommandContext } from '../command-context.ts'

export async function demo(context: CommandContext, options: { readonly out: string; readonly preset: string }): Promise<void> {
  const startedAt = performance.now()
  await requirePreset(context, options.preset)
  const folder = freeFolder(resolve(options.out))
  const { client, output } = context
  const snapshot = await client.call('project.createSample', { sampleId: FIRST_LIGHT.id, folder })
  const projectId = snapshot.document.project.id
  output.line(`"${FIRST_LIGHT.title}": ${FIRST_LIGHT.shots.length} shots, drafted on this machine's CPU`)
  const { jobIds } = await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
  await followJobs(client, jobIds, output, context.signal)
  const { jobId } = await client.call('job.export', {
    projectId, sequenceId: null, presetId: options.preset, outputFile: null, overwrite: false, allowDrafts: true, markDrafts: true, contactSheet: true,
  })
  const [job] = await followJobs(client, [jobId], output, context.signal)
  const result = job?.exportResult
  if (!result?.contactSheetFile) throw new StudioError({ code: 'INTERNAL', message: 'The demo ended without its files.', remedy: 'Run it again; if it happens twice, report it.' })
  const seconds = (performance.now() - startedAt) / 1_000
  output.line('')
  output.line(`Video          ${result.file}`)
  output.line(`Contact sheet  ${result.contactSheetFile}`)
  output.line(`Project        ${folder}`)
  output.line(`${result.frameSize.width}x${result.frameSize.height}, ${result.frameCount} frames, ${result.durationSeconds.toFixed(2)} s of video in ${formatSeconds(seconds)}`)
  output.result({ folder, video: result, seconds })
}

/** demo-output, demo-output-2, …: nothing that an earlier demo made is written over. */
function freeFolder(wanted: string): string {
  for (let number = 1; ; number += 1) {
    const folder = join(wanted, number === 1 ? 'first-light' : `first-light-${number}`)
    if (!existsSync(folder)) return folder
  }
}
