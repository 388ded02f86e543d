/** `shotwright doctor`: says what works on this machine, what was refused and why, and what to install. */
import type { DoctorReport } from '#contracts/studio-api.ts'
import { doctorLines } from '#core/devices/doctor-text.ts'
import type { CommandContext } from '../command-context.ts'

export async function doctor(context: CommandContext): Promise<void> {
  const report: DoctorReport = await context.client.call('app.doctor', {})
  for (const line of doctorLines(report)) context.output.line(line)
  context.output.result(report)
}
