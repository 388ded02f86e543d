/** Turns a retake or an extension into what the engine is asked: the parent's recipe, with other words and another seed for the new frames. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { ProjectDocument, Shot } from '#core/document/schema.ts'
import { compilePrompt } from '#core/prompt/compile.ts'
import { proveStoredFile } from '../media/stored-files.ts'
import type { PartOfTake } from './generate-job.ts'
import type { RemadeTake } from './parent-take.ts'

export interface PartGeneration {
  /** What the new frames are made from. */
  readonly part: { readonly prompt: string; readonly unknownWords: readonly string[]; readonly seed: number }
  readonly request: Omit<GenerateRequest, 'outputFolder'>
}

export interface PartGenerationContext {
  readonly jobId: string
  readonly document: ProjectDocument
  readonly projectFolder: string
  /** The pack that made the parent. */
  readonly pack: PackSummary
  readonly seed: number | null
  readonly provider: string
}

/** Throws MEDIA_MISSING or MEDIA_CORRUPT where the parent's files are not what they were: what is kept of them is taken over unseen. */
export async function partGeneration(shot: Shot, parent: RemadeTake, wish: PartOfTake, context: PartGenerationContext): Promise<PartGeneration> {
  const { document, pack, projectFolder } = context
  const { recipe, latents } = parent
  const words = wish.prompt === null
    ? { prompt: recipe.prompt, unknownWords: recipe.unknownWords }
    : compilePrompt({ shot: { ...shot, prompt: wish.prompt }, project: document.project, pack })
  const seed = context.seed ?? recipe.seed
  return {
    part: { prompt: words.prompt, unknownWords: words.unknownWords, seed },
    request: {
      jobId: context.jobId,
      packFolder: pack.folder,
      prompt: words.prompt, negativePrompt: recipe.negativePrompt, seed,
      frameCount: wish.frameCount, frameSize: parent.frameSize,
      camera: recipe.camera, lensMm: recipe.lensMm, subjectDistanceM: recipe.subjectDistanceM,
      steps: recipe.steps, guidanceScale: recipe.guidanceScale,
      known: {
        firstFrame: null, lastFrame: null,
        parent: {
          latentsFile: await proveStoredFile(projectFolder, latents.stored, 'The latents of the take'), shape: [...latents.shape],
          regenerate: wish.range, offsetFrames: wish.offsetFrames,
          videoFile: await proveStoredFile(projectFolder, parent.video, 'The video of the take'),
        },
      },
      provider: context.provider,
    },
  }
}
