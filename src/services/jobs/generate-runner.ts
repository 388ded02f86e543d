/** Carries out a generation: compiles the shot as it is now, has the engine make it, proves the files, records the take. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import { isRejection, type CommandEnvelope } from '#core/commands/command.ts'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { shotLabel } from '#core/document/records.ts'
import { TakeSchema, type Recipe, type Shot, type Take } from '#core/document/schema.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import { packIdOf } from '#core/planning/shot-state.ts'
import { signatureOf } from '#core/planning/signature.ts'
import { timestamp, type Clock } from '../clock.ts'
import type { EngineSupervisor } from '../engine/engine-supervisor.ts'
import { flushFolder, writeFileAtomically } from '../files/atomic-write.ts'
import { writeError } from '../files/file-errors.ts'
import { proveStoredFile } from '../media/stored-files.ts'
import type { PackRegistry } from '../packs/pack-registry.ts'
import type { OpenProject } from '../projects/open-project.ts'
import { takesFolder } from '../projects/project-folder.ts'
import type { ProjectStore } from '../projects/project-store.ts'
import type { JobRow } from '../storage/job-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { checkpointFile, hasCheckpoint, sweepCheckpoints } from './checkpoints.ts'
import { GenerateJobSchema, type Bridge, type GenerateJob, type PartOfTake } from './generate-job.ts'
import { bridgeGeneration, shotGeneration, stagedTakeFolder, takeFolder, type ShotGeneration, type ShotGenerationContext } from './generate-request.ts'
import type { JobRunContext, JobRunner, JobYield } from './job-runner.ts'
import { runWithinMemory } from './run-within-memory.ts'
import { parentOf, requireParentPack, type RemadeTake } from './parent-take.ts'
import { partGeneration, type PartGeneration } from './part-request.ts'

export interface GenerateRunnerInit {
  readonly projects: ProjectStore
  readonly packs: PackRegistry
  readonly engine: EngineSupervisor
  /** What the device of a provider has free; null where it does not tell. */
  readonly freeBytes: (provider: string) => Promise<number | null>
  readonly tables: LibraryTables
  readonly clock: Clock
  /** The execution provider to use: the first of the person's order that works. */
  readonly provider: (signal: AbortSignal) => Promise<string>
  readonly software: { readonly shotwright: string; readonly platform: string }
}

const TAKE_RECORD = 'take.json'

export function generateRunner(init: GenerateRunnerInit): JobRunner {
  return {
    isReady: () => !init.engine.isDown,
    run: (job, context) => runGeneration(init, job, context),
    canResume: (job) => {
      const project = init.projects.peek(job.projectId)
      return project !== null && hasCheckpoint(project.folder, takeIdOf(job))
    },
    onEnded: (job) => {
      const project = init.projects.peek(job.projectId)
      if (project) sweepCheckpoints(project.folder, (takeId) => takeId !== takeIdOf(job))
    },
  }
}

/** The take that a generation is to make. */
export function takeIdOf(job: JobRow): string {
  return GenerateJobSchema.parse(JSON.parse(job.request)).takeId
}

async function runGeneration(init: GenerateRunnerInit, job: JobRow, context: JobRunContext): Promise<JobYield> {
  const asked = GenerateJobSchema.parse(JSON.parse(job.request))
  const project = init.projects.get(job.projectId)
  if (project.document.takes[asked.takeId]) return { takeId: asked.takeId }
  const found = await finishedTake(project, asked.takeId)
  if (found) return recordTake(project, found, asked, null)
  const shot = project.document.shots[asked.shotId]
  // A shot that was deleted before its turn wants no take.
  if (!shot) throw new CancelledError()
  const selectedAtStart = shot.selectedTakeId
  const made = await makeTake(init, project, shot, asked, job.jobId, context)
  return made.isNew ? recordTake(project, made.take, asked, selectedAtStart) : showTake(project, made.take, asked)
}

async function makeTake(init: GenerateRunnerInit, project: OpenProject, shot: Shot, asked: GenerateJob, jobId: string, run: JobRunContext): Promise<{ readonly take: Take; readonly isNew: boolean }> {
  const { document, folder } = project
  const subject = shotLabel(document, shot)
  const context = { jobId, document, projectFolder: folder, seed: asked.seed, provider: await init.provider(run.signal) }
  const { request, pack, provenance, signature } = asked.part ? await preparePart(init, shot, asked.part, context) : prepareShot(init, shot, asked.bridge ?? null, context)
  const same = signature === null ? null : await sameTake(project, signature)
  if (same) return { take: same, isNew: false }
  const staged = stagedTakeFolder(folder, asked.takeId)
  try {
    emptyFolder(staged)
    const result = await runWithinMemory(init, pack, { ...request, outputFolder: staged, checkpointFile: checkpointFile(folder, asked.takeId) }, { jobId, subject, ...run })
    const take = takeOf(init, asked, provenance(result), result, pack)
    await proveStaged(staged, result, subject)
    publishFolder(folder, staged, take)
    measure(init.tables, pack.packId, result)
    return { take, isNew: true }
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

interface Prepared {
  readonly request: Omit<GenerateRequest, 'outputFolder'>
  readonly pack: PackSummary
  readonly provenance: (result: GenerateResult) => Provenance
  /** A take of this signature would be the same to the bit; null where none can be. */
  readonly signature: string | null
}

function prepareShot({ packs }: GenerateRunnerInit, shot: Shot, bridge: Bridge | null, context: Omit<ShotGenerationContext, 'pack'>): Prepared {
  const pack = packs.require(packIdOf(context.document, shot))
  if (bridge) {
    const generation = bridgeGeneration(shot, bridge, { ...context, pack })
    return { request: generation.request, pack, provenance: (result) => ({ ...provenanceOf(generation, result), operation: 'bridge' }), signature: null }
  }
  const generation = shotGeneration(shot, { ...context, pack })
  return { request: generation.request, pack, provenance: (result) => provenanceOf(generation, result), signature: signatureOf(generation.inputs, pack.packDigest ?? '') }
}

async function preparePart({ packs }: GenerateRunnerInit, shot: Shot, wish: PartOfTake, context: Omit<ShotGenerationContext, 'pack'>): Promise<Prepared> {
  const parent = parentOf(context.document, wish)
  const pack = requireParentPack(parent, packs)
  const generation = await partGeneration(shot, parent, wish, { ...context, pack })
  return { request: generation.request, pack, provenance: (result) => provenanceOfPart(parent, wish, generation, result), signature: null }
}

/** For the next plan's estimate; one that cannot be kept must not fail a take that is finished. */
function measure({ measurements }: LibraryTables, packId: string, { packDigest, frameSize, frameCount, provider, secondsPerStep }: GenerateResult): void {
  try {
    measurements.record({ packId, packDigest, frameSize, frameCount, provider, secondsPerStep })
  } catch {
    // The next take measures again.
  }
}

/** The take enters the document and the job's take is known in one transaction of the journal. */
function recordTake(project: OpenProject, take: Take, asked: GenerateJob, selectedAtStart: string | null): JobYield {
  const current = project.document.shots[asked.shotId]?.selectedTakeId ?? null
  // A take that was picked meanwhile is the person's choice, and stays.
  const isUntouched = current === selectedAtStart || current === asked.selectedTakeId
  const outcome = project.dispatchAll(takeCommands(project, take, current === null || (asked.selects && isUntouched)), 'engine')
  if (isRejection(outcome)) throw new StudioError({ code: 'INTERNAL', message: outcome.message, remedy: outcome.remedy, detail: outcome.rejected })
  return { takeId: take.id }
}

/** Nothing needs to run where the project holds a whole take of the same inputs, seed and pack: it would be the same to the bit. */
async function sameTake({ document, folder }: OpenProject, signature: string): Promise<Take | null> {
  for (const take of Object.values(document.takes)) {
    if (take.signature !== signature || take.operation !== 'generate') continue
    try {
      await proveStoredFile(folder, take.video, 'The take')
      return take
    } catch {
      // Missing or damaged: it is made again.
    }
  }
  return null
}

function showTake(project: OpenProject, take: Take, asked: GenerateJob): JobYield {
  const shot = project.document.shots[asked.shotId]
  if (shot && !shot.isLocked && asked.selects) project.dispatch({ type: 'shot.selectTake', payload: { shotId: shot.id, takeId: take.id } }, 'engine', null)
  return { takeId: take.id }
}

/** A take with a seed of its own is selected like one that a person picks, which gives the shot that seed. */
function takeCommands(project: OpenProject, take: Take, select: boolean): readonly CommandEnvelope[] {
  const shot = project.document.shots[take.shotId]
  const isShown = select && shot !== undefined && !shot.isLocked
  if (!isShown || shot.seed === take.recipe?.seed) return [{ type: 'take.add', payload: { take, select: isShown } }]
  return [{ type: 'take.add', payload: { take, select: false } }, { type: 'shot.selectTake', payload: { shotId: shot.id, takeId: take.id } }]
}

/** What a take says of the shot's generation: its signature, its recipe and where it comes from. */
type Provenance = Pick<Take, 'operation' | 'range' | 'parentTakeId' | 'signature'> & { readonly recipe: RecipeInputs }
type RecipeInputs = Omit<Recipe, 'packId' | 'packVersion' | 'packDigest' | 'family' | 'solver' | 'steps' | 'shift' | 'guidanceScale' | 'provider' | 'vaeTileSize' | 'software' | 'wallSeconds'>

function provenanceOf(generation: ShotGeneration, { packDigest, unknownWords, frameCount, frameSize, frameRate }: GenerateResult): Provenance {
  const { prompt, negativePrompt, seed, camera, lensMm, subjectDistanceM, references, continuesFromTakeId, unknownWords: unknown } = generation.inputs
  return {
    operation: 'generate', range: null, parentTakeId: null, signature: signatureOf(generation.inputs, packDigest),
    recipe: {
      prompt, negativePrompt, said: generation.said, seed, camera, lensMm, subjectDistanceM, references, continuesFromTakeId, frameCount, frameSize, frameRate,
      unknownWords: [...new Set([...unknown, ...unknownWords])],
    },
  }
}

/** A retake is as stale as its parent would be: it keeps the parent's signature and what its recipe says of the whole. */
function provenanceOfPart(parent: RemadeTake, wish: PartOfTake, { part }: PartGeneration, { unknownWords }: GenerateResult): Provenance {
  return {
    operation: wish.kind, range: wish.range, parentTakeId: parent.id, signature: parent.signature,
    recipe: { ...parent.recipe, part: { ...part, unknownWords: [...new Set([...part.unknownWords, ...unknownWords])] } },
  }
}

function takeOf(init: GenerateRunnerInit, asked: GenerateJob, provenance: Provenance, result: GenerateResult, pack: { readonly packId: string; readonly isDraft: boolean }): Take {
  const at = (file: string): string => `takes/${asked.takeId}/${file}`
  const { frameCount, frameSize, frameRate, solver, steps, shift, guidanceScale, provider, wallSeconds, packVersion, packDigest, family } = result
  return TakeSchema.parse({
    ...provenance,
    id: asked.takeId, shotId: asked.shotId, createdAt: timestamp(init.clock),
    video: { ...result.video, file: at(result.video.file) },
    frameCount, frameSize, frameRate,
    latents: { stored: { ...result.latents.stored, file: at(result.latents.stored.file) }, shape: result.latents.shape },
    thumbnail: { ...result.thumbnail, file: at(result.thumbnail.file) },
    isDraft: pack.isDraft,
    recipe: {
      ...provenance.recipe,
      packId: pack.packId, packVersion, packDigest, family, solver, steps, shift, guidanceScale, provider, vaeTileSize: result.vaeTileSize ?? null,
      software: { ...init.software, onnxruntime: result.onnxruntime }, wallSeconds,
    },
    ...(result.segments ? { segments: result.segments } : {}),
    isStarred: false, note: '',
  })
}

async function proveStaged(staged: string, result: GenerateResult, subject: string): Promise<void> {
  for (const stored of [result.video, result.latents.stored, result.thumbnail]) await proveStoredFile(staged, stored, `A file of ${subject}`)
}

/** Writes the take's record beside its files and gives the folder its final name: from then on the take is finished. */
function publishFolder(projectFolder: string, staged: string, take: Take): void {
  const target = takeFolder(projectFolder, take.id)
  try {
    const kept = new Set([take.video, take.thumbnail, ...(take.latents ? [take.latents.stored] : [])].map(({ file }) => file.split('/').at(-1)))
    for (const name of readdirSync(staged)) if (!kept.has(name)) rmSync(join(staged, name), { recursive: true, force: true })
    writeFileAtomically(join(staged, TAKE_RECORD), canonicalJson(take, 2))
    rmSync(target, { recursive: true, force: true })
    renameSync(staged, target)
    flushFolder(takesFolder(projectFolder))
  } catch (error) {
    throw writeError(error, target)
  }
}

/** A take whose files were finished when the program ended, before it entered the document; null where there is none. */
async function finishedTake(project: OpenProject, takeId: string): Promise<Take | null> {
  const record = join(takeFolder(project.folder, takeId), TAKE_RECORD)
  if (!existsSync(record)) return null
  try {
    const take = TakeSchema.parse(JSON.parse(readFileSync(record, 'utf8')))
    for (const stored of [take.video, take.thumbnail, ...(take.latents ? [take.latents.stored] : [])]) await proveStoredFile(project.folder, stored, 'The take')
    return take.id === takeId ? take : null
  } catch {
    // Incomplete or damaged: it is made again, with the same seed.
    return null
  }
}

function emptyFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw writeError(error, join(folder, 'video.mp4'))
  }
}
