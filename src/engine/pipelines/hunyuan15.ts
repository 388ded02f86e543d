/**
 * The HunyuanVideo-1.5 family: a chat model and a byte model read the prompt, masks tell the transformer which of their rows
 * count, a given picture is a condition beside the noise, and step-distilled packs are told where each step ends.
 */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { Tensor } from '../inference/inference-port.ts'
import type { VelocityInput } from '../sampling/sample.ts'
import type { GraphInputs, Preparation, TextConditions } from './conditions.ts'
import { createDenoiser } from './denoiser.ts'
import type { Velocity } from './denoiser.ts'
import type { Family } from './generate.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { prepareKnown } from './known-frames.ts'
import { pictureInputs, withoutPictures } from './picture-inputs.ts'
import { scheduleOf } from './schedule.ts'
import { glyphText, glyphTokens } from './text/glyph-tokens.ts'
import type { PromptTokenizer } from './text/tokenizer.ts'
import { encodeBranches } from './text-conditions.ts'
import { decodeClip } from './vae.ts'

export const HUNYUAN15: Family = {
  plan: planGeneration,
  encodeText: (job, plan) => encodeBranches(job, plan, (prompt) => encodePrompt(job, prompt)),
  prepare: async (job, plan) => ({ known: await prepareKnown(withoutPictures(job), plan), conditions: await pictureInputs(job, plan) }),
  solver: scheduleOf,
  velocity,
  decode: decodeClip,
}

/**
 * `encoder_hidden_states` [1, L, D] of the prompt in its conversation, without the rows of the conversation's beginning, and
 * `encoder_hidden_states_2` [1, L2, D2] of the quoted words; both with masks. The reference pads both and masks the padding;
 * padding changes nothing that is not padding, so only rows that count are made.
 */
export async function encodePrompt(job: Pick<GenerationJob, 'pack' | 'text' | 'open'>, prompt: string): Promise<GraphInputs> {
  const { pack, text } = job
  const ids = chatTokens(await text.tokenizerOf(pack), prompt, pack.manifest)
  const { cropTokens } = templateOf(pack.manifest)
  const rows = await text.encodeIds(pack, 'textEncoder', ids, () => job.open('textEncoder'))
  return { encoder_hidden_states: dropRows(rows, cropTokens), encoder_attention_mask: mask(ids.length - cropTokens, 1n), ...(await encodeGlyphs(job, prompt)) }
}

/** The prompt within its conversation, cut at the end: beginning included, `maxTokens` behind it. */
export function chatTokens(tokenizer: PromptTokenizer, prompt: string, manifest: PackManifest): readonly number[] {
  const { prefix, suffix, cropTokens } = templateOf(manifest)
  // The reference puts a space where there is no prompt.
  return tokenizer.ids(`${prefix}${prompt === '' ? ' ' : prompt}${suffix}`).slice(0, cropTokens + manifest.text.maxTokens)
}

/** Without quoted words there is one row of zeros, and it is masked. */
async function encodeGlyphs({ pack, text, open }: Pick<GenerationJob, 'pack' | 'text' | 'open'>, prompt: string): Promise<GraphInputs> {
  const { glyphs } = pack.manifest
  if (glyphs === undefined) return {}
  const words = glyphText(prompt)
  if (words === null) {
    return { encoder_hidden_states_2: { type: 'float32', data: new Float32Array(glyphs.dimension), dims: [1, 1, glyphs.dimension] }, encoder_attention_mask_2: mask(1, 0n) }
  }
  const ids = glyphTokens(words, glyphs.maxTokens)
  return { encoder_hidden_states_2: await text.encodeIds(pack, 'glyphEncoder', ids, () => open('glyphEncoder')), encoder_attention_mask_2: mask(ids.length, 1n) }
}

async function velocity(job: GenerationJob, plan: GenerationPlan, prompts: TextConditions, { conditions }: Preparation): Promise<Velocity> {
  const { manifest } = job.pack
  const session = await job.open('transformer')
  throwIfCancelled(job.signal)
  const text = session.inputNames.includes('encoder_attention_mask') ? prompts : withoutMasks(prompts)
  if (!session.inputNames.includes('timestep_r')) return createDenoiser(session, manifest, { shape: plan.shape, text, conditions })
  const { timesteps } = scheduleOf(job, plan)
  return (input) => createDenoiser(session, manifest, { shape: plan.shape, text, conditions: { ...conditions, timestep_r: nextTimestep(timesteps, input) } })(input)
}

/** For graphs without masks, whose attention is then fused: only rows that count, and none of the glyphs' where no words are quoted. */
export function withoutMasks({ conditional, unconditional }: TextConditions): TextConditions {
  return { conditional: countingRows(conditional), ...(unconditional === undefined ? {} : { unconditional: countingRows(unconditional) }) }
}

function countingRows(inputs: GraphInputs): GraphInputs {
  const glyphs = inputs['encoder_hidden_states_2']
  const rows = Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith('encoder_attention_mask')))
  if (glyphs === undefined || inputs['encoder_attention_mask_2']?.data[0] !== 0n) return rows
  return { ...rows, encoder_hidden_states_2: dropRows(glyphs, 1) }
}

/** Where the step ends (mean flow): the next timestep, 0 after the last. */
export function nextTimestep(timesteps: readonly number[], { timestep }: Pick<VelocityInput, 'timestep'>): Tensor {
  const next = timesteps[timesteps.indexOf(timestep) + 1] ?? 0
  return { type: 'float32', data: Float32Array.of(next), dims: [1] }
}

function templateOf({ name, text: { template } }: PackManifest): NonNullable<PackManifest['text']['template']> {
  if (template !== undefined) return template
  throw new StudioError({
    code: 'PACK_MALFORMED', message: `The manifest of the pack "${name}" lacks text.template, which its family reads prompts with.`,
    remedy: 'Install the pack again; if you made it, see docs/pack-format.md.',
  })
}

function dropRows({ data, dims }: Tensor, rows: number): Tensor {
  const [, length = 0, dimension = 0] = dims
  return { type: 'float32', data: (data as Float32Array).slice(rows * dimension), dims: [1, length - rows, dimension] }
}

function mask(length: number, value: bigint): Tensor {
  return { type: 'int64', data: new BigInt64Array(length).fill(value), dims: [1, length] }
}
