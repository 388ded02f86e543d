/** Pictures given to shots: files that a person chooses or drops, or a frame of a take, brought into the project first. */
import type { References } from '#core/document/schema.ts'
import { shotAtFrame } from '#core/timeline/lookup.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { takeVideoPath } from '#contracts/studio-api.ts'
import { t } from '../ui/strings/strings.ts'
import { derivedOf } from './edits.ts'
import { shownTakeOf, takeFrameAt } from './ranges.ts'
import type { Studio } from './studio.ts'

export type PicturePlace = keyof References

const MOST_BYTES = 20 * 1024 * 1024
const PICTURE_TYPES = /^image\/(png|jpeg|webp|bmp)$/
export const PICTURE_FILES = 'image/png,image/jpeg,image/webp,image/bmp'

/** Gives a shot a picture from a file; says so where the file is none. */
export async function givePicture(studio: Studio, shotId: string, place: PicturePlace, file: File): Promise<void> {
  if (!PICTURE_TYPES.test(file.type)) return say(studio, t.pictures.notPicture(file.name), t.pictures.notPictureText)
  if (file.size > MOST_BYTES) return say(studio, t.pictures.tooLarge(file.name), t.pictures.tooLargeText)
  await give(studio, shotId, place, file.name, file)
}

/** Gives a shot the frame of a take that the playhead stands on, in the take's own pixels. */
export async function giveFrameAtPlayhead(studio: Studio, shotId: string, place: PicturePlace): Promise<void> {
  const derived = derivedOf(studio)
  const under = derived && shotAtFrame(derived.layout, studio.playhead.frame)
  const shown = derived && under ? shownTakeOf(derived, under.shotId) : null
  const picture = shown && derived ? await pictureOf(studio, shown.take.id, takeFrameAt(shown, studio.playhead.frame, derived.document)) : null
  if (!derived || !under || !picture) return say(studio, t.pictures.unreadable, t.pictures.unreadableText)
  const seconds = framesToSeconds(studio.playhead.frame - under.startFrame, derived.document.project.frameRate)
  await give(studio, shotId, place, t.pictures.frameName(under.index + 1, seconds), picture)
}

export function removePicture(studio: Studio, shotId: string, place: PicturePlace): void {
  refer(studio, shotId, place, null)
}

async function give(studio: Studio, shotId: string, place: PicturePlace, name: string, contents: Blob): Promise<void> {
  const { projectId } = studio
  if (!projectId) return
  const answer = await studio.ask('media.importContents', { projectId, name, base64: await base64Of(contents) })
  if (answer) refer(studio, shotId, place, answer.mediaId)
}

function refer(studio: Studio, shotId: string, place: PicturePlace, mediaId: string | null): void {
  void studio.document.dispatchFrom((document) => {
    const shot = document.shots[shotId]
    return shot ? { type: 'shot.edit', payload: { shotIds: [shotId], changes: { references: { ...shot.references, [place]: mediaId } } } } : null
  })
}

async function pictureOf(studio: Studio, takeId: string, frame: number): Promise<Blob | null> {
  const open = studio.document.state.getState().open
  const take = open?.document.takes[takeId]
  if (!open || !take) return null
  const image = await studio.frames.want({ takeId, url: studio.mediaUrl(takeVideoPath(open.projectId, takeId)), frameCount: take.frameCount, frameRate: take.frameRate }, frame)
  if (!image) return null
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')?.drawImage(image, 0, 0)
  return await canvas.convertToBlob({ type: 'image/png' })
}

function base64Of(contents: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The file could not be read.')))
    reader.readAsDataURL(contents)
  })
}

function say(studio: Studio, title: string, text: string): void {
  studio.notices.add({ kind: 'failed', title, text })
}
