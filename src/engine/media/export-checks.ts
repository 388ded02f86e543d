/** What an export needs before its first frame: takes for all shots, files that are what the document says they are. */
import { join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import type { MediaId, ShotId } from '#core/document/ids.ts'
import { shotLabel } from '#core/document/records.ts'
import type { StoredFile, Take } from '#core/document/schema.ts'
import type { AudioPlan } from '#core/render/audio.ts'
import type { CompiledSequence } from '#core/render/graph.ts'
import type { ExportRequest } from '#contracts/engine-api.ts'
import { fileProof } from './verified-file.ts'

/** More names than this in one message help nobody. */
const NAMED_AT_MOST = 8

export interface ExportFiles {
  readonly takes: ReadonlyMap<ShotId, { readonly take: Take; readonly file: string; readonly heading: string }>
  readonly sounds: ReadonlyMap<MediaId, string>
}

/** Throws EXPORT_BLOCKED, MEDIA_MISSING or MEDIA_CORRUPT, naming the shots or the media at fault. */
export async function collectFiles(request: ExportRequest, compiled: CompiledSequence, plan: AudioPlan, signal: AbortSignal): Promise<ExportFiles> {
  if (compiled.totalFrames === 0) {
    throw new StudioError({ code: 'EXPORT_BLOCKED', message: 'The sequence has no shots to export.', remedy: 'Add a shot and generate it first.' })
  }
  const takes = takesByShot(request, compiled)
  const proved = new Set<string>()
  for (const { take, file, heading } of takes.values()) await proveFile(file, take.video, `The video of ${heading}`, 'Generate the shot again or choose another take.', proved, signal)
  return { takes, sounds: await collectSounds(request, plan, proved, signal) }
}

function takesByShot(request: ExportRequest, compiled: CompiledSequence) {
  const takes = new Map<ShotId, { take: Take; file: string; heading: string }>()
  const missing: string[] = []
  for (const { shot, take } of compiled.shots.values()) {
    const heading = shotLabel(request.document, shot)
    if (take) takes.set(shot.id, { take, heading, file: join(request.projectFolder, take.video.file) })
    else missing.push(heading)
  }
  if (missing.length === 0) return takes
  const verb = missing.length === 1 ? 'has' : 'have'
  throw new StudioError({ code: 'EXPORT_BLOCKED', message: `${listNames(missing)} ${verb} no take yet.`, remedy: 'Generate the missing shots, or remove them from the sequence.' })
}

async function collectSounds(request: ExportRequest, plan: AudioPlan, proved: Set<string>, signal: AbortSignal): Promise<ReadonlyMap<MediaId, string>> {
  const sounds = new Map<MediaId, string>()
  for (const { mediaId } of plan.segments) {
    const media = request.document.media[mediaId]
    if (!media) throw new StudioError({ code: 'MEDIA_MISSING', message: 'An audio clip refers to media that the project does not hold.', remedy: 'Delete the clip or add the sound again.', detail: mediaId })
    const file = join(request.projectFolder, media.stored.file)
    await proveFile(file, media.stored, media.displayName === '' ? 'A sound' : media.displayName, 'Import the sound again, or delete its clip.', proved, signal)
    sounds.set(mediaId, file)
  }
  return sounds
}

async function proveFile(file: string, stored: StoredFile, name: string, remedy: string, proved: Set<string>, signal: AbortSignal): Promise<void> {
  if (proved.has(file)) return
  const proof = await fileProof(file, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    throw new StudioError({ code: 'MEDIA_MISSING', message: `${name} is missing from the project folder.`, remedy, detail: file, cause: error })
  })
  if (proof.bytes !== stored.bytes || proof.sha256 !== stored.sha256) {
    throw new StudioError({ code: 'MEDIA_CORRUPT', message: `${name} was changed or damaged since it was made.`, remedy, detail: `${file}: ${proof.bytes} bytes, sha256 ${proof.sha256}; expected ${stored.bytes} bytes, ${stored.sha256}` })
  }
  proved.add(file)
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_AT_MOST)
  if (names.length > shown.length) return `${shown.join(', ')} and ${names.length - shown.length} more`
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
