/** Export presets: what a platform asks for, as versioned data. */
import { z } from 'zod'
import { FrameRateSchema, FrameSizeSchema } from '../document/schema.ts'

export const ExportPresetSchema = z.strictObject({
  id: z.string().min(1).max(60),
  name: z.string().min(1).max(100),
  platform: z.string().min(1).max(60),
  /** Date on which the figures were looked up, and where. */
  asOf: z.iso.date(),
  source: z.string(),
  frameSize: FrameSizeSchema,
  /** null: the project's own rate. */
  frameRate: FrameRateSchema.nullable(),
  video: z.strictObject({
    codec: z.enum(['h264']), profile: z.enum(['high']), crf: z.int().min(0).max(51),
    maxBitrateKbps: z.int().min(100), keyframeSeconds: z.number().min(0.1).max(20),
  }).readonly(),
  audio: z.strictObject({ codec: z.enum(['aac']), bitrateKbps: z.int().min(32), sampleRate: z.int(), channels: z.int() }).readonly(),
  limits: z.strictObject({ minSeconds: z.number(), maxSeconds: z.number(), maxBytes: z.int().nullable() }).readonly(),
  /** Normalised margins that the platform's own buttons and texts cover. */
  safeArea: z.strictObject({ top: z.number(), right: z.number(), bottom: z.number(), left: z.number() }).readonly(),
  verified: z.boolean(),
}).readonly()
export type ExportPreset = z.infer<typeof ExportPresetSchema>
