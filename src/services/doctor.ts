/** What works on this machine and what does not: asked of every part, so that one broken part hides no other. */
import type { DoctorReport } from '#contracts/studio-api.ts'
import { toWireError } from '#contracts/wire-error.ts'
import { StudioError } from '#core/errors.ts'
import { LIBRARY_VERSION } from './storage/migration.ts'
import type { StudioServices } from './studio-services.ts'

export async function examine(services: StudioServices): Promise<DoctorReport> {
  const { options, mediaEngine, providers, packs, library } = services
  mediaEngine.revive()
  const problems: unknown[] = [...services.problems]
  const noted = async <Answer>(question: Promise<Answer>): Promise<Answer | null> => {
    try {
      return await question
    } catch (error) {
      problems.push(error)
      return null
    }
  }
  // One after the other: an engine that dies at one question is started again for the next.
  const probe = await noted(providers.examine())
  const tools = await noted(mediaEngine.ask('media.tools', {}))
  const summaries = packs.list()
  const libraryReport = examineLibrary(services)
  if (libraryReport.integrity !== 'ok') problems.push(damagedLibrary(library.file, libraryReport.integrity))
  if (!summaries.some(({ state }) => state === 'ready')) problems.push(noPack())
  return {
    version: options.version, node: process.version, platform: `${process.platform}-${process.arch}`,
    onnxruntime: probe?.onnxruntime ?? null,
    providers: [...(probe?.providers ?? [])],
    ffmpeg: tools && { path: tools.ffmpeg, version: tools.version, source: tools.source, encoders: tools.encoders },
    packs: summaries.map(({ packId, state, error }) => ({ packId, state, message: error?.message ?? null })),
    library: libraryReport,
    problems: [...problems.map(toWireError), ...summaries.flatMap(({ error }) => (error ? [error] : []))],
  }
}

function examineLibrary({ library }: StudioServices): DoctorReport['library'] {
  const { database, file } = library
  const broken = database.all('PRAGMA foreign_key_check').length
  const verdict = String(database.pragma('quick_check(1)'))
  return {
    file,
    integrity: verdict === 'ok' && broken > 0 ? `${broken} rows refer to nothing` : verdict,
    schemaVersion: Math.min(Number(database.pragma('user_version')), LIBRARY_VERSION),
    journalMode: String(database.pragma('journal_mode')),
    synchronous: Number(database.pragma('synchronous')),
  }
}

function damagedLibrary(file: string, verdict: string): StudioError {
  return new StudioError({ code: 'LIBRARY_CORRUPT', message: `The library ${file} is damaged.`, remedy: 'Close and open the studio: it keeps the damaged file aside and makes a new one from the project folders.', detail: verdict })
}

function noPack(): StudioError {
  return new StudioError({ code: 'PACK_UNKNOWN', message: 'No model pack on this machine can be used.', remedy: 'Install a pack; the studio ships with one in models/packs.' })
}
