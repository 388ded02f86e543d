/** The camera of one clip of a take: the take's path from the clip's first frame on, as that frame sees it. */
import { cameraPath } from '#core/camera/path.ts'
import { apply, relativePose, transpose } from '#core/camera/pose.ts'
import type { CameraPose } from '#core/camera/pose.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'

export interface ClipCamera {
  /** One a frame of the clip; frame 0 stands at the origin. */
  readonly poses: readonly CameraPose[]
  /** Metres from the clip's frame 0 to the subject. */
  readonly subjectDistanceM: number
}

const LEAST_DISTANCE_M = 0.1

/** The camera rests while another take leads in or out. */
export function cameraOfClip({ request, clip }: Pick<GenerationJob, 'request' | 'clip'>, plan: GenerationPlan): ClipCamera {
  const { camera: move, lensMm, subjectDistanceM } = request
  const path = cameraPath({ move, lensMm, subjectDistanceM, frameCount: clip.takeFrameCount, frameRate: plan.frameRate })
  const poses = Array.from({ length: plan.frameCount }, (_, frame) => path[Math.min(path.length - 1, Math.max(0, clip.startFrame + frame))] as CameraPose)
  const start = poses[0] as CameraPose
  if (clip.startFrame <= 0) return { poses, subjectDistanceM }
  const [x, y, z] = start.position
  const [, , depth] = apply(transpose(start.rotation), [-x, -y, subjectDistanceM - z])
  return { poses: poses.map((pose) => relativePose(pose, start)), subjectDistanceM: Math.max(LEAST_DISTANCE_M, depth) }
}
