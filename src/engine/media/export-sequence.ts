/** Exports a sequence as one MP4. */
import type { ExportRequest, ExportResult } from '#contracts/engine-api.ts'
import { StudioError } from '#core/errors.ts'
import type { ExportContext } from '../media-port.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'

export interface ExportSetting extends ExportContext { readonly fontsFolder: string | null }

export async function exportSequence(_request: ExportRequest, _ffmpeg: Ffmpeg, _setting: ExportSetting): Promise<ExportResult> {
  throw new StudioError({ code: 'NOT_READY', message: 'Export is not built yet.', remedy: 'Wait for it.' })
}
