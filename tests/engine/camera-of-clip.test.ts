/** The camera of a clip within a take: what its own first frame sees of the whole path. */
import { describe, expect, it } from 'vitest'
import type { CameraMove } from '#core/document/schema.ts'
import { cameraPath } from '#core/camera/path.ts'
import { cellFlow } from '#core/camera/flow-field.ts'
import { cameraOfClip } from '#engine/pipelines/camera-of-clip.ts'
import type { ClipOfTake, GenerationJob } from '#engine/pipelines/generation-job.ts'
import type { GenerationPlan } from '#engine/pipelines/generation-plan.ts'

const RATE = { num: 8, den: 1 }
const NO_CLIP: ClipOfTake = { startFrame: 0, takeFrameCount: 41, known: null, lead: null, tail: null }

function cameraOf(move: CameraMove, clip: Partial<ClipOfTake>, frameCount: number, subjectDistanceM = 4) {
  const request = { camera: move, lensMm: 35, subjectDistanceM } as GenerationJob['request']
  return cameraOfClip({ request, clip: { ...NO_CLIP, ...clip } }, { frameCount, frameRate: RATE } as GenerationPlan)
}

const pan: CameraMove = { kind: 'preset', preset: 'pan', amount: 40, easing: 'linear' }
const dolly: CameraMove = { kind: 'preset', preset: 'dolly', amount: 2, easing: 'linear' }

describe('the camera of a clip', () => {
  it('is the take’s own where the clip is the whole take', () => {
    const { poses, subjectDistanceM } = cameraOf(pan, {}, 41)
    expect(poses).toEqual(cameraPath({ move: pan, lensMm: 35, subjectDistanceM: 4, frameCount: 41, frameRate: RATE }))
    expect(subjectDistanceM).toBe(4)
  })

  it('begins at rest wherever the clip begins, and turns by as much as the path does from there', () => {
    const { poses } = cameraOf(pan, { startFrame: 20 }, 21)
    const half = cameraOf({ ...pan, amount: 20 }, { takeFrameCount: 21 }, 21).poses
    for (const [frame, pose] of poses.entries()) for (const [index, value] of pose.rotation.entries()) expect(value).toBeCloseTo(half[frame]!.rotation[index]!, 9)
  })

  it('is as near to the subject as the camera has come', () => {
    const { poses, subjectDistanceM } = cameraOf(dolly, { startFrame: 20 }, 21)
    expect(subjectDistanceM).toBeCloseTo(3)
    // The middle of the picture shows the same point of the subject throughout.
    for (const pose of poses) expect(cellFlow(pose, poses[0]!, 0, 0, subjectDistanceM)).toEqual([0, 0, 0, 0].map((value) => expect.closeTo(value)))
  })

  it('goes through a lead with the lead’s camera, and on with its own', () => {
    const lead = { videoFile: 'a', startFrame: 32, frameCount: 9, camera: { move: pan, lensMm: 35, subjectDistanceM: 4, frameCount: 41 } }
    const { poses } = cameraOf({ ...pan, amount: 0 }, { startFrame: -8, takeFrameCount: 9, lead }, 17)
    const turned = (frame: number): number => (Math.asin(poses[frame]!.rotation[2]!) * 180) / Math.PI
    expect([turned(0), turned(4), turned(8), turned(16)]).toEqual([0, 4, 8, 8].map((degrees) => expect.closeTo(degrees, 6)))
    // Of a lead whose camera is not known nothing is said.
    expect(cameraOf({ ...pan, amount: 0 }, { startFrame: -8, takeFrameCount: 9, lead: { ...lead, camera: null } }, 17).poses.every(({ rotation }) => rotation[2] === 0)).toBe(true)
  })

  it('goes on into a tail with the tail’s camera', () => {
    const tail = { videoFile: 'b', startFrame: 0, frameCount: 9, camera: { move: pan, lensMm: 35, subjectDistanceM: 4, frameCount: 41 } }
    const { poses } = cameraOf({ ...pan, amount: 8 }, { takeFrameCount: 9, tail }, 17)
    expect((Math.asin(poses[16]!.rotation[2]!) * 180) / Math.PI).toBeCloseTo(16, 6)
  })
})
