/** The camera of one clip of a take: the take's path from the clip's first frame on, as that frame sees it. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import { cameraPath } from '#core/camera/path.ts'
import { apply, multiply, relativePose, transpose } from '#core/camera/pose.ts'
import type { CameraPose } from '#core/camera/pose.ts'
import type { FrameRate } from '#core/document/schema.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'

export interface ClipCamera {
  /** One a frame of the clip; frame 0 stands at the origin. */
  readonly poses: readonly CameraPose[]
  /** Metres from the clip's frame 0 to the subject. */
  readonly subjectDistanceM: number
}

type FramesOfVideo = NonNullable<NonNullable<GenerateRequest['known']>['lead']>

const LEAST_DISTANCE_M = 0.1

/** What leads in or out has its own camera, joined to the take's where the two meet; it rests where nothing is known of it. */
export function cameraOfClip({ request, clip }: Pick<GenerationJob, 'request' | 'clip'>, plan: GenerationPlan): ClipCamera {
  const { camera: move, lensMm, subjectDistanceM } = request
  const path = cameraPath({ move, lensMm, subjectDistanceM, frameCount: clip.takeFrameCount, frameRate: plan.frameRate })
  const lead = clip.lead ? posesOf(clip.lead, plan.frameRate) : null
  const tail = clip.tail ? posesOf(clip.tail, plan.frameRate) : null
  const last = path.at(-1) as CameraPose
  const poseAt = (frame: number): CameraPose => {
    if (frame < 0) return lead === null ? path[0] as CameraPose : relativePose(lead.at(frame - 1) ?? lead[0]!, lead.at(-1)!)
    if (frame >= path.length) return tail === null ? last : onward(last, relativePose(tail[frame - path.length + 1] ?? tail.at(-1)!, tail[0]!))
    return path[frame] as CameraPose
  }
  const poses = Array.from({ length: plan.frameCount }, (_, frame) => poseAt(clip.startFrame + frame))
  if (clip.startFrame === 0 || (clip.startFrame < 0 && lead === null)) return { poses, subjectDistanceM }
  const start = poses[0] as CameraPose
  const [x, y, z] = start.position
  const [, , depth] = apply(transpose(start.rotation), [-x, -y, subjectDistanceM - z])
  return { poses: poses.map((pose) => relativePose(pose, start)), subjectDistanceM: Math.max(LEAST_DISTANCE_M, depth) }
}

/** One a frame that is given; null where nothing is known of the video's camera. */
function posesOf({ startFrame, frameCount, camera }: FramesOfVideo, frameRate: FrameRate): readonly CameraPose[] | null {
  if (!camera) return null
  const poses = cameraPath({ ...camera, frameCount: Math.max(camera.frameCount, startFrame + frameCount), frameRate })
  return poses.slice(startFrame, startFrame + frameCount)
}

/** A pose that is given as the camera `from` sees it, in the axes of `from`'s own path. */
function onward(from: CameraPose, { position, rotation, focalLengthMm }: CameraPose): CameraPose {
  const [x, y, z] = apply(from.rotation, position)
  return { position: [from.position[0] + x, from.position[1] + y, from.position[2] + z], rotation: multiply(from.rotation, rotation), focalLengthMm }
}
