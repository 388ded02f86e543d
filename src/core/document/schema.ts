/** The records of a project document, as zod schemas; every type of the document is inferred from them. */
import { z } from 'zod'
import {
  AudioClipIdSchema, CaptionIdSchema, MarkerIdSchema, MediaIdSchema, ProjectIdSchema, SequenceIdSchema,
  ShotIdSchema, TakeIdSchema, TitleIdSchema, TransitionIdSchema,
} from './ids.ts'

/** Schema version of the documents this build writes; older ones are migrated, newer ones refused. */
export const SCHEMA_VERSION = 1

/** Limits that keep a malformed or hostile document from exhausting the program. */
export const LIMITS = Object.freeze({
  promptCharacters: 10_000,
  titleCharacters: 200,
  textCharacters: 2_000,
  shotFrames: 24 * 600,
  shots: 10_000,
  edgePixels: 8_192,
})

const frames = z.int().min(0).max(100_000_000)
const positiveFrames = z.int().min(1).max(LIMITS.shotFrames)
const finite = z.number().refine(Number.isFinite, 'must be a finite number')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a lowercase sha256')
/** A path inside the project folder: relative, forward slashes, no `..`. */
const relativeFile = z.string().min(1).max(400).regex(/^(?!\/)(?![A-Za-z]:)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/, 'must be a relative path inside the project')
const seed = z.int().min(0).max(0xffff_ffff)

export const FrameRateSchema = z.strictObject({ num: z.int().min(1).max(240_000), den: z.int().min(1).max(1_001) }).readonly()
export const FrameSizeSchema = z.strictObject({
  width: z.int().min(16).max(LIMITS.edgePixels),
  height: z.int().min(16).max(LIMITS.edgePixels),
}).readonly()

/** Shot sizes by the lower frame edge on a standing figure (extreme close-up … extreme long shot) and by purpose. */
/** What a continuity report may remark on a pair of neighbours. */
export const CONTINUITY_HINTS = ['line-crossed', 'jump-cut', 'size-repeated', 'direction-reversed', 'exposure-jump', 'palette-jump'] as const

export const SHOT_SIZES = ['ECU', 'BCU', 'CU', 'MCU', 'MS', 'MLS', 'LS', 'ELS', 'INSERT', 'TWO_SHOT', 'OTS', 'POV'] as const
export const ShotSizeSchema = z.enum(SHOT_SIZES)
export const CAMERA_ANGLES = ['eye', 'high', 'low', 'overhead', 'ground', 'dutch'] as const
export const CameraAngleSchema = z.enum(CAMERA_ANGLES)
export const EASINGS = ['linear', 'ease-in', 'ease-out', 'ease-in-out'] as const
export const EasingSchema = z.enum(EASINGS)

/**
 * Named camera moves. The sign of `amount` gives the direction:
 * pan/tilt/roll/orbit/whip-pan in degrees (right, up, clockwise, camera travels right, right), truck/pedestal/dolly/crane/
 * tracking/dolly-zoom in metres (right, up, in, up, right, in), zoom as the ratio of end to start focal length (> 1 is in),
 * handheld as sway in degrees, rack-focus as the focus distance in metres at the end.
 */
export const CAMERA_PRESETS = [
  'static', 'pan', 'tilt', 'roll', 'truck', 'pedestal', 'dolly', 'zoom', 'orbit', 'crane', 'tracking', 'handheld', 'whip-pan', 'dolly-zoom', 'rack-focus',
] as const
export const CameraPresetSchema = z.enum(CAMERA_PRESETS)

const presetMove = {
  preset: CameraPresetSchema,
  amount: finite.min(-720).max(720),
  easing: EasingSchema,
  /** Handheld only: the main frequency of the sway; 0.5 where absent. */
  frequencyHz: finite.min(0.1).max(4).optional(),
}

export const CameraKeyframeSchema = z.strictObject({
  /** Position in the shot, 0 (first frame) to 1 (last frame), so that retiming a shot keeps its camera. */
  at: finite.min(0).max(1),
  /** Metres, relative to the first frame: x right, y up, z forward. */
  position: z.tuple([finite, finite, finite]).readonly(),
  /** Degrees: yaw right, pitch up, roll clockwise. */
  rotation: z.strictObject({ yaw: finite, pitch: finite, roll: finite }).readonly(),
  /** Full-frame equivalent focal length in mm. */
  focalLengthMm: finite.min(4).max(1_200),
  /** Metres from the camera to the plane in focus; absent where focus is left to the model. */
  focusDistanceM: finite.min(0.05).max(1_000).optional(),
  easing: EasingSchema,
}).readonly()

export const CameraMoveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('preset'), ...presetMove }).readonly(),
  /** Presets at once: turns follow one another in their order, travels and zooms add up. */
  z.strictObject({ kind: z.literal('combined'), moves: z.array(z.strictObject(presetMove).readonly()).min(2).max(4).readonly() }).readonly(),
  z.strictObject({ kind: z.literal('keyframes'), keyframes: z.array(CameraKeyframeSchema).min(2).max(64).readonly() }).readonly(),
])

export const SubjectBoxSchema = z.strictObject({
  label: z.string().max(100),
  /** Normalised to the frame, origin at the top left. */
  x: finite.min(0).max(1), y: finite.min(0).max(1), width: finite.min(0.01).max(1), height: finite.min(0.01).max(1),
}).readonly()

export const CompositionSchema = z.strictObject({
  subjectBoxes: z.array(SubjectBoxSchema).max(16).readonly(),
}).readonly()

/** Where the output frame looks into the picture of a take at a moment of the shot. */
export const WindowKeyframeSchema = z.strictObject({
  /** Position in the shot, 0 (first frame) to 1 (last frame). */
  at: finite.min(0).max(1),
  /** Middle of the window, normalised to the picture, origin at the top left. Near a side it is held back, so that the window stays inside. */
  centreX: finite.min(0).max(1), centreY: finite.min(0).max(1),
  /** 1 is the largest window of the frame's shape that fits into the picture, 2 one half as wide. */
  zoom: finite.min(1).max(8),
  /** Degrees by which the window is turned clockwise. */
  rotation: finite.min(-180).max(180),
  easing: EasingSchema,
}).readonly()

/** How a take's picture is put into the output frame: reframing, and the camera move where the pack does not make it. */
export const FramingSchema = z.strictObject({
  /** Empty: the middle of the picture, as large as fits. */
  keyframes: z.array(WindowKeyframeSchema).max(64).readonly(),
  /** The shot's camera is moved over the finished picture; the pack is asked for a static one. */
  isCameraVirtual: z.boolean(),
}).readonly()

/** What a shot takes as given pictures: media or frames of other shots. */
export const ReferencesSchema = z.strictObject({
  firstFrame: MediaIdSchema.nullable(),
  lastFrame: MediaIdSchema.nullable(),
}).readonly()

export const GenerationOverridesSchema = z.strictObject({
  steps: z.int().min(1).max(200).nullable(),
  guidanceScale: finite.min(0).max(30).nullable(),
}).readonly()

export const ShotSchema = z.strictObject({
  id: ShotIdSchema,
  sequenceId: SequenceIdSchema,
  /** Short name for people; the storyboard shows "Shot 3" where it is empty. */
  name: z.string().max(LIMITS.titleCharacters),
  prompt: z.string().max(LIMITS.promptCharacters),
  negativePrompt: z.string().max(LIMITS.promptCharacters),
  /** Length on the timeline in project frames. */
  durationFrames: positiveFrames,
  /** How many project frames of the take are skipped at its head. */
  trimStartFrames: frames,
  seed,
  shotSize: ShotSizeSchema.nullable(),
  angle: CameraAngleSchema.nullable(),
  /** Full-frame equivalent focal length in mm at the start of the shot. */
  lensMm: finite.min(4).max(1_200),
  /** Distance to the subject in metres; turns metres of camera travel into parallax. */
  subjectDistanceM: finite.min(0.1).max(1_000),
  camera: CameraMoveSchema,
  /**
   * Where the camera of frame 0 stands around the subject, seen from above: 0 before its face, 90 at its right hand, 180
   * behind it, -90 at its left. For the continuity report alone; absent or null where the person has not said.
   */
  bearingDegrees: finite.min(-180).max(180).nullable().optional(),
  /** Continuity hints between this shot and the next that the person has seen and dismissed. */
  dismissedHints: z.array(z.enum(CONTINUITY_HINTS)).max(CONTINUITY_HINTS.length).readonly().optional(),
  composition: CompositionSchema,
  /** Absent or null: the take covers the frame, cropped evenly. */
  framing: FramingSchema.nullable().optional(),
  references: ReferencesSchema,
  /** Start from the last frame of this shot's selected take. */
  continuesFrom: ShotIdSchema.nullable(),
  /** null: the project's pack. */
  packId: z.string().min(1).max(100).nullable(),
  overrides: GenerationOverridesSchema,
  selectedTakeId: TakeIdSchema.nullable(),
  /** A locked shot is never regenerated or edited until it is unlocked. */
  isLocked: z.boolean(),
}).readonly()

export const TAKE_OPERATIONS = ['generate', 'retake', 'extend', 'bridge', 'upscale', 'interpolate', 'import'] as const

/** A file of the project folder with what proves that it is the file that was written. */
export const StoredFileSchema = z.strictObject({ file: relativeFile, bytes: z.int().min(0), sha256 }).readonly()

/** Everything that is needed to make a take again. */
export const RecipeSchema = z.strictObject({
  prompt: z.string(),
  negativePrompt: z.string(),
  /** The shot's own words, framing and camera, before they were compiled for the pack; absent in older takes. */
  said: z.strictObject({
    prompt: z.string(), negativePrompt: z.string(), shotSize: ShotSizeSchema.nullable(), angle: CameraAngleSchema.nullable(), camera: CameraMoveSchema, lensMm: finite, subjectDistanceM: finite,
  }).readonly().optional(),
  unknownWords: z.array(z.string()).readonly(),
  seed,
  packId: z.string(),
  packVersion: z.string(),
  /** sha256 over the hashes of the pack's components. */
  packDigest: sha256,
  family: z.string(),
  frameCount: z.int().min(1),
  frameSize: FrameSizeSchema,
  frameRate: FrameRateSchema,
  solver: z.string(),
  steps: z.int().min(1),
  shift: finite,
  guidanceScale: finite,
  camera: CameraMoveSchema,
  lensMm: finite,
  subjectDistanceM: finite,
  /** Given pictures, and the take whose last frame it started from; absent in takes that had none of either. */
  references: ReferencesSchema.optional(),
  continuesFromTakeId: TakeIdSchema.nullable().optional(),
  /** For a retake or an extension: what its new frames were made from. All else is as in the parent's recipe. */
  part: z.strictObject({ prompt: z.string(), unknownWords: z.array(z.string()).readonly(), seed }).readonly().optional(),
  provider: z.string(),
  /** Edge of the tiles in which the VAE ran, in pixels; null: whole; absent in takes of before there were tiles. */
  vaeTileSize: z.int().min(1).nullable().optional(),
  software: z.strictObject({ shotwright: z.string(), onnxruntime: z.string(), platform: z.string() }).readonly(),
  wallSeconds: finite,
}).readonly()

/** How a stretch of a take looks on average, on scales of 0 to 1 (docs/operations.md): what drift is read from. */
export const SegmentSchema = z.strictObject({
  startFrame: frames, endFrame: frames,
  brightness: finite, contrast: finite, colour: finite, sharpness: finite,
}).readonly()

export const TakeSchema = z.strictObject({
  id: TakeIdSchema,
  shotId: ShotIdSchema,
  createdAt: z.iso.datetime(),
  operation: z.enum(TAKE_OPERATIONS),
  /** For a retake or an extension: the frames of this take that were made anew; whole latent frames. */
  range: z.strictObject({ startFrame: frames, endFrame: frames }).readonly().nullable(),
  parentTakeId: TakeIdSchema.nullable(),
  /** signature(shot) at the time of making: differs from today's when the shot is stale. */
  signature: sha256,
  video: StoredFileSchema,
  frameCount: z.int().min(1),
  frameSize: FrameSizeSchema,
  frameRate: FrameRateSchema,
  latents: z.strictObject({ stored: StoredFileSchema, shape: z.array(z.int().min(1)).length(5).readonly() }).readonly().nullable(),
  thumbnail: StoredFileSchema,
  /** The clips that a long take was chained from, in order; absent where one clip was enough. */
  segments: z.array(SegmentSchema).min(2).max(10_000).readonly().optional(),
  /** Made by a pack that only drafts (the embedded one): shown with a DRAFT mark. */
  isDraft: z.boolean(),
  recipe: RecipeSchema.nullable(),
  isStarred: z.boolean(),
  note: z.string().max(LIMITS.textCharacters),
}).readonly()

export const TRANSITION_KINDS = ['dissolve', 'fade', 'dip', 'wipe'] as const
/** A transition between a shot and the next one; both overlap for its length. No record means a cut. */
export const TransitionSchema = z.strictObject({
  id: TransitionIdSchema,
  sequenceId: SequenceIdSchema,
  afterShotId: ShotIdSchema,
  kind: z.enum(TRANSITION_KINDS),
  durationFrames: positiveFrames,
  /** Fade and dip: the colour passed through. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
}).readonly()

/** Where something sits: relative to a shot's start (it travels with the shot), or to the sequence's start. */
export const AnchorSchema = z.strictObject({ shotId: ShotIdSchema.nullable(), offsetFrames: frames }).readonly()

export const CaptionSchema = z.strictObject({
  id: CaptionIdSchema, sequenceId: SequenceIdSchema, anchor: AnchorSchema,
  durationFrames: positiveFrames, text: z.string().max(LIMITS.textCharacters),
}).readonly()

export const TITLE_POSITIONS = ['centre', 'upper', 'lower'] as const
export const TitleSchema = z.strictObject({
  id: TitleIdSchema, sequenceId: SequenceIdSchema, anchor: AnchorSchema,
  durationFrames: positiveFrames, text: z.string().max(LIMITS.textCharacters),
  position: z.enum(TITLE_POSITIONS),
  /** Cap height is derived from it: fraction of the frame height, 0.02 to 0.3. */
  size: finite.min(0.02).max(0.3),
  fadeFrames: frames,
}).readonly()

export const AUDIO_ROLES = ['music', 'voice', 'effects'] as const
export const AudioClipSchema = z.strictObject({
  id: AudioClipIdSchema, sequenceId: SequenceIdSchema, anchor: AnchorSchema, mediaId: MediaIdSchema,
  /** Project frames skipped at the head of the media. */
  trimStartFrames: frames, durationFrames: z.int().min(1).max(100_000_000),
  gainDb: finite.min(-60).max(12), fadeInFrames: frames, fadeOutFrames: frames,
  role: z.enum(AUDIO_ROLES), isMuted: z.boolean(),
}).readonly()

export const MarkerSchema = z.strictObject({
  id: MarkerIdSchema, sequenceId: SequenceIdSchema, anchor: AnchorSchema, text: z.string().max(LIMITS.textCharacters),
}).readonly()

export const MediaSchema = z.strictObject({
  id: MediaIdSchema,
  kind: z.enum(['audio', 'image', 'video']),
  stored: StoredFileSchema,
  displayName: z.string().max(255),
  /** null for stills. */
  durationSeconds: finite.min(0).nullable(),
  frameSize: FrameSizeSchema.nullable(),
  origin: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('import') }).readonly(),
    z.strictObject({ kind: z.literal('tone-bed'), seed, mood: z.enum(['calm', 'bright', 'tense']) }).readonly(),
  ]),
}).readonly()

/** A sequence: its shots in order, without gaps (the primary storyline). */
export const SequenceSchema = z.strictObject({
  id: SequenceIdSchema, title: z.string().max(LIMITS.titleCharacters),
  shotIds: z.array(ShotIdSchema).max(LIMITS.shots).readonly(),
}).readonly()

export const ProjectSchema = z.strictObject({
  id: ProjectIdSchema,
  title: z.string().max(LIMITS.titleCharacters),
  frameRate: FrameRateSchema,
  frameSize: FrameSizeSchema,
  sequenceIds: z.array(SequenceIdSchema).min(1).readonly(),
  /** Pack that shots without one of their own use. */
  packId: z.string().min(1).max(100),
  /** Style words put behind every prompt. */
  styleLine: z.string().max(LIMITS.textCharacters),
}).readonly()

function recordsOf<V extends z.ZodType>(value: V) {
  return z.record(z.string(), value).readonly()
}

/** A whole project document: flat collections of records by id. */
export const ProjectDocumentSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  project: ProjectSchema,
  sequences: recordsOf(SequenceSchema),
  shots: recordsOf(ShotSchema),
  takes: recordsOf(TakeSchema),
  transitions: recordsOf(TransitionSchema),
  captions: recordsOf(CaptionSchema),
  titles: recordsOf(TitleSchema),
  audioClips: recordsOf(AudioClipSchema),
  markers: recordsOf(MarkerSchema),
  media: recordsOf(MediaSchema),
}).readonly()

export type FrameRate = z.infer<typeof FrameRateSchema>
export type FrameSize = z.infer<typeof FrameSizeSchema>
export type ContinuityHintKind = (typeof CONTINUITY_HINTS)[number]
export type ShotSize = z.infer<typeof ShotSizeSchema>
export type CameraAngle = z.infer<typeof CameraAngleSchema>
export type Easing = z.infer<typeof EasingSchema>
export type CameraPreset = z.infer<typeof CameraPresetSchema>
export type PresetMove = Extract<CameraMove, { kind: 'combined' }>['moves'][number]
export type CameraKeyframe = z.infer<typeof CameraKeyframeSchema>
export type CameraMove = z.infer<typeof CameraMoveSchema>
export type WindowKeyframe = z.infer<typeof WindowKeyframeSchema>
export type Framing = z.infer<typeof FramingSchema>
export type Composition = z.infer<typeof CompositionSchema>
export type References = z.infer<typeof ReferencesSchema>
export type Shot = z.infer<typeof ShotSchema>
export type StoredFile = z.infer<typeof StoredFileSchema>
export type Recipe = z.infer<typeof RecipeSchema>
export type Segment = z.infer<typeof SegmentSchema>
export type Take = z.infer<typeof TakeSchema>
export type TransitionKind = (typeof TRANSITION_KINDS)[number]
export type Transition = z.infer<typeof TransitionSchema>
export type Anchor = z.infer<typeof AnchorSchema>
export type Caption = z.infer<typeof CaptionSchema>
export type Title = z.infer<typeof TitleSchema>
export type AudioClip = z.infer<typeof AudioClipSchema>
export type Marker = z.infer<typeof MarkerSchema>
export type Media = z.infer<typeof MediaSchema>
export type Sequence = z.infer<typeof SequenceSchema>
export type Project = z.infer<typeof ProjectSchema>
export type ProjectDocument = z.infer<typeof ProjectDocumentSchema>
/** The collections of a document, as diffs name them. */
export type CollectionName = Exclude<keyof ProjectDocument, 'schemaVersion' | 'project'>
