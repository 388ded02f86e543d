/** Where the frames of a shot look into their take: keyframed reframing and the virtual camera, with the blur of fast ones. */
import { ease } from '../camera/easing.ts'
import { CAMERA_MOVES } from '../camera/moves.ts'
import { cameraPath, cameraPoseAt } from '../camera/path.ts'
import { presetsNeedingDepth, virtualWindow, zoomForWindows } from '../camera/virtual-camera.ts'
import type { VirtualWindow } from '../camera/virtual-camera.ts'
import type { Framing, FrameRate, FrameSize, Shot, WindowKeyframe } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import type { PictureWindow } from './frame.ts'

export interface WindowedShot {
  readonly shot: Pick<Shot, 'camera' | 'lensMm' | 'subjectDistanceM'> & { readonly framing?: Framing | null | undefined }
  /** Frames of the shot on the timeline. */
  readonly frameCount: number
  readonly frameRate: FrameRate
  readonly frameSize: FrameSize
  readonly picture: FrameSize
}

/** The windows of one frame in the shot. */
export type WindowTrack = (frameInShot: number) => readonly PictureWindow[]

/** A move that needs more of the picture than this leaves too little of it. */
export const MAX_VIRTUAL_ZOOM = 3
const MIDDLE: PictureWindow = { centreX: 0.5, centreY: 0.5, zoom: 1, rotation: 0 }
/** The shutter is open for half of each frame, as film cameras have it. */
const SHUTTER = 0.5
/** Travel between two exposures that the eye does not tell apart, in widths of the frame. */
const BLUR_STEP = 0.02
const MAX_EXPOSURES = 12

/** null where the shot shows its take as it is. */
export function windowTrack(input: WindowedShot): WindowTrack | null {
  const { shot: { framing } } = input
  if (!framing || (framing.keyframes.length === 0 && !framing.isCameraVirtual)) return null
  const keyframes = [...framing.keyframes].sort((a, b) => a.at - b.at)
  const virtual = framing.isCameraVirtual ? virtualMove(input) : null
  const at = (frame: number): PictureWindow => {
    const passed = Math.min(1, Math.max(0, frame / Math.max(1, input.frameCount - 1)))
    const base = keyframedWindow(keyframes, passed)
    return fitWindow(virtual ? moved(base, virtual.windowAt(passed), virtual.zoom, input) : base, input)
  }
  return (frame) => exposures(at, frame, input)
}

/** Why a shot's camera cannot be done on its picture, or null; `picture` as the pack will make it. */
export function describeVirtualProblem(input: WindowedShot): { readonly message: string; readonly remedy: string } | null {
  const { camera, framing } = input.shot
  if (!framing?.isCameraVirtual) return null
  const [impossible] = presetsNeedingDepth(camera)
  if (impossible) return { message: `${CAMERA_MOVES[impossible].label} needs depth, which a finished picture has not.`, remedy: 'Choose another move, or a pack that moves its camera.' }
  try {
    const { zoom } = virtualMove(input)
    if (zoom <= MAX_VIRTUAL_ZOOM) return null
    return {
      message: `The camera move needs a window of ${Math.round(100 / zoom)} % of the picture’s width; at least ${Math.round(100 / MAX_VIRTUAL_ZOOM)} % must be left.`,
      remedy: 'Choose a smaller amount or a longer lens, or a pack that moves its camera.',
    }
  } catch (error) {
    if (error instanceof StudioError) return { message: error.message, remedy: error.remedy }
    throw error
  }
}

interface VirtualMove { readonly zoom: number; readonly windowAt: (passed: number) => VirtualWindow }

/** Throws INVALID_INPUT where the camera is none. */
function virtualMove({ shot, frameCount, frameRate, frameSize, picture }: WindowedShot): VirtualMove {
  const { camera: move, lensMm, subjectDistanceM } = shot
  const input = { move, lensMm, subjectDistanceM, frameCount, frameRate }
  const poses = cameraPath(input)
  const start = poses[0]!
  const windows = poses.map((pose) => virtualWindow(pose, start, subjectDistanceM))
  return {
    zoom: zoomForWindows(windows, frameSize, picture),
    windowAt: (passed) => virtualWindow(cameraPoseAt(input, passed * (frameCount - 1)), start, subjectDistanceM),
  }
}

/** The window of the virtual camera inside the base one, which stands for its first frame's view. */
function moved(base: PictureWindow, window: VirtualWindow, zoom: number, { frameSize, picture }: WindowedShot): PictureWindow {
  const cover = coverScale(frameSize, picture)
  const halfLonger = (Math.max(frameSize.width, frameSize.height) * cover) / (2 * base.zoom * zoom)
  const angle = (base.rotation * Math.PI) / 180
  const x = window.u * Math.cos(angle) - window.v * Math.sin(angle)
  const y = window.u * Math.sin(angle) + window.v * Math.cos(angle)
  return {
    centreX: base.centreX + (x * halfLonger) / picture.width,
    centreY: base.centreY + (y * halfLonger) / picture.height,
    zoom: (base.zoom * zoom) / window.scale,
    rotation: base.rotation + window.rotationDegrees,
  }
}

/** Between two keyframes the earlier one's easing applies; before the first and after the last the window rests. */
function keyframedWindow(keyframes: readonly WindowKeyframe[], passed: number): PictureWindow {
  if (keyframes.length === 0) return MIDDLE
  const found = keyframes.findIndex(({ at }) => at > passed)
  const next = found < 0 ? keyframes.length : found
  const from = keyframes[Math.max(0, next - 1)]!
  const to = keyframes[Math.min(next, keyframes.length - 1)]!
  const done = to.at > from.at ? ease(from.easing, (passed - from.at) / (to.at - from.at)) : 0
  const between = (a: number, b: number): number => a + (b - a) * done
  return {
    centreX: between(from.centreX, to.centreX), centreY: between(from.centreY, to.centreY),
    zoom: from.zoom * (to.zoom / from.zoom) ** done, rotation: between(from.rotation, to.rotation),
  }
}

/** The nearest window that lies inside the picture: zoomed in as far as a turn needs, then held back from the sides. */
export function fitWindow(window: PictureWindow, { frameSize, picture }: Pick<WindowedShot, 'frameSize' | 'picture'>): PictureWindow {
  const cover = coverScale(frameSize, picture)
  const [cos, sin] = [Math.abs(Math.cos((window.rotation * Math.PI) / 180)), Math.abs(Math.sin((window.rotation * Math.PI) / 180))]
  const wide = (frameSize.width * cos + frameSize.height * sin) * cover
  const tall = (frameSize.width * sin + frameSize.height * cos) * cover
  const zoom = Math.max(window.zoom, wide / picture.width, tall / picture.height)
  const reach = { x: wide / (2 * zoom * picture.width), y: tall / (2 * zoom * picture.height) }
  return {
    centreX: Math.min(1 - reach.x, Math.max(reach.x, window.centreX)), centreY: Math.min(1 - reach.y, Math.max(reach.y, window.centreY)),
    zoom, rotation: window.rotation,
  }
}

/** Pixels of the picture for one of the frame, where the frame covers as much of it as it can. */
function coverScale(frameSize: FrameSize, picture: FrameSize): number {
  return Math.min(picture.width / frameSize.width, picture.height / frameSize.height)
}

/** As many windows across the open shutter as the travel asks for; a slow camera has one. */
function exposures(at: (frame: number) => PictureWindow, frame: number, { frameSize, picture }: WindowedShot): readonly PictureWindow[] {
  const [opening, closing] = [at(frame - SHUTTER / 2), at(frame + SHUTTER / 2)]
  const cover = coverScale(frameSize, picture)
  const windowWidth = (frameSize.width * cover) / opening.zoom
  const travel = Math.hypot((closing.centreX - opening.centreX) * picture.width, (closing.centreY - opening.centreY) * picture.height) / windowWidth
  const count = Math.min(MAX_EXPOSURES, Math.ceil(travel / BLUR_STEP))
  if (count < 2) return [at(frame)]
  return Array.from({ length: count }, (_, index) => at(frame + SHUTTER * ((index + 0.5) / count - 0.5)))
}
