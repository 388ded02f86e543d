/**
 * `npm run eval:previz`: measures the embedded pack on held-out prompts and writes docs/previz/evaluation.{md,json}.
 * Clips are made by the studio's own engine; models/training/previz/evaluation (Python) measures them against rendered clips.
 * Options: --count N (the first N of 96 prompts). Python: SHOTWRIGHT_PYTHON, the recipe's .venv, or python3.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { REPOSITORY, RECIPE, WORK, readHeldOut } from './previz/held-out.ts'
import type { HeldOutPrompt } from './previz/held-out.ts'
import { makeClips, writeRawFrames } from './previz/make-clips.ts'

const MODULES = ['torch', 'onnxruntime', 'cv2', 'numpy', 'tokenizers', 'PIL']
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const { values: options } = parseArgs({ options: { count: { type: 'string', default: '96' } } })
const python = findPython()
const prompts = readHeldOut(Number(options.count))
const realFolder = join(WORK, 'real')
const startedAt = performance.now()

say(`Rendering ${prompts.length} real clips of the same scenes and cameras …`)
await runPython('evaluation.real_clips', realFolder)
say('Making the clips with the engine …')
const { folder, seconds } = await makeClips(prompts, say)
say('Reading frames …')
await readFrames(folder)
say('Measuring …')
await runPython('evaluation.measure', realFolder, folder, join(REPOSITORY, 'docs/previz'), meanSeconds(seconds))
say(`Done in ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes.`)

/** Real clips take the way of takes, through the studio's video files, so that neither side has losses of its own. */
async function readFrames(clipsFolder: string): Promise<void> {
  const media = createMediaTools()
  try {
    for (const prompt of prompts) {
      await writeRawFrames(media, join(clipsFolder, prompt.id, 'video.mp4'), join(clipsFolder, `${prompt.id}.rgb`))
    }
    const rendered = new Set(readdirSync(realFolder))
    for (const prompt of prompts) {
      const source = `${prompt.id}.rendered.rgb`
      const video = join(realFolder, `${prompt.id}.mp4`)
      if (!rendered.has(source)) throw new Error(`${source} is missing in ${realFolder}`)
      if (existsSync(join(realFolder, `${prompt.id}.rgb`))) continue
      const request = { file: video, frameSize: { width: prompt.width, height: prompt.height }, frameRate: { num: 8, den: 1 } }
      await media.writeVideo(request, framesOf(join(realFolder, source), prompt), new AbortController().signal)
      await writeRawFrames(media, video, join(realFolder, `${prompt.id}.rgb`))
    }
  } finally {
    media.dispose()
  }
}

async function* framesOf(file: string, { width, height, frames }: HeldOutPrompt): AsyncGenerator<Uint8Array> {
  const bytes = readFileSync(file)
  const frameBytes = width * height * 3
  for (let frame = 0; frame < frames; frame++) yield bytes.subarray(frame * frameBytes, (frame + 1) * frameBytes)
}

function meanSeconds(all: readonly number[]): string {
  return all.length === 0 ? '' : (all.reduce((sum, value) => sum + value, 0) / all.length).toFixed(2)
}

function findPython(): string {
  const own = [join(RECIPE, '.venv/bin/python'), join(RECIPE, '.venv/Scripts/python.exe')].find((file) => existsSync(file))
  const program = process.env['SHOTWRIGHT_PYTHON'] ?? own ?? 'python3'
  const probe = `import importlib.util, sys\nprint(' '.join(m for m in sys.argv[1:] if importlib.util.find_spec(m) is None))`
  const { error, status, stdout, stderr } = spawnSync(program, ['-c', probe, ...MODULES], { encoding: 'utf8' })
  if (error !== undefined || status !== 0) fail(`The evaluation needs Python, and "${program}" cannot be run (${error?.message ?? stderr.trim()}).`)
  const missing = stdout.trim()
  if (missing !== '') fail(`The Python at "${program}" lacks: ${missing.replaceAll(' ', ', ')}.`)
  return program
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\nInstall it with: python3 -m venv models/training/previz/.venv && models/training/previz/.venv/bin/pip install -r models/training/previz/requirements.txt\nor name a Python that has them in SHOTWRIGHT_PYTHON.\n`)
  process.exit(1)
}

async function runPython(module: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(python, ['-m', module, String(prompts.length), ...args], { cwd: RECIPE, stdio: 'inherit' })
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve))
  if (code !== 0) fail(`The Python side of the evaluation ended with code ${String(code)}.`)
}
