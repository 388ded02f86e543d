/** Which provider a job runs on: the first asked one that works, and never one that was not asked for. */
import { StudioError } from '#core/errors.ts'
import type { InferencePort } from './inference-port.ts'

/**
 * Providers are tried in the asked order. Throws PROVIDER_UNAVAILABLE, with the reason for each refusal, where none works.
 * The CPU needs no probe: it is part of the runtime.
 */
export async function chooseProvider(inference: InferencePort, asked: readonly string[]): Promise<string> {
  if (asked[0] === 'cpu') return 'cpu'
  const { providers } = await inference.probe()
  const reasons: string[] = []
  for (const name of asked) {
    const report = providers.find(({ provider }) => provider === name)
    if (report?.available === true) return name
    reasons.push(`${name}: ${report?.reason ?? `there is no such provider on ${process.platform}.`}`)
  }
  throw new StudioError({
    code: 'PROVIDER_UNAVAILABLE',
    message: `None of the asked providers works here. ${reasons.join(' ')}`,
    remedy: 'Add cpu to the providers in the settings, or follow the advice that the doctor gives for the one you want.',
  })
}
