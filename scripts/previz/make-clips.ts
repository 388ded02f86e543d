/** Makes clips of held-out prompts as the studio does: prompt compiled for the pack, engine, take files. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '#contracts/client.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { compilePrompt } from '#core/prompt/compile.ts'
import { startInProcessEngine } from '#engine/entry/in-process.ts'
import type { MediaTools } from '#engine/media-port.ts'
import { loadLexicon } from '#engine/packs/lexicon.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import { PACK, WORK } from './held-out.ts'
import type { HeldOutPrompt } from './held-out.ts'

export interface MadeClip {
  readonly prompt: HeldOutPrompt
  readonly videoFile: string
  /** What the model was told. */
  readonly compiledPrompt: string
}

export interface MadeClips {
  /** One folder a pack: clips of other weights stay apart. */
  readonly folder: string
  readonly manifest: PackManifest
  readonly clips: readonly MadeClip[]
  /** Seconds a clip that was made in this run; empty where all were there. */
  readonly seconds: readonly number[]
}

/** Clips that are there already are kept: the same pack, prompt and seed give the same clip. */
export async function makeClips(prompts: readonly HeldOutPrompt[], say: (line: string) => void): Promise<MadeClips> {
  const pack = await createPackVerifier().verify(PACK)
  const folder = join(WORK, pack.packDigest.slice(0, 12))
  const compile = await promptCompiler(pack)
  const { engine, transport } = startInProcessEngine()
  const client = createClient(ENGINE_CONTRACT, transport)
  const clips: MadeClip[] = []
  const seconds: number[] = []
  try {
    for (const prompt of prompts) {
      const outputFolder = join(folder, prompt.id)
      const compiledPrompt = compile(prompt)
      const videoFile = join(outputFolder, 'video.mp4')
      clips.push({ prompt, videoFile, compiledPrompt })
      if (isMade(outputFolder, prompt)) continue
      await mkdir(outputFolder, { recursive: true })
      const result = await client.call('take.generate', {
        jobId: prompt.id, packFolder: PACK, prompt: compiledPrompt, negativePrompt: '', seed: prompt.seed, frameCount: prompt.frames,
        frameSize: { width: prompt.width, height: prompt.height },
        camera: { kind: 'preset', preset: prompt.camera.preset, amount: prompt.camera.amount, easing: 'linear' },
        lensMm: prompt.camera.lensMm, subjectDistanceM: prompt.camera.subjectDistanceM,
        steps: null, guidanceScale: null, known: null, outputFolder, provider: 'cpu',
      })
      writeFileSync(join(outputFolder, 'prompt.json'), JSON.stringify(prompt))
      seconds.push(result.wallSeconds)
      if (seconds.length % 8 === 0) say(`  ${clips.length} of ${prompts.length} clips, ${result.wallSeconds.toFixed(1)} s each`)
    }
  } finally {
    client.dispose()
    await engine.dispose()
  }
  return { folder, manifest: pack.manifest, clips, seconds }
}

function isMade(folder: string, prompt: HeldOutPrompt): boolean {
  const note = join(folder, 'prompt.json')
  return existsSync(join(folder, 'video.mp4')) && existsSync(note) && readFileSync(note, 'utf8') === JSON.stringify(prompt)
}

/** The same words that a shot of the studio would give the model. */
async function promptCompiler({ manifest, files }: VerifiedPack): Promise<(prompt: HeldOutPrompt) => string> {
  const knownWords = files.lexicon === undefined ? null : await loadLexicon(files.lexicon)
  return ({ prompt, shotSize, camera: { preset, amount, lensMm } }) => compilePrompt({
    shot: { prompt, negativePrompt: '', shotSize, angle: null, camera: { kind: 'preset', preset, amount, easing: 'linear' }, lensMm },
    project: { styleLine: '' },
    pack: { packId: manifest.id, promptDialect: manifest.promptDialect, knownWords, abilities: manifest.abilities, camera: manifest.camera.kind },
  }).prompt
}

/** Writes a video's frames as raw rgb24, one after the other: what the measuring side reads. */
export async function writeRawFrames(media: MediaTools, videoFile: string, rawFile: string): Promise<void> {
  if (existsSync(rawFile)) return
  const frames: Uint8Array[] = []
  for await (const frame of media.readVideoFrames(videoFile)) frames.push(frame)
  writeFileSync(`${rawFile}.part`, Buffer.concat(frames))
  await rename(`${rawFile}.part`, rawFile)
}
