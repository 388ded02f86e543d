/** The studio contract: everything that a window, a browser page or the command line can ask of the studio. */
import { z } from 'zod'
import { FrameRateSchema, FrameSizeSchema, ProjectDocumentSchema } from '#core/document/schema.ts'
import { ExportPresetSchema } from '#core/export/preset.ts'
import { CatalogueEntrySchema } from './pack-catalogue.ts'
import { ExportResultSchema, GraphicsCardSchema, JobStageSchema, ProgressSchema, ProviderReportSchema } from './engine-api.ts'

const projectId = z.string()
const empty = z.object({})

export const ProjectSummarySchema = z.object({
  projectId, title: z.string(), folder: z.string(), updatedAt: z.string(), frameSize: FrameSizeSchema,
  shotCount: z.int(), durationFrames: z.int(), frameRate: FrameRateSchema,
  /** Take whose thumbnail stands for the project. */
  posterTakeId: z.string().nullable(),
  /** The project's folder is gone or unreadable. */
  isMissing: z.boolean(),
})
export type ProjectSummary = z.infer<typeof ProjectSummarySchema>

const HistoryStateSchema = z.object({ canUndo: z.boolean(), canRedo: z.boolean(), undoLabel: z.string().nullable(), redoLabel: z.string().nullable() })

export const ProjectSnapshotSchema = z.object({ document: ProjectDocumentSchema, revision: z.int(), folder: z.string(), history: HistoryStateSchema })
export type ProjectSnapshot = z.infer<typeof ProjectSnapshotSchema>

/** A diff as it travels; core applies it. Its records were checked against the document schema by the side that made it. */
const WireDiffSchema = z.object({ project: z.tuple([z.unknown(), z.unknown()]).nullable(), collections: z.record(z.string(), z.unknown()) })

export const EditResultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), revision: z.int(), diff: WireDiffSchema, label: z.string() }),
  z.object({ ok: z.literal(false), rejected: z.string(), message: z.string(), remedy: z.string() }),
])
export type EditResult = z.infer<typeof EditResultSchema>

const WireErrorSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string(), detail: z.string().optional() })

export const JobSchema = z.object({
  jobId: z.string(), projectId,
  kind: z.enum(['generate', 'export']),
  /** For people: "Shot 3 · a red car…" or "Export for TikTok". */
  label: z.string(),
  shotId: z.string().nullable(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  stage: JobStageSchema,
  progress: ProgressSchema.nullable(),
  error: WireErrorSchema.nullable(),
  /** The take that a finished generation made. */
  takeId: z.string().nullable(),
  exportResult: ExportResultSchema.nullable(),
  createdAt: z.string(), finishedAt: z.string().nullable(),
})
export type Job = z.infer<typeof JobSchema>

export const PackSummarySchema = z.object({
  packId: z.string(), name: z.string(), version: z.string(), family: z.string(), description: z.string(), folder: z.string(),
  state: z.enum(['ready', 'corrupt', 'missing']), error: WireErrorSchema.nullable(),
  packDigest: z.string().nullable(), bytes: z.int(), isEmbedded: z.boolean(), isDraft: z.boolean(),
  licence: z.object({ spdx: z.string(), name: z.string(), url: z.string().nullable(), excludedRegions: z.array(z.string()) }),
  sizes: z.array(FrameSizeSchema), frameRate: FrameRateSchema, minFrames: z.int(), maxFrames: z.int(), frameStep: z.int(),
  steps: z.int(), guidanceScale: z.number(), camera: z.enum(['none', 'prompt', 'flow', 'pluecker']), promptDialect: z.string(),
  abilities: z.object({ firstFrame: z.boolean(), lastFrame: z.boolean(), latentMask: z.boolean(), negativePrompt: z.boolean() }),
  /** null where the pack knows an open vocabulary. */
  knownWords: z.object({ known: z.array(z.string()), synonyms: z.record(z.string(), z.string()) }).nullable(),
  /** Measured on this machine; null before the first run. */
  secondsPerStep: z.number().nullable(),
  /** What each size needs, as the manifest says. */
  memory: z.array(z.object({
    width: z.int(), height: z.int(), bytes: z.number(),
    /** With the clip decoded in tiles. */
    leastBytes: z.number().optional(),
  })).optional(),
  /** The folder in which a pack that is only linked really lies. */
  linkedFrom: z.string().nullable().optional(),
  /** It lies in the packs folder and can be taken away. */
  isRemovable: z.boolean().optional(),
})
export type PackSummary = z.infer<typeof PackSummarySchema>

const seed = z.int().min(0).max(0xffff_ffff)
/** Frames of a take, at the take's own rate, end exclusive. */
const takeRange = z.object({ startFrame: z.int().min(0), endFrame: z.int().min(1) })
const operationCommons = {
  /** null: a fresh one for each variation. A given seed is that of the first variation. */
  seed: seed.nullable(),
  variations: z.int().min(1).max(8),
}
/** null: the words that the parent take was made from. The shot's own prompt is not touched. */
const operationPrompt = z.string().max(10_000).nullable()
/** The shot that gets the takes, where that is not the take's own: copies and split parts show the take of another shot. */
const forShotId = z.string().nullable().optional()

/** What can be made of takes that exist (docs/operations.md). Nothing is overwritten: every operation makes new takes. */
export const OperationSchema = z.discriminatedUnion('kind', [
  /** A part of a take anew; the range is widened to whole latent frames. */
  z.object({ kind: z.literal('retake'), takeId: z.string(), shotId: forShotId, range: takeRange, prompt: operationPrompt, ...operationCommons }),
  /** More frames before or behind a take; their count is raised to whole latent frames. */
  z.object({ kind: z.literal('extend'), takeId: z.string(), shotId: forShotId, side: z.enum(['before', 'after']), frames: z.int().min(1).max(100_000), prompt: operationPrompt, ...operationCommons }),
  /** A new shot between two neighbours that leads from the end of one to the start of the other; frames of the pack's rate. */
  z.object({ kind: z.literal('bridge'), fromShotId: z.string(), toShotId: z.string(), frames: z.int().min(1).max(100_000), prompt: z.string().max(10_000), ...operationCommons }),
])
export type Operation = z.infer<typeof OperationSchema>

/** A pack on its way in: a download, a copy from a folder, or damaged files fetched anew. */
export const PackInstallSchema = z.object({
  installId: z.string(), kind: z.enum(['download', 'import', 'repair', 'move']), entryId: z.string().nullable(), packId: z.string(), name: z.string(),
  /** waiting: another process brings in the same pack. retrying: the connection was lost and is tried again. */
  state: z.enum(['waiting', 'running', 'retrying', 'checking', 'paused', 'failed', 'done', 'cancelled']),
  /** The file under way, and its number from 1. */
  file: z.string().nullable(), fileNumber: z.int(), fileCount: z.int(),
  completedBytes: z.number(), totalBytes: z.number().nullable(), bytesPerSecond: z.number().nullable(), remainingSeconds: z.number().nullable(),
  error: WireErrorSchema.nullable(),
  /** Files whose hashes nobody has told us: computed, pinned, and not compared with a known value. */
  uncheckedFiles: z.array(z.string()),
})
export type PackInstall = z.infer<typeof PackInstallSchema>

const CatalogueAnswerSchema = z.object({
  entries: z.array(z.object({
    entry: CatalogueEntrySchema, terms: z.array(z.string()),
    acceptedAt: z.string().nullable(), isInstalled: z.boolean(),
  })),
  asOf: z.string(), installs: z.array(PackInstallSchema),
  folder: z.string(), isDefaultFolder: z.boolean(), mirror: z.string().nullable(), freeBytes: z.number().nullable(), machineMemoryBytes: z.number(),
})
export type CatalogueAnswer = z.infer<typeof CatalogueAnswerSchema>

export const BadPackFileSchema = z.object({ file: z.string(), bytes: z.int(), problem: z.enum(['missing', 'size', 'contents', 'link']) })
export type BadPackFile = z.infer<typeof BadPackFileSchema>

export const DoctorReportSchema = z.object({
  version: z.string(), node: z.string(), platform: z.string(), onnxruntime: z.string().nullable(),
  providers: z.array(ProviderReportSchema),
  ffmpeg: z.object({ path: z.string(), version: z.string(), source: z.string(), encoders: z.array(z.string()) }).nullable(),
  /** Which device was asked for ("automatic", or a provider) and which one generations run on; null where none works. */
  device: z.object({ setting: z.string(), chosen: z.string().nullable(), message: z.string().nullable() }),
  cards: z.array(GraphicsCardSchema),
  memory: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
  disk: z.object({ folder: z.string(), freeBytes: z.number(), totalBytes: z.number() }).nullable(),
  packs: z.array(z.object({
    packId: z.string(), state: z.string(), message: z.string().nullable(), name: z.string(), bytes: z.number(),
    /** The least that its smallest and its largest size need; null for a pack that cannot be read. */
    memoryBytes: z.object({ least: z.number(), most: z.number() }).nullable(),
  })),
  library: z.object({ file: z.string(), integrity: z.string(), schemaVersion: z.int(), journalMode: z.string(), synchronous: z.int() }),
  problems: z.array(WireErrorSchema),
})
export type DoctorReport = z.infer<typeof DoctorReportSchema>

export const STUDIO_CONTRACT = {
  methods: {
    'app.info': { input: empty, output: z.object({ version: z.string(), host: z.enum(['electron', 'web', 'cli']), platform: z.string(), canPickFiles: z.boolean(), mediaBaseUrl: z.string() }) },
    /** `fresh` asks the drivers again instead of remembering what they said since the start. */
    'app.doctor': { input: z.object({ fresh: z.boolean().optional() }), output: DoctorReportSchema },

    'library.list': { input: empty, output: z.object({ projects: z.array(ProjectSummarySchema), lastProjectId: z.string().nullable() }) },
    'library.forget': { input: z.object({ projectId }), output: empty },

    /** With a script, its shots are made at once. Without a folder, one is made in the studio's projects folder. */
    'project.create': {
      input: z.object({ title: z.string().min(1).max(200), frameSize: FrameSizeSchema, frameRate: FrameRateSchema, script: z.string().max(2_000_000).nullable(), folder: z.string().nullable() }),
      output: ProjectSnapshotSchema,
    },
    /** Makes one of core/samples as a new project: shots, titles, captions, transitions and music. */
    'project.createSample': { input: z.object({ sampleId: z.string(), folder: z.string().nullable() }), output: ProjectSnapshotSchema },
    'project.open': { input: z.object({ projectId: z.string().nullable(), folder: z.string().nullable() }), output: ProjectSnapshotSchema },
    'project.dispatch': { input: z.object({ projectId, command: z.object({ type: z.string(), payload: z.unknown() }), coalesceKey: z.string().nullable() }), output: EditResultSchema },
    'project.undo': { input: z.object({ projectId }), output: EditResultSchema },
    'project.redo': { input: z.object({ projectId }), output: EditResultSchema },
    /** Writes project.json now (it is also written on idle); edits are durable before that. */
    'project.save': { input: z.object({ projectId }), output: z.object({ file: z.string(), revision: z.int() }) },
    'project.close': { input: z.object({ projectId }), output: empty },

    'pack.list': { input: empty, output: z.object({ packs: z.array(PackSummarySchema) }) },
    /** Hashes every file; progress comes as pack.verifyProgress. Throws what is wrong with the manifest; what is wrong with files is the answer. */
    'pack.verify': {
      input: z.object({ packId: z.string() }),
      output: z.object({ packDigest: z.string(), bytes: z.number(), badFiles: z.array(BadPackFileSchema), canRepair: z.boolean() }),
    },
    'pack.catalogue': { input: empty, output: CatalogueAnswerSchema },
    /** Records that a person accepted the terms of an entry's licence: which, and when. */
    'pack.acceptTerms': { input: z.object({ entryId: z.string() }), output: z.object({ acceptedAt: z.string() }) },
    /** Starts a download, or goes on with one; its course comes as pack.installProgress. */
    'pack.install': { input: z.object({ entryId: z.string() }), output: PackInstallSchema },
    'pack.pause': { input: z.object({ installId: z.string() }), output: PackInstallSchema },
    'pack.resume': { input: z.object({ installId: z.string() }), output: PackInstallSchema },
    /** Stops and removes what was fetched so far. */
    'pack.cancelInstall': { input: z.object({ installId: z.string() }), output: empty },
    /** Brings in a pack, or a community folder of the catalogue, from a folder or drive; answers when it is there. link: used where it lies, unchanged. */
    'pack.import': {
      input: z.object({ folder: z.string().min(1).max(4_096), mode: z.enum(['copy', 'link']), entryId: z.string().nullable().default(null) }),
      output: z.object({ packId: z.string(), name: z.string(), uncheckedFiles: z.array(z.string()) }),
    },
    /** Fetches only the files that do not match their hashes. */
    'pack.repair': { input: z.object({ packId: z.string() }), output: PackInstallSchema },
    /** Which projects would miss a pack. */
    'pack.usage': { input: z.object({ packId: z.string() }), output: z.object({ projects: z.array(z.object({ projectId, title: z.string() })), bytes: z.number(), isLinked: z.boolean() }) },
    'pack.remove': { input: z.object({ packId: z.string() }), output: z.object({ freedBytes: z.number() }) },
    /** Moves the installed packs to another folder and uses that one from now on; null: the studio's own. */
    'pack.moveFolder': { input: z.object({ folder: z.string().max(4_096).nullable() }), output: z.object({ folder: z.string(), movedPacks: z.int() }) },
    /** Takes the place of https://huggingface.co in every download address; null: none. */
    'pack.setMirror': { input: z.object({ address: z.string().max(500).nullable() }), output: z.object({ address: z.string().nullable() }) },

    /** shotIds null: every stale shot. Locked shots are left out and named in `skipped`. */
    'job.generate': {
      input: z.object({ projectId, shotIds: z.array(z.string()).nullable(), variations: z.int().min(1).max(8), newSeeds: z.boolean() }),
      output: z.object({ jobIds: z.array(z.string()), skipped: z.array(z.object({ shotId: z.string(), reason: z.string(), message: z.string().default(''), remedy: z.string().default('') })) }),
    },
    /** Throws where the takes, the pack or the lock of the shot do not allow it. `shotId`: the shot that gets the takes; new for a bridge. */
    'job.operate': { input: z.object({ projectId, operation: OperationSchema }), output: z.object({ jobIds: z.array(z.string()), shotId: z.string() }) },
    /** Without an output file, the project's exports folder and a free name are used. */
    'job.export': {
      input: z.object({ projectId, sequenceId: z.string().nullable(), presetId: z.string(), outputFile: z.string().nullable(), overwrite: z.boolean(), allowDrafts: z.boolean(), markDrafts: z.boolean(), contactSheet: z.boolean() }),
      output: z.object({ jobId: z.string() }),
    },
    'job.list': { input: z.object({ projectId: z.string().nullable() }), output: z.object({ jobs: z.array(JobSchema) }) },
    'job.cancel': { input: z.object({ jobId: z.string() }), output: empty },

    'media.import': { input: z.object({ projectId, file: z.string() }), output: z.object({ mediaId: z.string() }) },
    /** A file that a person chose or dropped in a window: its contents, since pages do not learn where files lie. At most 20 MiB. */
    'media.importContents': { input: z.object({ projectId, name: z.string().min(1).max(255), base64: z.base64().max(28_000_000) }), output: z.object({ mediaId: z.string() }) },
    'media.toneBed': { input: z.object({ projectId, seconds: z.number().min(0.5).max(600), seed: z.int().min(0), mood: z.enum(['calm', 'bright', 'tense']) }), output: z.object({ mediaId: z.string() }) },

    'export.presets': { input: empty, output: z.object({ presets: z.array(ExportPresetSchema) }) },

    /** The system's save dialog, where app.info says canPickFiles; null when the person closes it. The system asks before an existing file is named. */
    'host.pickSaveFile': { input: z.object({ suggestedName: z.string().min(1).max(200) }), output: z.object({ file: z.string().nullable() }) },
    /** The system's folder dialog, where app.info says canPickFiles; null when the person closes it. */
    'host.pickFolder': { input: empty, output: z.object({ folder: z.string().nullable() }) },
    /** Shows the file of a finished export in the system's file manager. */
    'host.showExport': { input: z.object({ jobId: z.string() }), output: empty },

    'settings.get': { input: empty, output: z.object({ values: z.record(z.string(), z.unknown()) }) },
    'settings.set': { input: z.object({ key: z.string().max(100), value: z.json() }), output: empty },
  },
  events: {
    'project.changed': z.object({ projectId, revision: z.int(), diff: WireDiffSchema, source: z.enum(['user', 'engine', 'load']), label: z.string(), history: HistoryStateSchema }),
    'job.updated': JobSchema,
    /** A picture of a job under way; `url` is relative to mediaBaseUrl. */
    'job.preview': z.object({ jobId: z.string(), shotId: z.string().nullable(), step: z.int(), steps: z.int(), url: z.string() }),
    'engine.state': z.object({ state: z.enum(['idle', 'busy', 'restarting', 'down']), message: z.string().nullable() }),
    'library.changed': z.object({}),
    'pack.installProgress': PackInstallSchema,
    'pack.verifyProgress': z.object({ packId: z.string(), file: z.string(), completedBytes: z.number(), totalBytes: z.number() }),
    /** The list of installed packs, or what the catalogue says of them, is another one. */
    'pack.changed': z.object({}),
  },
} as const
export type StudioContract = typeof STUDIO_CONTRACT

/**
 * Paths below mediaBaseUrl, all with Range support; ids only, never file paths:
 * takes/{projectId}/{takeId}/video | takes/{projectId}/{takeId}/thumbnail | media/{projectId}/{mediaId} |
 * previews/{jobId}/{step} | exports/{jobId}/video | exports/{jobId}/contact-sheet | fonts/{file}
 */
export function takeVideoPath(project: string, take: string): string {
  return `takes/${project}/${take}/video`
}
export function takeThumbnailPath(project: string, take: string): string {
  return `takes/${project}/${take}/thumbnail`
}
export function mediaPath(project: string, media: string): string {
  return `media/${project}/${media}`
}
