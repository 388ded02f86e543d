/** The engine contract: what the studio asks of the process that runs models and ffmpeg. Paths cross it, frames never do. */
import { z } from 'zod'
import { CameraMoveSchema, FrameRateSchema, FrameSizeSchema, ProjectDocumentSchema, SegmentSchema, StoredFileSchema } from '#core/document/schema.ts'
import { ExportPresetSchema } from '#core/export/preset.ts'

const absoluteFile = z.string().min(1)
const bytes = z.int().min(0)

/** Stages in the order in which a job goes through them. */
export const JOB_STAGES = ['queued', 'verifying', 'encoding-text', 'loading', 'sampling', 'decoding', 'writing', 'composing', 'encoding', 'checking', 'done'] as const
export const JobStageSchema = z.enum(JOB_STAGES)
export type JobStage = z.infer<typeof JobStageSchema>

/** Counted progress: `completed` of `total` units of the stage, and the fraction of the whole job. */
export const ProgressSchema = z.object({
  jobId: z.string(),
  stage: JobStageSchema,
  completed: z.int().min(0),
  total: z.int().min(0),
  fraction: z.number().min(0).max(1),
  elapsedMs: z.number().min(0),
  /** null until at least one counted unit was timed. */
  remainingMs: z.number().min(0).nullable(),
})
export type Progress = z.infer<typeof ProgressSchema>

/** A picture of the clip while it is still being sampled. */
export const PreviewSchema = z.object({ jobId: z.string(), step: z.int(), steps: z.int(), file: absoluteFile })

/** Frames of an existing video that the clip is given beside its own: temporalCompression * k + 1 of them. */
const FramesOfVideoSchema = z.object({
  videoFile: absoluteFile, startFrame: z.int().min(0), frameCount: z.int().min(1),
  /** How the camera moved over that whole video; null or absent: not known, taken for at rest. */
  camera: z.object({ move: CameraMoveSchema, lensMm: z.number(), subjectDistanceM: z.number(), frameCount: z.int().min(1) }).nullable().optional(),
})

export const KnownFramesSchema = z.object({
  /** Picture (or last frame of a clip) that fixes frame 0. */
  firstFrame: absoluteFile.nullable(),
  lastFrame: absoluteFile.nullable(),
  /** Latents of a parent take; frames outside `regenerate` are kept. Range in frames of the new take, end exclusive. */
  parent: z.object({
    latentsFile: absoluteFile, shape: z.array(z.int()).length(5), regenerate: z.object({ startFrame: z.int().min(0), endFrame: z.int().min(1) }),
    /** The parent's own pictures: kept frames are copied from it. Absent: they are decoded from the latents. */
    videoFile: absoluteFile.nullable().optional(),
    /** Frame of the new take at which the parent's frame 0 lies; absent: 0. */
    offsetFrames: z.int().min(0).optional(),
  }).nullable(),
  /** Encoded and put before the clip as latent frames: its last frame is frame 0 of the take, the others are context. */
  lead: FramesOfVideoSchema.nullable().optional(),
  /** The same at the end: its first frame is the take's last one. */
  tail: FramesOfVideoSchema.nullable().optional(),
})

export const GenerateRequestSchema = z.object({
  jobId: z.string(),
  packFolder: absoluteFile,
  /** Compiled for the pack's dialect. */
  prompt: z.string().max(200_000),
  negativePrompt: z.string().max(200_000),
  seed: z.int().min(0).max(0xffff_ffff),
  frameCount: z.int().min(1),
  frameSize: FrameSizeSchema,
  camera: CameraMoveSchema,
  lensMm: z.number(),
  subjectDistanceM: z.number(),
  steps: z.int().min(1).nullable(),
  guidanceScale: z.number().nullable(),
  known: KnownFramesSchema.nullable(),
  /** Existing folder for the take's files; the engine writes video.mp4, latents.bin and thumbnail.jpg there, atomically. */
  outputFolder: absoluteFile,
  /** The execution provider to run on: this one or none. */
  provider: z.string(),
  /** 'smaller': the VAE runs in smaller tiles than it would, after the memory was not enough; absent: as it fits. */
  vaeTiles: z.enum(['usual', 'smaller']).optional(),
  /** Where the state between steps is kept, so that the same request goes on from there; null or absent: nowhere. */
  checkpointFile: absoluteFile.nullable().optional(),
})
export type GenerateRequest = z.infer<typeof GenerateRequestSchema>

export const GenerateResultSchema = z.object({
  video: StoredFileSchema,
  latents: z.object({ stored: StoredFileSchema, shape: z.array(z.int()).length(5) }),
  thumbnail: StoredFileSchema,
  /** The clips that a long take was chained from; absent where one was enough. */
  segments: z.array(SegmentSchema).optional(),
  frameCount: z.int(),
  frameSize: FrameSizeSchema,
  frameRate: FrameRateSchema,
  unknownWords: z.array(z.string()),
  packVersion: z.string(),
  packDigest: z.string(),
  family: z.string(),
  solver: z.string(),
  steps: z.int(),
  shift: z.number(),
  guidanceScale: z.number(),
  /** Edge of the VAE's tiles in pixels; null: the clip went through it whole. */
  vaeTileSize: z.int().nullable().optional(),
  provider: z.string(),
  onnxruntime: z.string(),
  wallSeconds: z.number(),
  /** Seconds of one denoising step (median): what estimates are made of. */
  secondsPerStep: z.number(),
})
export type GenerateResult = z.infer<typeof GenerateResultSchema>

export const ExportRequestSchema = z.object({
  jobId: z.string(),
  document: ProjectDocumentSchema,
  sequenceId: z.string(),
  projectFolder: absoluteFile,
  preset: ExportPresetSchema,
  outputFile: absoluteFile,
  overwrite: z.boolean(),
  /** Burn a DRAFT mark into shots whose take is a draft. */
  markDrafts: z.boolean(),
  contactSheetFile: absoluteFile.nullable(),
})
export type ExportRequest = z.infer<typeof ExportRequestSchema>

export const ExportResultSchema = z.object({
  file: absoluteFile, bytes, sha256: z.string(), frameCount: z.int(), durationSeconds: z.number(), frameSize: FrameSizeSchema,
  contactSheetFile: absoluteFile.nullable(), wallSeconds: z.number(),
})
export type ExportResult = z.infer<typeof ExportResultSchema>

export const ProviderReportSchema = z.object({
  provider: z.string(), available: z.boolean(),
  /** Why it was refused, in a sentence; null where it works. */
  reason: z.string().nullable(),
  /** What to install or change to get it; null where it works or cannot work here. */
  remedy: z.string().nullable(),
  probeMs: z.number(),
})
export type ProviderReport = z.infer<typeof ProviderReportSchema>

/** A graphics card as the system describes it. */
export const GraphicsCardSchema = z.object({
  name: z.string(), vendor: z.string(), driver: z.string().nullable(),
  /** null where the system does not tell. */
  memoryBytes: z.number().min(0).nullable(), freeBytes: z.number().min(0).nullable(),
  /** Which tool said so: "nvidia-smi", "sysfs". */
  source: z.string(),
})
export type GraphicsCard = z.infer<typeof GraphicsCardSchema>

export const DeviceSurveySchema = z.object({
  cards: z.array(GraphicsCardSchema),
  /** The machine's own memory: what a process may still take, and all of it. */
  system: z.object({ freeBytes: z.number().min(0), totalBytes: z.number().min(0) }),
})
export type DeviceSurvey = z.infer<typeof DeviceSurveySchema>

export const MediaProbeSchema = z.object({
  format: z.string(), durationSeconds: z.number().nullable(), bytes,
  video: z.object({
    codec: z.string(),
    /** As shown, after rotation. */
    frameSize: FrameSizeSchema,
    frameRate: FrameRateSchema, frameCount: z.int().nullable(), pixelFormat: z.string(),
    /** Clockwise quarter turns noted in the file: 0, 90, 180 or 270. */
    rotationDegrees: z.int().optional(),
    isVariableFrameRate: z.boolean().optional(),
  }).nullable(),
  audio: z.object({ codec: z.string(), sampleRate: z.int(), channels: z.int() }).nullable(),
})
export type MediaProbe = z.infer<typeof MediaProbeSchema>

export const ENGINE_CONTRACT = {
  methods: {
    /** Heartbeat; answers between steps. */
    'engine.ping': { input: z.object({}), output: z.object({ pid: z.int(), busyWith: z.string().nullable() }) },
    /** What the person decided about the engine's tools; said before anything else is asked, and again when it changes. */
    'engine.configure': { input: z.object({ ffmpegPath: z.string().nullable() }), output: z.object({}) },
    /** The execution providers that are worth trying on this platform, fastest first. */
    'provider.list': { input: z.object({}), output: z.object({ providers: z.array(z.string()), onnxruntime: z.string() }) },
    /** Runs a one-node model on a provider. A broken driver may take the process down: ask a process that is kept for this alone. */
    'provider.try': { input: z.object({ provider: z.string() }), output: z.object({ works: z.boolean(), said: z.string() }) },
    /** Graphics cards and memory, as the system's own tools tell; loads no driver. */
    'device.survey': { input: z.object({}), output: DeviceSurveySchema },
    /** Checks manifest and hashes of a pack; throws PACK_MALFORMED, MODEL_MISSING or MODEL_CORRUPT. */
    'pack.verify': { input: z.object({ packFolder: absoluteFile }), output: z.object({ packDigest: z.string(), bytes }) },
    'take.generate': { input: GenerateRequestSchema, output: GenerateResultSchema },
    'sequence.export': { input: ExportRequestSchema, output: ExportResultSchema },
    'media.probe': { input: z.object({ file: absoluteFile }), output: MediaProbeSchema },
    /** Writes a 48 kHz stereo WAV of generated music. */
    'media.toneBed': {
      input: z.object({ file: absoluteFile, seconds: z.number().min(0.5).max(600), seed: z.int(), mood: z.enum(['calm', 'bright', 'tense']) }),
      output: z.object({ bytes, sha256: z.string(), durationSeconds: z.number() }),
    },
    /** Which ffmpeg and ffprobe are used, where from, and which encoders work. */
    'media.tools': {
      input: z.object({}),
      output: z.object({ ffmpeg: z.string(), ffprobe: z.string(), source: z.string(), version: z.string(), encoders: z.array(z.string()) }),
    },
  },
  events: { 'job.progress': ProgressSchema, 'job.preview': PreviewSchema },
} as const
export type EngineContract = typeof ENGINE_CONTRACT
