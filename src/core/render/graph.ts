/** The render graph: which layers each output frame has. Preview and export both follow it, so they show the same. */
import type { CaptionId, ShotId, TitleId } from '../document/ids.ts'
import type { FrameRate, FrameSize, ProjectDocument, Shot, Take, Title } from '../document/schema.ts'
import { layoutSequence } from '../timeline/layout.ts'
import type { ShotSpan, Span, TimelineLayout, TransitionSpan } from '../timeline/layout.ts'
import { shotsAtFrame } from '../timeline/lookup.ts'
import { convertFrames } from '../timeline/time.ts'
import type { RenderFrame, RenderLayer, TextLayer } from './frame.ts'
import { windowTrack } from './picture-window.ts'
import type { WindowTrack } from './picture-window.ts'
import { transitionLayers, transitionProgress } from './transition.ts'
import type { PictureLayer } from './transition.ts'

/** A sequence made ready for asking after frames. */
export interface CompiledSequence {
  readonly layout: TimelineLayout
  readonly totalFrames: number
  readonly frameRate: FrameRate
  readonly frameSize: FrameSize
  readonly shots: ReadonlyMap<ShotId, CompiledShot>
  readonly transitionByIncomingShot: ReadonlyMap<ShotId, TransitionSpan>
  /** Titles first, captions last: captions stay on top. */
  readonly texts: readonly CompiledText[]
}

interface CompiledShot {
  readonly shot: Shot
  readonly heading: string
  readonly take: Take | null
  /** null where the take is shown as it is. */
  readonly windows: WindowTrack | null
}

interface CompiledText extends Span {
  readonly layer: TextLayer
  readonly fadeFrames: number
}

/** Caption height as a share of the shorter side of the frame: the same on a phone held either way. */
const CAPTION_SIZE = 0.058

/** An unknown sequence compiles to one without frames. */
export function compileSequence(document: ProjectDocument, sequenceId: string): CompiledSequence {
  const layout = layoutSequence(document, sequenceId)
  const { frameRate, frameSize } = document.project
  const shots = new Map<ShotId, CompiledShot>()
  for (const { shotId, index, durationFrames } of layout.shots) {
    const shot = document.shots[shotId]
    if (!shot) continue
    const take = selectedTake(document, shot)
    const windows = take && windowTrack({ shot, frameCount: durationFrames, frameRate, frameSize, picture: take.frameSize })
    shots.set(shotId, { shot, heading: shot.name === '' ? `Shot ${index + 1}` : shot.name, take, windows })
  }
  return {
    layout, totalFrames: layout.totalFrames, frameRate, frameSize, shots,
    transitionByIncomingShot: new Map(layout.transitions.map((transition) => [transition.toShotId, transition])),
    texts: [...compileTitles(document, layout), ...compileCaptions(document, layout)],
  }
}

/** The layers of one frame, back to front; a frame outside the sequence has none and shows black. */
export function frameAt(compiled: CompiledSequence, frame: number): RenderFrame {
  const pictures = pictureLayers(compiled, frame)
  return { frame, layers: pictures.length === 0 ? [] : [...pictures, ...textLayers(compiled.texts, frame)] }
}

/** The takes that a sequence shows, each once, in order of appearance: what an export must be able to read. */
export function takesOf(compiled: CompiledSequence): readonly Take[] {
  const takes = [...compiled.shots.values()].flatMap(({ take }) => take ?? [])
  return [...new Map(takes.map((take) => [take.id, take])).values()]
}

/** Index into a take's own frames for a project frame of its shot; the last frame is held where the take is shorter. */
export function sourceFrameOf(take: Pick<Take, 'frameCount' | 'frameRate'>, trimStartFrames: number, frameInShot: number, projectRate: FrameRate): number {
  const frame = convertFrames(trimStartFrames + frameInShot, projectRate, take.frameRate, 'floor')
  return Math.min(Math.max(0, frame), take.frameCount - 1)
}

function pictureLayers(compiled: CompiledSequence, frame: number): readonly RenderLayer[] {
  const pictures = shotsAtFrame(compiled.layout, frame).flatMap((span) => pictureLayer(compiled, span, frame) ?? [])
  const [outgoing, incoming] = pictures
  if (!outgoing || !incoming) return pictures
  const transition = compiled.transitionByIncomingShot.get(incoming.shotId)
  if (!transition) return [incoming]
  const progress = transitionProgress(frame - transition.startFrame, transition.durationFrames)
  return transitionLayers(transition.kind, progress, transition.colour, outgoing, incoming)
}

function pictureLayer(compiled: CompiledSequence, span: ShotSpan, frame: number): PictureLayer | null {
  const compiledShot = compiled.shots.get(span.shotId)
  if (!compiledShot) return null
  const { shot, heading, take, windows } = compiledShot
  const shared = { shotId: shot.id, opacity: 1, clip: null }
  if (!take) return { kind: 'slate', ...shared, heading, prompt: shot.prompt }
  const sourceFrame = sourceFrameOf(take, shot.trimStartFrames, frame - span.startFrame, compiled.frameRate)
  return { kind: 'take', ...shared, takeId: take.id, sourceFrame, windows: windows && windows(frame - span.startFrame), isDraft: take.isDraft }
}

function selectedTake(document: ProjectDocument, shot: Shot): Take | null {
  return shot.selectedTakeId === null ? null : document.takes[shot.selectedTakeId] ?? null
}

function compileTitles(document: ProjectDocument, layout: TimelineLayout): CompiledText[] {
  return layout.titles.flatMap(({ titleId, startFrame, endFrame }) => {
    const title: Title | undefined = document.titles[titleId]
    if (!title) return []
    const { size, position, text, fadeFrames } = title
    return [{ startFrame, endFrame, fadeFrames, layer: textLayer(titleId, 'title', text, size, position) }]
  })
}

function compileCaptions(document: ProjectDocument, layout: TimelineLayout): CompiledText[] {
  const { width, height } = document.project.frameSize
  const size = (CAPTION_SIZE * Math.min(width, height)) / height
  return layout.captions.flatMap(({ captionId, startFrame, endFrame }) => {
    const caption = document.captions[captionId]
    return caption ? [{ startFrame, endFrame, fadeFrames: 0, layer: textLayer(captionId, 'caption', caption.text, size, 'lower') }] : []
  })
}

function textLayer(sourceId: TitleId | CaptionId, role: TextLayer['role'], text: string, size: number, position: TextLayer['position']): TextLayer {
  return { kind: 'text', sourceId, role, text, opacity: 1, size, position }
}

function textLayers(texts: readonly CompiledText[], frame: number): TextLayer[] {
  const shown = texts.filter(({ layer, startFrame, endFrame }) => frame >= startFrame && frame < endFrame && layer.text.trim() !== '')
  const caption = newestCaption(shown)
  return shown
    .filter((text) => text.layer.role !== 'caption' || text === caption)
    .map(({ layer, startFrame, endFrame, fadeFrames }) => ({ ...layer, opacity: fadeOpacity(frame - startFrame, endFrame - startFrame, fadeFrames) }))
}

/** Captions share one place on the screen: under a transition the incoming shot's takes over from the outgoing one's. */
function newestCaption(texts: readonly CompiledText[]): CompiledText | null {
  let newest: CompiledText | null = null
  for (const text of texts) if (text.layer.role === 'caption' && (newest === null || text.startFrame >= newest.startFrame)) newest = text
  return newest
}

/** Fades in and out within the text's own length; two fades that do not fit meet in the middle. */
function fadeOpacity(frame: number, durationFrames: number, fadeFrames: number): number {
  const ramp = fadeFrames + 1
  return Math.min(1, (frame + 1) / ramp, (durationFrames - frame) / ramp)
}
