/** The manifest of a model pack (`pack.json`, docs/pack-format.md) and its lexicon, as schemas that engine and services share. */
import { z } from 'zod'
import { FrameRateSchema } from '#core/document/schema.ts'
import { packDigestOf } from '#core/planning/pack-digest.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a lowercase sha256')
const bytes = z.int().min(0)
const finite = z.number().refine(Number.isFinite, 'must be a finite number')
/** A file inside the pack's folder: relative, forward slashes, no `..`, no drive, no control characters. */
const packFile = z.string().min(1).max(200)
  .regex(/^(?!\/)(?![A-Za-z]:)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\p{Cc}]+$/u, 'must be a relative path inside the pack')

export const PackFileSchema = z.strictObject({ file: packFile, bytes, sha256 }).readonly()
export type PackFile = z.infer<typeof PackFileSchema>

/** A component is one file, and the ONNX external data files that its graph names. */
export const PackComponentSchema = z.strictObject({
  file: packFile, bytes, sha256,
  externalData: z.array(PackFileSchema).max(64).readonly(),
}).readonly()

export const PACK_SOLVERS = ['flow-match-euler', 'unipc', 'dmd', 'ddim'] as const
export type PackSolver = (typeof PACK_SOLVERS)[number]

/** log(shift) is `base` at `baseTokens` patch tokens and `max` at `maxTokens`, on a line; the last computed sigma is stretched to `terminal`. */
export const DynamicShiftSchema = z.strictObject({
  base: finite.min(-10).max(10), max: finite.min(-10).max(10),
  baseTokens: z.int().min(1), maxTokens: z.int().min(2),
  terminal: finite.gt(0).lt(1).nullable(),
}).readonly()
export type DynamicShift = z.infer<typeof DynamicShiftSchema>

export const PackScheduleSchema = z.strictObject({
  solver: z.enum(PACK_SOLVERS),
  shift: finite.min(0.01).max(100),
  steps: z.int().min(1).max(200),
  /** Shape of the transformer's timestep input: one per clip, per latent frame, or per patch token. */
  timestep: z.enum(['batch', 'frames', 'tokens']),
  /** int64: `sigma * 1000` is truncated. Only "batch" timesteps are passed as int64; the others are float32 tensors. */
  timestepType: z.enum(['int64', 'float32']),
  /** Replaces the computed sigmas (t / 1000; with "dmd" the nearest of the shifted table), as distilled packs need; falling, 0 is appended. */
  timesteps: z.array(finite.gt(0).max(1000)).min(1).max(200).readonly().optional(),
  /** How computed sigmas lie before they are shifted. trained (default): as the solver's training grid; uniform: 1, 1 - 1/steps, … 1/steps. */
  spacing: z.enum(['trained', 'uniform']).optional(),
  /** Replaces `shift` by one that grows with the clip (flow-match-euler). */
  dynamicShift: DynamicShiftSchema.optional(),
}).readonly()
export type PackSchedule = z.infer<typeof PackScheduleSchema>

/**
 * Peak bytes of each stage alone at the pack's longest clip: weights and everything computed. Stages follow each other, so a
 * machine needs the largest of them, not their sum.
 */
export const StageMemorySchema = z.strictObject({
  textEncoder: bytes,
  transformer: bytes,
  /** The clip in one run of the decoder, and tile by tile. */
  vaeDecoder: bytes,
  vaeDecoderTiled: bytes,
}).readonly()
export type StageMemory = z.infer<typeof StageMemorySchema>

/** How a VAE's graphs may be run in pieces: spatial tiles over the whole length, blended linearly where they overlap. */
export const PackVaeSchema = z.strictObject({
  /** Edge of a tile and distance between neighbours, in pixels. */
  tileSize: z.int().min(16).max(4_096),
  tileStride: z.int().min(8).max(4_096),
  /** Channels of the decoder's widest tensor at full frame size and length: what decides when it passes 2^31 elements. */
  widestChannels: z.int().min(1).max(4_096).optional(),
}).readonly()
export type PackVae = z.infer<typeof PackVaeSchema>

/** A decoder that is told how noisy its latents are (input `timestep`), and the share of noise that is mixed in for it. */
export const PackDecodeSchema = z.strictObject({ timestep: finite.min(0).max(1), noiseScale: finite.min(0).max(1) }).readonly()
export type PackDecode = z.infer<typeof PackDecodeSchema>

/** Two transformers for one clip: `transformer` at sigmas from `boundary` up, `transformer2` below, with a guidance scale of its own. */
export const PackExpertsSchema = z.strictObject({
  boundary: finite.gt(0).lt(1),
  guidanceScale: finite.min(0).max(30),
}).readonly()
export type PackExperts = z.infer<typeof PackExpertsSchema>

/** The conversation that a chat model reads around the prompt; the first `cropTokens` of its embeddings are cut off. */
export const TextTemplateSchema = z.strictObject({
  prefix: z.string().max(10_000), suffix: z.string().max(10_000),
  cropTokens: z.int().min(0).max(4_096),
}).readonly()
export type TextTemplate = z.infer<typeof TextTemplateSchema>

/** A second encoder that reads the quoted words of a prompt byte by byte (ByT5: byte + 3, end 1, padding 0), so that they can be spelled in the picture. */
export const PackGlyphsSchema = z.strictObject({ maxTokens: z.int().min(2).max(4_096), dimension: z.int().min(1).max(65_536) }).readonly()
export type PackGlyphs = z.infer<typeof PackGlyphsSchema>

const rgb = z.tuple([finite, finite, finite]).readonly()

/** What an image encoder sees of a picture, and what it gives. */
export const PictureEmbeddingSchema = z.strictObject({
  /** Edge of the square that it takes, in pixels. */
  size: z.int().min(8).max(2_048),
  /** crop: the shorter side is brought to `size`, the middle is kept; squeeze: both sides are (both antialiased); stretch: both sides are, not antialiased. */
  fit: z.enum(['crop', 'squeeze', 'stretch']),
  /** Of values in 0 … 1, per colour. */
  mean: rgb, std: rgb,
  tokens: z.int().min(1).max(65_536), dimension: z.int().min(1).max(65_536),
}).readonly()
export type PictureEmbedding = z.infer<typeof PictureEmbeddingSchema>

/** Packs that take given pictures as an input of their own (`condition`) and not as known latents. */
export const PackPictureSchema = z.strictObject({
  /**
   * masked-clip: a mask of temporalCompression channels, then the latents of a clip of the given pictures and grey frames between;
   * first-latent: the latents of the first picture, then zeros;
   * first-latent-masked: the same, then one mask channel, 1 in the first latent frame.
   */
  kind: z.enum(['masked-clip', 'first-latent', 'first-latent-masked']),
  /** Pictures without which the pack cannot work. */
  needs: z.enum(['none', 'first', 'first-and-last']),
  /** With the component imageEncoder; null: none. */
  embedding: PictureEmbeddingSchema.nullable(),
}).readonly()
export type PackPicture = z.infer<typeof PackPictureSchema>

const boundName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be the name of an input or output of docs/pack-format.md')

/** For a graph that was exported elsewhere: what its inputs are to us, in its own order. What is not listed is not passed. */
export const GraphBindingSchema = z.strictObject({
  inputs: z.array(boundName).min(1).max(16).refine((names) => new Set(names).size === names.length, 'must not name an input twice').readonly(),
  /** What its first output is to us. */
  output: boundName,
}).readonly()
export type GraphBinding = z.infer<typeof GraphBindingSchema>

const CameraSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).readonly(),
  z.strictObject({ kind: z.literal('prompt') }).readonly(),
  z.strictObject({ kind: z.literal('flow') }).readonly(),
  z.strictObject({
    kind: z.literal('pluecker'),
    /** How far away the subject is in the model's own unit of length; camera travel is scaled by it. */
    subjectDistanceUnits: finite.gt(0).max(1_000),
  }).readonly(),
])

export const PackManifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be lowercase letters, digits, dots and dashes'),
  name: z.string().min(1).max(100),
  version: z.string().min(1).max(50),
  family: z.string().min(1).max(50),
  description: z.string().max(2_000),
  licence: z.strictObject({
    spdx: z.string().min(1).max(100), name: z.string().max(200), url: z.string().max(500).nullable(),
    excludedRegions: z.array(z.string().max(100)).max(300).readonly(),
  }).readonly(),
  components: z.strictObject({
    tokenizer: PackComponentSchema,
    textEncoder: PackComponentSchema,
    /** Reads the words that are to be seen in the picture (glyphs). */
    glyphEncoder: PackComponentSchema.optional(),
    transformer: PackComponentSchema,
    /** The expert for low noise (experts). */
    transformer2: PackComponentSchema.optional(),
    imageEncoder: PackComponentSchema.optional(),
    cameraEncoder: PackComponentSchema.optional(),
    vaeEncoder: PackComponentSchema.optional(),
    vaeDecoder: PackComponentSchema,
    /** A tiny decoder of normalised latents, for pictures while a clip is sampled. */
    previewDecoder: PackComponentSchema.optional(),
    lexicon: PackComponentSchema.optional(),
  }).readonly(),
  text: z.strictObject({
    maxTokens: z.int().min(2).max(4_096), dimension: z.int().min(1).max(65_536),
    cleanup: z.enum(['wan', 'none']), padTokenId: z.int().min(0),
    template: TextTemplateSchema.optional(),
  }).readonly(),
  glyphs: PackGlyphsSchema.optional(),
  latent: z.strictObject({
    channels: z.int().min(1).max(1_024),
    temporalCompression: z.int().min(1).max(16), spatialCompression: z.int().min(1).max(64),
    patch: z.tuple([z.int().min(1).max(16), z.int().min(1).max(16), z.int().min(1).max(16)]).readonly(),
    /** One value, or one a channel. */
    mean: z.array(finite).min(1).readonly(), std: z.array(finite.gt(0)).min(1).readonly(),
  }).readonly(),
  vae: PackVaeSchema.optional(),
  decode: PackDecodeSchema.optional(),
  frames: z.strictObject({ min: z.int().min(1), max: z.int().min(1).max(10_000), rate: FrameRateSchema }).readonly(),
  sizes: z.array(z.strictObject({
    width: z.int().min(8).max(8_192), height: z.int().min(8).max(8_192), memoryBytes: bytes,
    memory: StageMemorySchema.optional(),
  }).readonly()).min(1).max(64).readonly(),
  schedule: PackScheduleSchema,
  guidance: z.strictObject({
    scale: finite.min(0).max(30), negativePrompt: z.string().max(10_000),
    /** The scale changes with the timestep, as CogVideoX's dynamic guidance does. */
    isDynamic: z.boolean().optional(),
  }).readonly(),
  abilities: z.strictObject({
    firstFrame: z.boolean(), lastFrame: z.boolean(), latentMask: z.boolean(), negativePrompt: z.boolean(),
  }).readonly(),
  /** Graphs of other makers, bound by position; without an entry a graph has the names of docs/pack-format.md. */
  bindings: z.strictObject({
    textEncoder: GraphBindingSchema.optional(), transformer: GraphBindingSchema.optional(), vaeEncoder: GraphBindingSchema.optional(), vaeDecoder: GraphBindingSchema.optional(),
  }).readonly().optional(),
  experts: PackExpertsSchema.optional(),
  picture: PackPictureSchema.optional(),
  camera: CameraSchema,
  promptDialect: z.enum(['previz', 'wan', 'cogvideox', 'ltx', 'hunyuan15']),
  /** Facts for people; recipes may add their own. */
  provenance: z.looseObject({ recipe: z.string().max(500), trainedOn: z.string().max(2_000), hours: finite.min(0) }).readonly(),
}).superRefine((pack, context) => {
  const { channels, temporalCompression, spatialCompression, patch, mean, std } = pack.latent
  for (const [field, values] of [['mean', mean], ['std', std]] as const) {
    if (values.length !== 1 && values.length !== channels) {
      context.addIssue({ code: 'custom', path: ['latent', field], message: `must hold 1 or ${channels} values, holds ${values.length}` })
    }
  }
  for (const field of ['min', 'max'] as const) {
    if ((pack.frames[field] - 1) % temporalCompression !== 0) {
      context.addIssue({ code: 'custom', path: ['frames', field], message: `must be ${temporalCompression}k + 1` })
    }
  }
  if (pack.vae !== undefined) {
    for (const field of ['tileSize', 'tileStride'] as const) {
      if (pack.vae[field] % spatialCompression !== 0) context.addIssue({ code: 'custom', path: ['vae', field], message: `must be a multiple of ${spatialCompression}` })
    }
    if (pack.vae.tileStride > pack.vae.tileSize) context.addIssue({ code: 'custom', path: ['vae', 'tileStride'], message: 'must not be above tileSize' })
  }
  if (pack.schedule.solver === 'ddim' && pack.schedule.timesteps !== undefined) {
    context.addIssue({ code: 'custom', path: ['schedule', 'timesteps'], message: 'are computed where the solver is ddim' })
  }
  if (pack.schedule.solver === 'dmd' && pack.schedule.timesteps === undefined) {
    context.addIssue({ code: 'custom', path: ['schedule', 'timesteps'], message: 'is needed by the solver dmd' })
  }
  requireTogether('transformer2', 'experts', pack.experts !== undefined)
  requireTogether('imageEncoder', 'picture.embedding', (pack.picture?.embedding ?? null) !== null)
  requireTogether('glyphEncoder', 'glyphs', pack.glyphs !== undefined)
  requireTogether('cameraEncoder', 'camera.kind "pluecker"', pack.camera.kind === 'pluecker')
  if (pack.frames.min > pack.frames.max) context.addIssue({ code: 'custom', path: ['frames', 'min'], message: 'must not be above max' })
  for (const [index, size] of pack.sizes.entries()) {
    if (size.width % (spatialCompression * patch[2]) !== 0 || size.height % (spatialCompression * patch[1]) !== 0) {
      context.addIssue({ code: 'custom', path: ['sizes', index], message: 'must be whole patches of latent cells' })
    }
  }
  if ((pack.abilities.firstFrame || pack.abilities.lastFrame) && pack.components.vaeEncoder === undefined) {
    context.addIssue({ code: 'custom', path: ['components', 'vaeEncoder'], message: 'is needed by abilities.firstFrame and abilities.lastFrame' })
  }

  function requireTogether(component: 'transformer2' | 'imageEncoder' | 'cameraEncoder' | 'glyphEncoder', field: string, isNamed: boolean): void {
    if ((pack.components[component] !== undefined) === isNamed) return
    context.addIssue({ code: 'custom', path: ['components', component], message: isNamed ? `is needed by ${field}` : `is of use only with ${field}` })
  }
}).readonly()
export type PackManifest = z.infer<typeof PackManifestSchema>
export type PackComponentName = keyof PackManifest['components']

/** Words that a closed-vocabulary pack knows, and what other words mean to it. */
export const LexiconSchema = z.strictObject({
  known: z.array(z.string().min(1).max(100)).max(100_000).readonly(),
  synonyms: z.record(z.string().min(1).max(200), z.string().min(1).max(200)).readonly(),
}).readonly()
export type Lexicon = z.infer<typeof LexiconSchema>

/** What a generation at a size needs at its peak: the largest stage where the manifest tells them apart. `share`: of the pack's longest clip, what is decoded whole. */
export function peakBytes({ memoryBytes, memory }: PackManifest['sizes'][number], inTiles: boolean, share = 1): number {
  if (memory === undefined) return memoryBytes
  return Math.max(memory.textEncoder, memory.transformer, inTiles ? memory.vaeDecoderTiled : memory.vaeDecoder * share)
}

/** Every file that a manifest names, each once, by name. */
export function packFilesOf(manifest: PackManifest): readonly PackFile[] {
  const byName = new Map<string, PackFile>()
  for (const component of Object.values(manifest.components)) {
    if (component === undefined) continue
    const { externalData, ...own } = component
    for (const file of [own, ...externalData]) byName.set(file.file, file)
  }
  return [...byName.values()].sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** sha256 over the hashes of all files: the identity of what a pack computes. */
export function manifestDigest(manifest: PackManifest): string {
  return packDigestOf(packFilesOf(manifest).map(({ sha256: hash }) => hash))
}
