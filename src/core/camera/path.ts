/** Turns a camera move into poses, one a frame, relative to the first frame. */
import type { CameraKeyframe, CameraMove, CameraPreset, FrameRate } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { ease } from './easing.ts'
import { handheldSway } from './handheld.ts'
import { IDENTITY, ORIGIN, radians, relativePose, rotationOf } from './pose.ts'
import type { CameraPose, EulerDegrees, Vector3 } from './pose.ts'

export interface CameraPathInput {
  readonly move: CameraMove
  /** Full-frame equivalent focal length at the first frame; keyframes carry their own. */
  readonly lensMm: number
  /** How far the subject plane is from the first frame's camera; the radius of orbit and crane. */
  readonly subjectDistanceM: number
  readonly frameCount: number
  /** Sets the tempo of handheld sway, the one move that runs by the clock. 24 a second where absent. */
  readonly frameRate?: FrameRate
}

const MAX_FRAMES = 100_000

/**
 * The camera of every frame. Frame 0 stands at the origin with the identity rotation, whatever the move.
 * Throws INVALID_INPUT where a number is not finite, a focal length or distance is not positive, or the move is impossible.
 */
export function cameraPath(input: CameraPathInput): CameraPose[] {
  checkInput(input)
  const poses: CameraPose[] = []
  for (let frame = 0; frame < input.frameCount; frame++) poses.push(poseAt(input, frame))
  return poses
}

/** The camera at one frame; fractions of frames give the pose between two. */
export function cameraPoseAt(input: CameraPathInput, frame: number): CameraPose {
  checkInput(input)
  if (!Number.isFinite(frame) || frame < 0 || frame > input.frameCount - 1) {
    throw invalid(`Frame ${frame} is outside a camera path of ${input.frameCount} frames.`)
  }
  return poseAt(input, frame)
}

function poseAt(input: CameraPathInput, frame: number): CameraPose {
  const { move } = input
  const focalAtStart = move.kind === 'keyframes' ? keyframePose(sorted(move.keyframes), 0).focalLengthMm : input.lensMm
  if (frame === 0) return { position: ORIGIN, rotation: IDENTITY, focalLengthMm: focalAtStart }
  const passed = frame / Math.max(1, input.frameCount - 1)
  if (move.kind === 'preset') return presetPose(input, move.preset, move.amount, ease(move.easing, passed), frame)
  const keyframes = sorted(move.keyframes)
  return relativePose(keyframePose(keyframes, passed), keyframePose(keyframes, 0))
}

interface Placement {
  readonly position?: Vector3
  readonly turn?: Partial<EulerDegrees>
  /** Ratio to the focal length at the start. */
  readonly zoom?: number
}

interface PresetContext {
  readonly amount: number
  /** Eased fraction of the move, 0 to 1. */
  readonly done: number
  readonly subjectDistanceM: number
  readonly seconds: number
}

type PresetFormula = (context: PresetContext) => Placement

const DEGREES = 180 / Math.PI

/** One formula a preset; signs as the document schema states them. */
const FORMULAS: Readonly<Record<CameraPreset, PresetFormula>> = Object.freeze({
  static: () => ({}),
  pan: ({ amount, done }) => ({ turn: { yaw: amount * done } }),
  tilt: ({ amount, done }) => ({ turn: { pitch: amount * done } }),
  roll: ({ amount, done }) => ({ turn: { roll: amount * done } }),
  truck: ({ amount, done }) => ({ position: [amount * done, 0, 0] }),
  pedestal: ({ amount, done }) => ({ position: [0, amount * done, 0] }),
  dolly: ({ amount, done }) => ({ position: [0, 0, amount * done] }),
  // Equal ratios in equal times look like an even zoom.
  zoom: ({ amount, done }) => ({ zoom: amount ** done }),
  // A circle around the subject; the camera turns back by the angle it has travelled, so the subject stays in the middle.
  orbit: ({ amount, done, subjectDistanceM }) => {
    const angle = radians(amount * done)
    return { position: [subjectDistanceM * Math.sin(angle), 0, subjectDistanceM * (1 - Math.cos(angle))], turn: { yaw: -angle * DEGREES } }
  },
  // The same arc stood upright; `amount` metres are travelled along it.
  crane: ({ amount, done, subjectDistanceM }) => {
    const angle = (amount * done) / subjectDistanceM
    return { position: [0, subjectDistanceM * Math.sin(angle), subjectDistanceM * (1 - Math.cos(angle))], turn: { pitch: -angle * DEGREES } }
  },
  handheld: ({ amount, seconds }) => ({ turn: handheldSway(amount, seconds) }),
})

function presetPose(input: CameraPathInput, preset: CameraPreset, amount: number, done: number, frame: number): CameraPose {
  const rate = input.frameRate ?? { num: 24, den: 1 }
  const seconds = (frame * rate.den) / rate.num
  const { position, turn, zoom } = FORMULAS[preset]({ amount, done, subjectDistanceM: input.subjectDistanceM, seconds })
  return {
    position: position ?? ORIGIN,
    rotation: turn ? rotationOf({ yaw: 0, pitch: 0, roll: 0, ...turn }) : IDENTITY,
    focalLengthMm: input.lensMm * (zoom ?? 1),
  }
}

function sorted(keyframes: readonly CameraKeyframe[]): readonly CameraKeyframe[] {
  return [...keyframes].sort((a, b) => a.at - b.at)
}

/** Between two keyframes the earlier one's easing applies; before the first and after the last the camera rests. */
function keyframePose(keyframes: readonly CameraKeyframe[], at: number): CameraPose {
  let next = keyframes.findIndex((keyframe) => keyframe.at > at)
  if (next < 0) next = keyframes.length
  const from = keyframes[Math.max(0, next - 1)]!
  const to = keyframes[Math.min(next, keyframes.length - 1)]!
  const span = to.at - from.at
  const done = span > 0 ? ease(from.easing, (at - from.at) / span) : 0
  const between = (a: number, b: number): number => a + (b - a) * done
  return {
    position: [between(from.position[0], to.position[0]), between(from.position[1], to.position[1]), between(from.position[2], to.position[2])],
    rotation: rotationOf({
      yaw: between(from.rotation.yaw, to.rotation.yaw),
      pitch: between(from.rotation.pitch, to.rotation.pitch),
      roll: between(from.rotation.roll, to.rotation.roll),
    }),
    focalLengthMm: from.focalLengthMm * (to.focalLengthMm / from.focalLengthMm) ** done,
  }
}

function checkInput({ move, lensMm, subjectDistanceM, frameCount, frameRate }: CameraPathInput): void {
  if (!Number.isInteger(frameCount) || frameCount < 1 || frameCount > MAX_FRAMES) throw invalid(`A camera path cannot have ${frameCount} frames.`)
  if (!isPositive(lensMm)) throw invalid(`The lens of ${lensMm} mm is not a focal length.`)
  if (!isPositive(subjectDistanceM)) throw invalid(`The subject distance of ${subjectDistanceM} m is not a distance.`)
  if (frameRate && !(isPositive(frameRate.num) && isPositive(frameRate.den))) throw invalid(`${frameRate.num}/${frameRate.den} is not a frame rate.`)
  if (move.kind === 'keyframes') checkKeyframes(move.keyframes)
  else checkPreset(move.preset, move.amount)
}

function checkPreset(preset: CameraPreset, amount: number): void {
  if (!Object.hasOwn(FORMULAS, preset)) throw invalid(`There is no camera move named "${String(preset)}".`)
  if (!Number.isFinite(amount)) throw invalid(`The camera move "${preset}" has no finite amount.`)
  if (preset === 'zoom' && amount <= 0) throw invalid(`A zoom ratio of ${amount} is impossible: the ratio is end over start, above 1 to zoom in, between 0 and 1 to zoom out.`)
}

function checkKeyframes(keyframes: readonly CameraKeyframe[]): void {
  if (keyframes.length === 0) throw invalid('The camera path has no keyframes.')
  for (const { at, position, rotation, focalLengthMm } of keyframes) {
    const numbers = [at, ...position, rotation.yaw, rotation.pitch, rotation.roll]
    if (!numbers.every(Number.isFinite)) throw invalid('A camera keyframe holds a number that is not finite.')
    if (!isPositive(focalLengthMm)) throw invalid(`A camera keyframe has a focal length of ${focalLengthMm} mm.`)
  }
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Correct the camera of the shot, or set it to static.' })
}
