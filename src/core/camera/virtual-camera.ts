/**
 * A camera move done on the finished picture: a window that travels, turns and grows over it, as the camera would see the
 * subject plane. There is no parallax, and what the window leaves out at the sides is lost: packs that can move their
 * camera do better.
 */
import type { CameraMove, CameraPreset, FrameSize } from '../document/schema.ts'
import { eulerOf } from './euler.ts'
import { cellFlow } from './flow-field.ts'
import { partsOf } from './moves.ts'
import { apply } from './pose.ts'
import type { CameraPose } from './pose.ts'

/** A window over the first frame's view, in half longer sides of that view, before any room for it is made. */
export interface VirtualWindow {
  readonly u: number
  readonly v: number
  /** Size relative to the first frame's. */
  readonly scale: number
  /** Clockwise. */
  readonly rotationDegrees: number
}

/** Moves whose whole point is that near and far part, or that focus moves: a flat picture cannot show them. */
const NEEDS_DEPTH: ReadonlySet<CameraPreset> = new Set(['orbit', 'crane', 'tracking', 'dolly-zoom', 'rack-focus'])

/** The presets of a move that a flat picture cannot show. */
export function presetsNeedingDepth(move: CameraMove): readonly CameraPreset[] {
  return partsOf(move).map(({ preset }) => preset).filter((preset) => NEEDS_DEPTH.has(preset))
}

/**
 * The window that stands for a pose: its middle is where the lens axis meets the subject plane, its size follows the focal
 * length and the way travelled along the axis, its turn is the roll. A turned camera would also see the plane slanted; the
 * window stays a rectangle, as in any editor's pan over a picture.
 */
export function virtualWindow(pose: CameraPose, start: CameraPose, subjectDistanceM: number): VirtualWindow {
  const [, , u, v] = cellFlow(pose, start, 0, 0, subjectDistanceM)
  const axis = apply(pose.rotation, [0, 0, 1])
  const travelled = axis[0] * pose.position[0] + axis[1] * pose.position[1] + axis[2] * pose.position[2]
  const distance = Math.max(LEAST_DISTANCE, 1 - travelled / subjectDistanceM)
  return { u, v, scale: (start.focalLengthMm / pose.focalLengthMm) * distance, rotationDegrees: eulerOf(pose.rotation, REST).roll }
}

/** Share of the subject distance at which a camera that travels through the subject is held. */
const LEAST_DISTANCE = 0.01
const REST = { yaw: 0, pitch: 0, roll: 0 }

/**
 * How far the first view must be zoomed in so that no window of the move leaves the picture; 1 where it has room already.
 * `picture` and `frame` may have different shapes: what the frame crops anyway is room.
 */
export function zoomForWindows(windows: readonly VirtualWindow[], frame: FrameSize, picture: FrameSize): number {
  const longer = Math.max(frame.width, frame.height)
  const half = { u: frame.width / longer, v: frame.height / longer }
  // The picture in the same unit, when the frame covers as much of it as it can.
  const cover = Math.min(picture.width / half.u, picture.height / half.v)
  const room = { u: picture.width / cover, v: picture.height / cover }
  return windows.reduce((zoom, { u, v, scale, rotationDegrees }) => {
    const [cos, sin] = [Math.abs(Math.cos((rotationDegrees * Math.PI) / 180)), Math.abs(Math.sin((rotationDegrees * Math.PI) / 180))]
    const reachU = Math.abs(u) + scale * (half.u * cos + half.v * sin)
    const reachV = Math.abs(v) + scale * (half.u * sin + half.v * cos)
    return Math.max(zoom, reachU / room.u, reachV / room.v)
  }, 1)
}
