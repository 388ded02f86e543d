/** `shotwright doctor`: says what works on this machine, what was refused and why, and what to install. */
import type { CommandContext } from '../command-context.ts'

export async function doctor(context: CommandContext): Promise<void> {
  const report = await context.client.call('app.doctor', {})
  const { line } = context.output
  line(`Shotwright ${report.version}, Node ${report.node}, ${report.platform}`)
  line(`onnxruntime ${report.onnxruntime ?? 'does not load'}`)
  for (const provider of report.providers) {
    line(`  ${provider.available ? 'works  ' : 'refused'}  ${provider.provider}${provider.reason === null ? '' : `: ${provider.reason}`}`)
    if (provider.remedy !== null && !provider.available) line(`           ${provider.remedy}`)
  }
  line(report.ffmpeg ? `ffmpeg ${report.ffmpeg.version} (${report.ffmpeg.source}) ${report.ffmpeg.path}` : 'ffmpeg: not found')
  if (report.ffmpeg) line(`  encoders that work: ${report.ffmpeg.encoders.join(', ')}`)
  for (const pack of report.packs) line(`pack ${pack.packId}: ${pack.state}${pack.message === null ? '' : ` (${pack.message})`}`)
  line(`library ${report.library.file}: ${report.library.integrity}, schema ${report.library.schemaVersion}, ${report.library.journalMode}, synchronous ${report.library.synchronous}`)
  for (const problem of report.problems) line(`! ${problem.message} ${problem.remedy}`)
  if (report.problems.length === 0) line('No problems found.')
  context.output.result(report)
}
