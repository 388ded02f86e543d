/** Classifier-free guidance as two runs of batch 1: half the memory of one run of batch 2, and skipped where it is off. */

export type Branch = 'conditional' | 'unconditional'

export interface Guidance {
  readonly scale: number
  /** Another scale for low noise, as packs with two transformers have. */
  readonly lowNoise?: LowNoise | null
  /** Steps of the run, where the scale is to change from step to step as CogVideoX's dynamic guidance does. */
  readonly dynamicSteps?: number | null
}

export interface LowNoise {
  /** sigma * 1000: below it, not at it. */
  readonly belowTimestep: number
  readonly scale: number
}

export function scaleAt({ scale, lowNoise, dynamicSteps }: Guidance, timestep: number): number {
  if (dynamicSteps != null) return dynamicScale(scale, dynamicSteps, timestep)
  return lowNoise != null && timestep < lowNoise.belowTimestep ? lowNoise.scale : scale
}

/** Between 1 and 1 + scale. The reference puts a timestep of up to 999 where its formula means a step; packs are used with just that. */
function dynamicScale(scale: number, steps: number, timestep: number): number {
  return 1 + scale * ((1 - Math.cos(Math.PI * ((steps - timestep) / steps) ** 5)) / 2)
}

/** The velocity of one branch for the sample at hand. */
export type BranchVelocity = (branch: Branch) => Promise<Float32Array>

export function isGuided(scale: number): boolean {
  return scale > 1
}

/** v = v_u + scale (v_c - v_u); a scale of 1 or less runs the conditional branch alone. */
export async function guidedVelocity(velocity: BranchVelocity, scale: number): Promise<Float32Array> {
  const conditional = await velocity('conditional')
  if (!isGuided(scale)) return conditional
  const unconditional = await velocity('unconditional')
  // A plain loop, like all that touch every element of a step: `map` calls a function for each, at ten times the cost.
  const guided = new Float32Array(conditional.length)
  for (let element = 0; element < guided.length; element++) {
    const base = unconditional[element] as number
    guided[element] = base + scale * ((conditional[element] as number) - base)
  }
  return guided
}
