/** Rotation matrices back to yaw, pitch and roll, without jumps along a path. */
import type { EulerDegrees, Matrix3 } from './pose.ts'

const DEGREES = 180 / Math.PI
/** Straight up or down yaw and roll turn about the same axis. */
const GIMBAL = 1 - 1e-9

/**
 * The angles of `rotationOf`, degrees. Of all that give the same rotation those nearest to `before` are taken, so that a
 * path that turns past 180° goes on counting.
 */
export function eulerOf(m: Matrix3, before: EulerDegrees): EulerDegrees {
  const sinPitch = Math.max(-1, Math.min(1, m[5]))
  if (Math.abs(sinPitch) > GIMBAL) {
    const pitch = Math.sign(sinPitch) * 90
    // Only the difference or the sum of yaw and roll is seen; roll stays as it was.
    const turn = Math.atan2(-m[6], m[0]) * DEGREES
    return { yaw: near(turn + Math.sign(sinPitch) * before.roll, before.yaw), pitch, roll: before.roll }
  }
  const yaw = Math.atan2(m[2], m[8]) * DEGREES
  const pitch = Math.asin(sinPitch) * DEGREES
  const roll = Math.atan2(-m[3], m[4]) * DEGREES
  const plain = { yaw: near(yaw, before.yaw), pitch: near(pitch, before.pitch), roll: near(roll, before.roll) }
  const over = { yaw: near(yaw + 180, before.yaw), pitch: near(180 - pitch, before.pitch), roll: near(roll + 180, before.roll) }
  return distance(plain, before) <= distance(over, before) ? plain : over
}

/** The same angle, by whole turns next to another. */
function near(angle: number, other: number): number {
  return angle + 360 * Math.round((other - angle) / 360)
}

function distance(a: EulerDegrees, b: EulerDegrees): number {
  return Math.abs(a.yaw - b.yaw) + Math.abs(a.pitch - b.pitch) + Math.abs(a.roll - b.roll)
}
