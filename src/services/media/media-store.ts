/** Brings files into a project: copied under generated names, known by their hash, never trusted by their own names. */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, extname, isAbsolute, join } from 'node:path'
import type { MediaProbe } from '#contracts/engine-api.ts'
import { isRejection } from '#core/commands/command.ts'
import { MediaSchema, type Media } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { flushFolder, TEMPORARY_PREFIX } from '../files/atomic-write.ts'
import { fileError } from '../files/file-errors.ts'
import type { FileFingerprint } from '../files/hash-file.ts'
import type { OpenProject } from '../projects/open-project.ts'
import { mediaFolder, pathInside } from '../projects/project-folder.ts'

export interface MediaStorePorts {
  readonly probe: (file: string) => Promise<MediaProbe>
  readonly toneBed: (input: ToneBed & { readonly file: string }) => Promise<FileFingerprint & { readonly durationSeconds: number }>
  readonly newMediaId: () => string
}

export interface ToneBed {
  readonly seconds: number
  readonly seed: number
  readonly mood: 'calm' | 'bright' | 'tense'
}

/** Copies a file into the project and returns its media id; the same content is kept once, and heals a copy that went missing. */
export async function importMedia(project: OpenProject, file: string, ports: MediaStorePorts): Promise<string> {
  requireReadableFile(file)
  return bringIn(project, file, (staged) => copyFile(createReadStream(file, { highWaterMark: 1 << 20 }), staged), ports)
}

/** The same with a file that a window hands over as its contents, since a page does not know where its files lie. */
export async function importContents(project: OpenProject, name: string, contents: Uint8Array, ports: MediaStorePorts): Promise<string> {
  return bringIn(project, name, (staged) => copyFile([contents], staged), ports)
}

async function bringIn(project: OpenProject, name: string, write: (staged: string) => Promise<FileFingerprint>, ports: MediaStorePorts): Promise<string> {
  return withStaged(project, extensionOf(name), async (staged) => {
    const copied = await write(staged)
    const known = Object.values(project.document.media).find(({ stored }) => stored.sha256 === copied.sha256)
    if (known) return healMedia(project, known, staged)
    const facts = factsOfProbe(await ports.probe(staged), name)
    return addMedia(project, staged, copied, { displayName: displayNameOf(name), origin: { kind: 'import' }, ...facts }, ports)
  })
}

/** Has music made and adds it to the project; the same wish gives the same file. */
export async function addToneBed(project: OpenProject, wish: ToneBed, ports: MediaStorePorts): Promise<string> {
  return withStaged(project, 'wav', async (staged) => {
    const { bytes, sha256, durationSeconds } = await ports.toneBed({ ...wish, file: staged })
    const known = Object.values(project.document.media).find(({ stored }) => stored.sha256 === sha256)
    if (known) return healMedia(project, known, staged)
    const { seed, mood } = wish
    return addMedia(project, staged, { bytes, sha256 }, {
      kind: 'audio', displayName: `${mood} music`, durationSeconds, frameSize: null, origin: { kind: 'tone-bed', seed, mood },
    }, ports)
  })
}

async function withStaged(project: OpenProject, extension: string, work: (staged: string) => Promise<string>): Promise<string> {
  const folder = mediaFolder(project.folder)
  const staged = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}.${extension}`)
  try {
    mkdirSync(folder, { recursive: true })
    return await work(staged)
  } catch (error) {
    throw fileError(error, staged)
  } finally {
    rmSync(staged, { force: true })
  }
}

function addMedia(project: OpenProject, staged: string, fingerprint: FileFingerprint, facts: Pick<Media, 'kind' | 'displayName' | 'durationSeconds' | 'frameSize' | 'origin'>, ports: MediaStorePorts): string {
  const id = ports.newMediaId()
  const name = `media/${id}${extname(staged)}`
  const media = MediaSchema.parse({ id, stored: { file: name, ...fingerprint }, ...facts })
  publish(staged, join(project.folder, name), mediaFolder(project.folder))
  const outcome = project.dispatch({ type: 'media.add', payload: { media } }, 'engine', null)
  if (isRejection(outcome)) throw new StudioError({ code: 'INTERNAL', message: outcome.message, remedy: outcome.remedy, detail: outcome.rejected })
  return id
}

/** The file that is known already is put back where it is missing or damaged. */
function healMedia(project: OpenProject, known: Media, staged: string): string {
  const target = pathInside(project.folder, known.stored.file)
  if (target === null) return known.id
  if (statSync(target, { throwIfNoEntry: false })?.size !== known.stored.bytes) publish(staged, target, mediaFolder(project.folder))
  return known.id
}

function publish(staged: string, target: string, folder: string): void {
  renameSync(staged, target)
  flushFolder(folder)
}

function requireReadableFile(file: string): void {
  if (!isAbsolute(file) || file.includes('\0')) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `"${file.slice(0, 200)}" is not the full path of a file.`, remedy: 'Choose the file again.' })
  }
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new StudioError({ code: 'MEDIA_MISSING', message: `There is no file ${file}.`, remedy: 'Choose a file that exists.' })
  }
}

async function copyFile(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, target: string): Promise<FileFingerprint> {
  const hash = createHash('sha256')
  const output = await open(target, 'wx')
  let bytes = 0
  try {
    for await (const piece of source) {
      hash.update(piece)
      bytes += piece.byteLength
      await output.writeFile(piece)
    }
    await output.sync()
  } finally {
    await output.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Formats that hold one picture: ffprobe reads them as videos of one frame. */
const STILL_FORMATS = /image2|_pipe$|^(png|mjpeg|webp|bmp|tiff)/

function factsOfProbe(probe: MediaProbe, file: string): Pick<Media, 'kind' | 'durationSeconds' | 'frameSize'> {
  const isStill = probe.video !== null && (STILL_FORMATS.test(probe.format) || (probe.durationSeconds === null && probe.audio === null))
  if (probe.video) return { kind: isStill ? 'image' : 'video', durationSeconds: isStill ? null : probe.durationSeconds, frameSize: probe.video.frameSize }
  if (probe.audio) return { kind: 'audio', durationSeconds: probe.durationSeconds, frameSize: null }
  throw new StudioError({ code: 'MEDIA_CORRUPT', message: `${basename(file)} holds neither sound nor pictures.`, remedy: 'Choose a sound, picture or video file.' })
}

/** Only what ffmpeg needs to recognise some formats: short, lowercase, letters and digits. */
function extensionOf(file: string): string {
  const extension = extname(file).slice(1).toLowerCase()
  return /^[a-z0-9]{1,5}$/.test(extension) ? extension : 'bin'
}

/** The file's own name, for people: without control and direction characters, at most 255 characters. */
function displayNameOf(file: string): string {
  return basename(file).normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 255)
}
