/** The sample projects that a person can open, by id. */
import { FIRST_LIGHT } from './first-light.ts'
import type { SampleProject } from './sample.ts'

export const SAMPLES: readonly SampleProject[] = [FIRST_LIGHT]

export function sampleById(id: string): SampleProject | null {
  return SAMPLES.find((sample) => sample.id === id) ?? null
}
