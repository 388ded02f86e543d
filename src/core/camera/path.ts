/** Turns a camera move into poses, one a frame, relative to the first frame. */
import type { CameraKeyframe, CameraMove, FrameRate, PresetMove } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { ease } from './easing.ts'
import { partsOf } from './moves.ts'
import { IDENTITY, multiply, ORIGIN, relativePose, rotationOf } from './pose.ts'
import type { CameraPose } from './pose.ts'
import { PLACEMENTS } from './preset-placement.ts'

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
  if (move.kind !== 'keyframes') return atRest(frame, presetPose(input, partsOf(move), frame))
  const keyframes = sorted(move.keyframes)
  const passed = frame / Math.max(1, input.frameCount - 1)
  return atRest(frame, relativePose(keyframePose(keyframes, passed), keyframePose(keyframes, 0)))
}

/** Frame 0 exactly, where arithmetic may leave minus zeros and last bits. */
function atRest(frame: number, pose: CameraPose): CameraPose {
  return frame === 0 ? { ...pose, position: ORIGIN, rotation: IDENTITY } : pose
}

/** The placements of moves that run at the same time, as one pose: turns in their order, travels added, zooms multiplied. */
function presetPose(input: CameraPathInput, moves: readonly PresetMove[], frame: number): CameraPose {
  const rate = input.frameRate ?? { num: 24, den: 1 }
  const passed = frame / Math.max(1, input.frameCount - 1)
  let pose: CameraPose = { position: ORIGIN, rotation: IDENTITY, focalLengthMm: input.lensMm }
  for (const { preset, amount, easing, frequencyHz } of moves) {
    const context = { amount, done: ease(easing, passed), passed, seconds: (frame * rate.den) / rate.num, subjectDistanceM: input.subjectDistanceM, frequencyHz }
    const { position = ORIGIN, turn, zoom = 1, focusDistanceM = pose.focusDistanceM } = PLACEMENTS[preset](context)
    pose = {
      position: [pose.position[0] + position[0], pose.position[1] + position[1], pose.position[2] + position[2]],
      rotation: turn ? multiply(pose.rotation, rotationOf({ yaw: 0, pitch: 0, roll: 0, ...turn })) : pose.rotation,
      focalLengthMm: pose.focalLengthMm * zoom,
      ...(focusDistanceM === undefined ? {} : { focusDistanceM }),
    }
  }
  return pose
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
    ...focusBetween(from.focusDistanceM, to.focusDistanceM, done),
  }
}

/** Where one end says nothing of focus, it is as the other. */
function focusBetween(from: number | undefined, to: number | undefined, done: number): Pick<CameraPose, 'focusDistanceM'> {
  const [start, end] = [from ?? to, to ?? from]
  return start === undefined || end === undefined ? {} : { focusDistanceM: start * (end / start) ** done }
}

function checkInput({ move, lensMm, subjectDistanceM, frameCount, frameRate }: CameraPathInput): void {
  if (!Number.isInteger(frameCount) || frameCount < 1 || frameCount > MAX_FRAMES) throw invalid(`A camera path cannot have ${frameCount} frames.`)
  if (!isPositive(lensMm)) throw invalid(`The lens of ${lensMm} mm is not a focal length.`)
  if (!isPositive(subjectDistanceM)) throw invalid(`The subject distance of ${subjectDistanceM} m is not a distance.`)
  if (frameRate && !(isPositive(frameRate.num) && isPositive(frameRate.den))) throw invalid(`${frameRate.num}/${frameRate.den} is not a frame rate.`)
  if (move.kind === 'keyframes') return checkKeyframes(move.keyframes)
  const moves = partsOf(move)
  for (const part of moves) checkPreset(part, subjectDistanceM)
  // One after the other they may bring the camera where none of them does alone.
  const ratios = moves.map(({ preset, amount }) => (preset === 'zoom' ? amount : preset === 'dolly-zoom' ? (subjectDistanceM - amount) / subjectDistanceM : 1))
  if (!isPositive(ratios.reduce((product, ratio) => product * ratio, lensMm))) throw invalid('The zooms of the camera move leave no focal length.')
}

function checkPreset({ preset, amount, frequencyHz }: PresetMove, subjectDistanceM: number): void {
  if (!Object.hasOwn(PLACEMENTS, preset)) throw invalid(`There is no camera move named "${String(preset)}".`)
  if (!Number.isFinite(amount)) throw invalid(`The camera move "${preset}" has no finite amount.`)
  if (preset === 'zoom' && amount <= 0) throw invalid(`A zoom ratio of ${amount} is impossible: the ratio is end over start, above 1 to zoom in, between 0 and 1 to zoom out.`)
  if (preset === 'dolly-zoom' && amount >= subjectDistanceM) throw invalid(`A dolly zoom of ${amount} m reaches the subject, which is ${subjectDistanceM} m away.`)
  if (preset === 'rack-focus' && amount <= 0) throw invalid(`A focus distance of ${amount} m is impossible.`)
  if (frequencyHz !== undefined && !isPositive(frequencyHz)) throw invalid(`A sway of ${frequencyHz} Hz is impossible.`)
}

function checkKeyframes(keyframes: readonly CameraKeyframe[]): void {
  if (keyframes.length === 0) throw invalid('The camera path has no keyframes.')
  for (const { at, position, rotation, focalLengthMm, focusDistanceM } of keyframes) {
    const numbers = [at, ...position, rotation.yaw, rotation.pitch, rotation.roll]
    if (!numbers.every(Number.isFinite)) throw invalid('A camera keyframe holds a number that is not finite.')
    if (!isPositive(focalLengthMm)) throw invalid(`A camera keyframe has a focal length of ${focalLengthMm} mm.`)
    if (focusDistanceM !== undefined && !isPositive(focusDistanceM)) throw invalid(`A camera keyframe focuses at ${focusDistanceM} m.`)
  }
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Correct the camera of the shot, or set it to static.' })
}
