/** Turns a request and a pack into the numbers of one generation, or says which wish the pack cannot fulfil and which it can. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import type { LowNoise } from '../sampling/guidance.ts'
import type { LatentShape } from '../sampling/latents.ts'
import { TRAIN_TIMESTEPS } from '../sampling/sigmas.ts'

export interface GenerationPlan {
  readonly shape: LatentShape
  readonly frameCount: number
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  readonly steps: number
  readonly guidanceScale: number
  /** Where the pack's second transformer takes over; null where there is none. */
  readonly lowNoise: LowNoise | null
  /** Steps of the clip where its pack's guidance changes with them; null where it does not. */
  readonly dynamicSteps: number | null
  readonly negativePrompt: string
}

/** Throws INVALID_INPUT with the legal values. */
export function planGeneration(request: GenerateRequest, pack: PackManifest): GenerationPlan {
  checkSize(request.frameSize, pack)
  checkFrames(request.frameCount, pack)
  checkKnown(request, pack)
  checkPictures(request, pack)
  const { temporalCompression, spatialCompression, channels } = pack.latent
  const guidanceScale = request.guidanceScale ?? pack.guidance.scale
  const shape: LatentShape = [
    1, channels, (request.frameCount - 1) / temporalCompression + 1,
    request.frameSize.height / spatialCompression, request.frameSize.width / spatialCompression,
  ]
  // Distilled packs were trained for their own timesteps alone.
  const steps = pack.schedule.timesteps?.length ?? request.steps ?? pack.schedule.steps
  return {
    shape, frameCount: request.frameCount, frameSize: request.frameSize, frameRate: pack.frames.rate,
    steps,
    guidanceScale,
    lowNoise: lowNoiseOf(pack, guidanceScale),
    dynamicSteps: pack.guidance.isDynamic === true ? steps : null,
    negativePrompt: chooseNegativePrompt(request, pack),
  }
}

function checkSize(size: FrameSize, pack: PackManifest): void {
  if (pack.sizes.some(({ width, height }) => width === size.width && height === size.height)) return
  throw invalid(`The pack "${pack.name}" cannot make frames of ${sizeText(size)}.`, `Choose ${listOf(pack.sizes.map(sizeText))}.`)
}

function checkFrames(frameCount: number, pack: PackManifest): void {
  const { min, max } = pack.frames
  const step = pack.latent.temporalCompression
  const isWhole = (frameCount - 1) % step === 0
  if (isWhole && frameCount >= min && frameCount <= max) return
  const below = Math.min(max, Math.max(min, Math.floor((frameCount - 1) / step) * step + 1))
  const above = Math.min(max, Math.max(min, Math.ceil((frameCount - 1) / step) * step + 1))
  const nearest = below === above ? `${below}` : `${below} or ${above}`
  throw invalid(
    `The pack "${pack.name}" cannot make ${frameCount} frames.`,
    `Choose ${nearest}: it makes ${min} to ${max} frames, in steps of ${step} (${step}k + 1).`,
  )
}

function checkKnown({ known, frameCount }: GenerateRequest, pack: PackManifest): void {
  if (known === null) return
  const wishes = [
    [known.firstFrame !== null && !pack.abilities.firstFrame, 'start from a given picture'],
    [known.lastFrame !== null && !pack.abilities.lastFrame, 'end on a given picture'],
    [known.parent !== null && !pack.abilities.latentMask, 'make a part of a take anew'],
  ] as const
  const refused = wishes.find(([isRefused]) => isRefused)
  if (refused !== undefined) throw invalid(`The pack "${pack.name}" cannot ${refused[1]}.`, 'Remove that wish, or choose a pack that can.')
  const range = known.parent?.regenerate
  if (range !== undefined && (range.endFrame <= range.startFrame || range.endFrame > frameCount)) {
    throw invalid(`Frames ${range.startFrame} to ${range.endFrame} are not a range of a take of ${frameCount} frames.`, `Choose a range within 0 to ${frameCount}.`)
  }
}

/** A scale that a person chose holds for both transformers; with the pack's own, whether asked for or not, each keeps its own. */
function lowNoiseOf({ experts, guidance }: PackManifest, guidanceScale: number): LowNoise | null {
  if (experts === undefined) return null
  return { belowTimestep: experts.boundary * TRAIN_TIMESTEPS, scale: guidanceScale === guidance.scale ? experts.guidanceScale : guidanceScale }
}

function checkPictures({ known }: GenerateRequest, { picture, name }: PackManifest): void {
  const needs = picture?.needs ?? 'none'
  const lacksFirst = needs !== 'none' && known?.firstFrame == null
  const lacksLast = needs === 'first-and-last' && known?.lastFrame == null
  if (!lacksFirst && !lacksLast) return
  throw invalid(`The pack "${name}" makes pictures move: it needs ${lacksFirst ? 'a first' : 'a last'} picture.`, 'Give the shot that picture, or choose a pack that works from words alone.')
}

function chooseNegativePrompt(request: GenerateRequest, pack: PackManifest): string {
  if (!pack.abilities.negativePrompt) return pack.guidance.negativePrompt
  return request.negativePrompt === '' ? pack.guidance.negativePrompt : request.negativePrompt
}

function invalid(message: string, remedy: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy })
}

function sizeText({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} x ${height}`
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
