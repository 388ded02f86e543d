/** What works on this machine and what does not: asked of every part, so that one broken part hides no other. */
import { statfsSync } from 'node:fs'
import type { DoctorReport, PackSummary } from '#contracts/studio-api.ts'
import { toWireError } from '#contracts/wire-error.ts'
import { gigabytes } from '#core/devices/memory-advice.ts'
import { StudioError } from '#core/errors.ts'
import { askedProviders, deviceSetting, ffmpegSetting } from './engine/chosen-device.ts'
import { LIBRARY_VERSION } from './storage/migration.ts'
import type { StudioServices } from './studio-services.ts'

/** A take of a large pack and an export beside it need about this. */
const LITTLE_DISK_BYTES = 2e9

/** `isFresh` asks the drivers again instead of remembering what they said since the start. */
export async function examine(services: StudioServices, isFresh: boolean): Promise<DoctorReport> {
  const { options, mediaEngine, providers, packs, library, tables } = services
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
  const probe = await noted(providers.examine(isFresh))
  const device = await examineDevice(services)
  // An engine that does not answer has said so at the question before; without it only cards and memory are unknown.
  const survey = await mediaEngine.ask('device.survey', {}).catch(() => null)
  const tools = await noted(mediaEngine.ask('media.tools', {}))
  const ownFfmpeg = ffmpegSetting(tables.settings)
  if (tools && ownFfmpeg !== null && tools.source !== 'setting') problems.push(otherFfmpeg(ownFfmpeg, tools.ffmpeg))
  const summaries = packs.list()
  const libraryReport = examineLibrary(services)
  if (libraryReport.integrity !== 'ok') problems.push(damagedLibrary(library.file, libraryReport.integrity))
  if (!summaries.some(({ state }) => state === 'ready')) problems.push(noPack())
  const disk = examineDisk(options.dataFolder)
  if (disk !== null && disk.freeBytes < LITTLE_DISK_BYTES) problems.push(fullDisk(disk))
  return {
    version: options.version, node: process.version, platform: `${process.platform}-${process.arch}`,
    onnxruntime: probe?.onnxruntime ?? null,
    providers: [...(probe?.providers ?? [])],
    device: device.report,
    cards: survey?.cards ?? [], memory: survey?.system ?? null, disk,
    ffmpeg: tools && { path: tools.ffmpeg, version: tools.version, source: tools.source, encoders: tools.encoders },
    packs: summaries.map(packReport),
    library: libraryReport,
    problems: [...[...problems, ...device.problems].map(toWireError), ...summaries.flatMap(({ error }) => (error ? [error] : []))],
  }
}

/** What the next generation would run on. */
async function examineDevice({ providers, tables }: StudioServices): Promise<{ readonly report: DoctorReport['device']; readonly problems: readonly unknown[] }> {
  const setting = deviceSetting(tables.settings)
  try {
    return { report: { setting, chosen: await providers.choose(askedProviders(tables.settings)), message: null }, problems: [] }
  } catch (error) {
    return { report: { setting, chosen: null, message: error instanceof Error ? error.message : String(error) }, problems: error instanceof StudioError && error.code === 'PROVIDER_UNAVAILABLE' ? [error] : [] }
  }
}

function packReport({ packId, name, state, error, bytes, memory = [] }: PackSummary): DoctorReport['packs'][number] {
  const needs = memory.map(({ bytes: whole, leastBytes }) => leastBytes ?? whole)
  return {
    packId, name, state, message: error?.message ?? null, bytes,
    memoryBytes: needs.length === 0 ? null : { least: Math.min(...needs), most: Math.max(...needs) },
  }
}

function examineDisk(folder: string): DoctorReport['disk'] {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    // Some network drives do not tell; nothing depends on it.
    return null
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

function otherFfmpeg(wanted: string, used: string): StudioError {
  return new StudioError({ code: 'FFMPEG_MISSING', message: `The ffmpeg of the settings (${wanted}) does not work, so ${used} is used.`, remedy: 'Choose a program with libx264 and aac, or empty the setting.' })
}

function fullDisk({ folder, freeBytes }: NonNullable<DoctorReport['disk']>): StudioError {
  return new StudioError({ code: 'DISK_FULL', message: `The disk of ${folder} has ${gigabytes(freeBytes)} left.`, remedy: 'Make room: takes and exports are written there.' })
}
