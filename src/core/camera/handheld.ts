/** Handheld sway: the same slow, band-limited unrest every time, so that a shot can be made again. */
import type { EulerDegrees } from './pose.ts'

/** Cycles a second and share of the amplitude. Shares sum to 1, so the sway never exceeds its amplitude. */
interface Wave { readonly hertz: number; readonly share: number }

// Frequencies without common measure do not repeat within a shot; none is above 2 Hz, where sway becomes shaking.
const YAW: readonly Wave[] = [{ hertz: 0.41, share: 0.5 }, { hertz: -0.97, share: 0.3 }, { hertz: 1.73, share: 0.2 }]
const PITCH: readonly Wave[] = [{ hertz: -0.53, share: 0.5 }, { hertz: 1.09, share: 0.3 }, { hertz: 1.61, share: 0.2 }]
const ROLL: readonly Wave[] = [{ hertz: 0.29, share: 0.6 }, { hertz: 0.83, share: 0.4 }]
/** Hands hold the horizon better than the aim. */
const ROLL_SHARE = 0.35

/** Highest frequency of the sway at its usual tempo. */
export const HANDHELD_MAX_HERTZ = 2
/** The main frequency for which the waves above are written down. */
export const HANDHELD_USUAL_HERTZ = 0.5

/** Sway at a time, in degrees. Sines only, so it starts at rest: frame 0 is the reference of all poses. */
export function handheldSway(amplitudeDegrees: number, seconds: number, frequencyHz = HANDHELD_USUAL_HERTZ): EulerDegrees {
  const time = (seconds * frequencyHz) / HANDHELD_USUAL_HERTZ
  return {
    yaw: amplitudeDegrees * sum(YAW, time),
    pitch: amplitudeDegrees * sum(PITCH, time),
    roll: amplitudeDegrees * ROLL_SHARE * sum(ROLL, time),
  }
}

function sum(waves: readonly Wave[], seconds: number): number {
  let total = 0
  for (const { hertz, share } of waves) total += share * Math.sin(2 * Math.PI * hertz * seconds)
  return total
}
