/** Small real projects for the media tests: takes are really encoded, sounds really written, hashes really right. */
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExportRequest } from '#contracts/engine-api.ts'
import { createDocument, defaultShot } from '#core/document/create.ts'
import { makeId, type IdByKind, type IdKind, type MediaId, type ShotId } from '#core/document/ids.ts'
import type { AudioClip, FrameRate, FrameSize, Media, ProjectDocument, Shot, Take, Transition } from '#core/document/schema.ts'
import { convertFrames } from '#core/timeline/time.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import type { MediaTools } from '#engine/media-port.ts'

export const TAKE_SIZE: FrameSize = { width: 96, height: 160 }
export const TAKE_RATE: FrameRate = { num: 8, den: 1 }
export const PROJECT_RATE: FrameRate = { num: 24, den: 1 }

export const SMALL_PRESET: ExportPreset = {
  id: 'test', name: 'Test', platform: 'none', asOf: '2026-11-22', source: 'tests', frameSize: { width: 216, height: 384 }, frameRate: null,
  video: { codec: 'h264', profile: 'high', crf: 14, maxBitrateKbps: 8_000, keyframeSeconds: 1 },
  audio: { codec: 'aac', bitrateKbps: 128, sampleRate: 48_000, channels: 2 },
  limits: { minSeconds: 0, maxSeconds: 600, maxBytes: null }, safeArea: { top: 0.1, right: 0.1, bottom: 0.1, left: 0.1 }, verified: false,
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'shotwright-media-'))
}

/** Everything that an async iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export type PaintPixel = (x: number, y: number, frame: number) => readonly [number, number, number]

/** rgb24 frames from a function of place and time. */
export async function* paintedFrames(count: number, size: FrameSize, paint: PaintPixel): AsyncGenerator<Uint8Array> {
  for (let frame = 0; frame < count; frame += 1) yield paintedFrame(frame, size, paint)
}

export function paintedFrame(frame: number, size: FrameSize, paint: PaintPixel): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 3)
  for (let y = 0; y < size.height; y += 1) for (let x = 0; x < size.width; x += 1) pixels.set(paint(x, y, frame), (y * size.width + x) * 3)
  return pixels
}

/** A soft gradient with a disc that moves: smooth enough for 4:2:0, busy enough to tell frames apart. */
export function movingDisc(hue: readonly [number, number, number]): PaintPixel {
  return (x, y, frame) => {
    const distance = Math.hypot(x - 20 - frame * 2, y - 80)
    const light = distance < 18 ? 230 : 40 + y * 0.6
    return [Math.round((light * hue[0]) / 255), Math.round((light * hue[1]) / 255), Math.round((light * hue[2]) / 255)]
  }
}

export const HUES: readonly (readonly [number, number, number])[] = [[255, 140, 60], [80, 200, 255], [160, 255, 120], [255, 120, 220], [230, 230, 230]]

export interface SampleShot {
  readonly durationFrames: number
  readonly trimStartFrames?: number
  /** Frames of the take at its own rate; 0 makes no take. */
  readonly takeFrames?: number
  /** Absent: 8 frames a second, as the small packs make. */
  readonly takeRate?: FrameRate
  readonly name?: string
  readonly isDraft?: boolean
}

let lastId = 0
export function newId<K extends IdKind>(kind: K): IdByKind[K] {
  lastId += 1
  return makeId(kind, `test${String(lastId).padStart(6, '0')}`)
}

export interface SampleProject { readonly folder: string; readonly document: ProjectDocument; readonly shotIds: readonly ShotId[]; readonly sequenceId: string }

/** A project folder with one encoded take a shot. */
export async function sampleProject(tools: MediaTools, shots: readonly SampleShot[], frameRate: FrameRate = PROJECT_RATE): Promise<SampleProject> {
  const folder = await temporaryFolder()
  const empty = createDocument({ title: 'Sample %d \'; movie', frameRate, frameSize: { width: 1080, height: 1920 }, packId: 'previz', newId })
  const sequenceId = empty.project.sequenceIds[0]
  if (!sequenceId) throw new Error('a new document has one sequence')
  const records: Shot[] = []
  const takes: Take[] = []
  for (const [index, sample] of shots.entries()) {
    const shot = { ...defaultShot({ id: newId('shot'), sequenceId, frameRate }), durationFrames: sample.durationFrames, trimStartFrames: sample.trimStartFrames ?? 0, name: sample.name ?? '' }
    const takeRate = sample.takeRate ?? TAKE_RATE
    const takeFrames = sample.takeFrames ?? convertFrames(sample.durationFrames + shot.trimStartFrames, frameRate, takeRate, 'ceil') + 1
    if (takeFrames === 0) {
      records.push(shot)
      continue
    }
    const take = await writeTake(tools, folder, shot.id, { frameCount: takeFrames, frameRate: takeRate, hue: HUES[index % HUES.length] ?? [255, 255, 255], isDraft: sample.isDraft ?? false })
    takes.push(take)
    records.push({ ...shot, selectedTakeId: take.id })
  }
  const sequence = empty.sequences[sequenceId]
  if (!sequence) throw new Error('the sequence is there')
  const document: ProjectDocument = {
    ...empty,
    sequences: { [sequenceId]: { ...sequence, shotIds: records.map((shot) => shot.id) } },
    shots: Object.fromEntries(records.map((shot) => [shot.id, shot])),
    takes: Object.fromEntries(takes.map((take) => [take.id, take])),
  }
  return { folder, document, shotIds: records.map((shot) => shot.id), sequenceId }
}

interface SampleTake { readonly frameCount: number; readonly frameRate: FrameRate; readonly hue: readonly [number, number, number]; readonly isDraft: boolean }

async function writeTake(tools: MediaTools, folder: string, shotId: ShotId, { frameCount, frameRate, hue, isDraft }: SampleTake): Promise<Take> {
  const id = newId('take')
  const file = `${id}.mp4`
  const { bytes, sha256 } = await tools.writeVideo({ file: join(folder, file), frameSize: TAKE_SIZE, frameRate }, paintedFrames(frameCount, TAKE_SIZE, movingDisc(hue)), new AbortController().signal)
  return {
    id, shotId, createdAt: '2026-11-22T12:00:00Z', operation: 'generate', range: null, parentTakeId: null, signature: '0'.repeat(64),
    video: { file, bytes, sha256 }, frameCount, frameSize: TAKE_SIZE, frameRate, latents: null,
    thumbnail: { file: `${id}.jpg`, bytes: 0, sha256: '0'.repeat(64) }, isDraft, recipe: null, isStarred: false, note: '',
  }
}

export function withTransition(project: SampleProject, afterShot: number, transition: Pick<Transition, 'kind' | 'durationFrames'> & { readonly colour?: string }): SampleProject {
  const afterShotId = project.shotIds[afterShot]
  if (!afterShotId) throw new Error(`no shot ${afterShot}`)
  const record: Transition = { id: newId('transition'), sequenceId: sequenceOf(project), afterShotId, colour: '#000000', ...transition }
  return { ...project, document: { ...project.document, transitions: { ...project.document.transitions, [record.id]: record } } }
}

export function withTexts(project: SampleProject, titleText: string, captionText: string): SampleProject {
  const sequenceId = sequenceOf(project)
  const [title, caption] = [newId('title'), newId('caption')]
  return {
    ...project,
    document: {
      ...project.document,
      titles: { [title]: { id: title, sequenceId, anchor: { shotId: null, offsetFrames: 0 }, durationFrames: 18, text: titleText, position: 'upper', size: 0.05, fadeFrames: 4 } },
      captions: { [caption]: { id: caption, sequenceId, anchor: { shotId: null, offsetFrames: 6 }, durationFrames: 24, text: captionText } },
    },
  }
}

export type SampleClip = Partial<Pick<AudioClip, 'trimStartFrames' | 'gainDb' | 'fadeInFrames' | 'fadeOutFrames'>> & { readonly startFrame: number; readonly durationFrames: number }

/** Puts a sound into the project folder and a clip of it on the timeline. */
export async function withSound(project: SampleProject, wav: Buffer, clip: SampleClip): Promise<SampleProject> {
  const [mediaId, clipId] = [newId('media'), newId('audioClip')]
  const file = `${mediaId}.wav`
  await writeFile(join(project.folder, file), wav)
  const media: Media = {
    id: mediaId as MediaId, kind: 'audio', displayName: 'Music', durationSeconds: null, frameSize: null, origin: { kind: 'import' },
    stored: { file, bytes: wav.length, sha256: createHash('sha256').update(wav).digest('hex') },
  }
  const { startFrame, ...rest } = clip
  const record: AudioClip = {
    id: clipId, sequenceId: sequenceOf(project), anchor: { shotId: null, offsetFrames: startFrame }, mediaId: media.id,
    trimStartFrames: 0, gainDb: 0, fadeInFrames: 0, fadeOutFrames: 0, role: 'music', isMuted: false, ...rest,
  }
  return { ...project, document: { ...project.document, media: { ...project.document.media, [media.id]: media }, audioClips: { ...project.document.audioClips, [record.id]: record } } }
}

export function exportRequest(project: SampleProject, outputFile: string, changes: Partial<ExportRequest> = {}): ExportRequest {
  return {
    jobId: 'job_test0001', document: project.document, sequenceId: project.sequenceId, projectFolder: project.folder, preset: SMALL_PRESET,
    outputFile, overwrite: false, markDrafts: false, contactSheetFile: null, ...changes,
  }
}

/** A stereo or mono 16-bit WAV of a function of time, -1 to 1. */
export function wavOf(seconds: number, sampleRate: number, channels: number, sampleAt: (seconds: number, channel: number) => number): Buffer {
  const frames = Math.round(seconds * sampleRate)
  const data = Buffer.alloc(frames * channels * 2)
  for (let frame = 0; frame < frames; frame += 1) {
    for (let channel = 0; channel < channels; channel += 1) data.writeInt16LE(Math.round(sampleAt(frame / sampleRate, channel) * 32_767), (frame * channels + channel) * 2)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

export async function sha256Of(file: string): Promise<string> {
  return createHash('sha256').update(await readFile(file)).digest('hex')
}

function sequenceOf(project: SampleProject): AudioClip['sequenceId'] {
  return project.sequenceId as AudioClip['sequenceId']
}
