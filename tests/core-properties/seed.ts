/** The seed of the random tests: FC_SEED where it is set, else a new one each run; printed, so that a failure can be repeated. */
import type { Parameters } from 'fast-check'

const seed = Number(process.env['FC_SEED'] ?? NaN)

/** Parameters for `fc.assert`: a failure report names the seed, and FC_SEED=<seed> repeats the run. */
export function seeded<T>(parameters: Parameters<T>): Parameters<T> {
  const used = Number.isInteger(seed) ? seed : Math.trunc(Math.random() * 0x7fff_ffff)
  console.info(`core-properties: FC_SEED=${used}`)
  return { seed: used, ...parameters }
}
