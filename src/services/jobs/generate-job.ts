/** What is fixed when a generation is asked for, as the queue keeps it; everything else is read when it runs. */
import { z } from 'zod'

/** New frames in a take that exists: a retake, or an extension. */
export const PartOfTakeSchema = z.object({
  kind: z.enum(['retake', 'extend']),
  parentTakeId: z.string(),
  /** Frames of the new take that are made anew; whole latent frames. */
  range: z.object({ startFrame: z.int(), endFrame: z.int() }),
  /** Frame of the new take at which the parent's frame 0 lies. */
  offsetFrames: z.int(),
  /** Of the new take. */
  frameCount: z.int(),
  /** null: the words of the parent. */
  prompt: z.string().nullable(),
})
export type PartOfTake = z.infer<typeof PartOfTakeSchema>

const FramesOfTakeSchema = z.object({ takeId: z.string(), startFrame: z.int(), frameCount: z.int() })

/** A clip from the end of one take to the start of another; both are context but for the pictures that it begins and ends with. */
export const BridgeSchema = z.object({ frameCount: z.int(), from: FramesOfTakeSchema, to: FramesOfTakeSchema })
export type Bridge = z.infer<typeof BridgeSchema>

export const GenerateJobSchema = z.object({
  shotId: z.string(),
  /** Chosen beforehand, so that a job begun twice never makes two takes. */
  takeId: z.string(),
  /** null: the shot's own. */
  seed: z.int().nullable(),
  /** Only the first of several variations is shown at once. */
  selects: z.boolean(),
  /** The take that the shot showed when this was asked for. */
  selectedTakeId: z.string().nullable(),
  part: PartOfTakeSchema.optional(),
  bridge: BridgeSchema.optional(),
})
export type GenerateJob = z.infer<typeof GenerateJobSchema>
