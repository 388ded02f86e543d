/** A doctor's report as plain text: for the command line, and to paste into a message. */
import { deviceName } from './device-setting.ts'
import { gigabytes } from './memory-advice.ts'

/** What the text needs of a report; the studio contract's report fits it. */
export interface DoctorFacts {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly onnxruntime: string | null
  readonly device: { readonly setting: string; readonly chosen: string | null; readonly message: string | null }
  readonly providers: readonly { readonly provider: string; readonly available: boolean; readonly reason: string | null; readonly remedy: string | null }[]
  readonly cards: readonly { readonly name: string; readonly driver: string | null; readonly memoryBytes: number | null; readonly freeBytes: number | null }[]
  readonly memory: { readonly freeBytes: number; readonly totalBytes: number } | null
  readonly disk: { readonly folder: string; readonly freeBytes: number; readonly totalBytes: number } | null
  readonly ffmpeg: { readonly path: string; readonly version: string; readonly source: string; readonly encoders: readonly string[] } | null
  readonly packs: readonly { readonly packId: string; readonly state: string; readonly message: string | null; readonly bytes: number; readonly memoryBytes: { readonly least: number; readonly most: number } | null }[]
  readonly library: { readonly file: string; readonly integrity: string; readonly schemaVersion: number; readonly journalMode: string; readonly synchronous: number }
  readonly problems: readonly { readonly message: string; readonly remedy: string }[]
}

export function doctorLines(report: DoctorFacts): readonly string[] {
  const { library } = report
  return [
    `Shotwright ${report.version}, Node ${report.node}, ${report.platform}`,
    `onnxruntime ${report.onnxruntime ?? 'does not load'}`,
    `device: ${deviceLine(report.device)}`,
    ...report.providers.flatMap(providerLines),
    ...(report.cards.length === 0 ? ['graphics card: none found'] : report.cards.map(cardLine)),
    ...(report.memory ? [`memory: ${gigabytes(report.memory.freeBytes)} free of ${gigabytes(report.memory.totalBytes)}`] : []),
    ...(report.disk ? [`disk: ${gigabytes(report.disk.freeBytes)} free of ${gigabytes(report.disk.totalBytes)} at ${report.disk.folder}`] : []),
    report.ffmpeg ? `ffmpeg ${report.ffmpeg.version} (${report.ffmpeg.source}) ${report.ffmpeg.path}` : 'ffmpeg: not found',
    ...(report.ffmpeg ? [`  encoders that work: ${report.ffmpeg.encoders.join(', ')}`] : []),
    ...report.packs.map(packLine),
    `library ${library.file}: ${library.integrity}, schema ${library.schemaVersion}, ${library.journalMode}, synchronous ${library.synchronous}`,
    ...report.problems.map(({ message, remedy }) => `! ${message} ${remedy}`),
    ...(report.problems.length === 0 ? ['No problems found.'] : []),
  ]
}

function deviceLine({ setting, chosen, message }: DoctorFacts['device']): string {
  if (chosen === null) return `${deviceName(setting)} does not work. ${message ?? ''}`.trim()
  return setting === 'automatic' ? `automatic, which picked ${deviceName(chosen)}` : deviceName(chosen)
}

function providerLines({ provider, available, reason, remedy }: DoctorFacts['providers'][number]): readonly string[] {
  const line = `  ${available ? 'works  ' : 'refused'}  ${provider}${reason === null ? '' : `: ${reason}`}`
  return remedy === null || available ? [line] : [line, `           ${remedy}`]
}

function cardLine({ name, driver, memoryBytes, freeBytes }: DoctorFacts['cards'][number]): string {
  const memory = memoryBytes === null ? 'memory not told' : `${gigabytes(memoryBytes)}${freeBytes === null ? '' : `, ${gigabytes(freeBytes)} free`}`
  return `graphics card: ${name}, ${driver === null ? 'driver not told' : `driver ${driver}`}, ${memory}`
}

function packLine({ packId, state, message, memoryBytes }: DoctorFacts['packs'][number]): string {
  const needs = memoryBytes === null ? '' : `, needs ${gigabytes(memoryBytes.least)}${memoryBytes.most > memoryBytes.least ? ` to ${gigabytes(memoryBytes.most)}` : ''} of memory`
  return `pack ${packId}: ${state}${message === null ? '' : ` (${message})`}${needs}`
}
