/** Finds an ffmpeg that has the encoders we need, proves them with a one-frame encode, and says where it came from. */
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { encodeToFile, versionText, type FfmpegInput } from './ffmpeg-command.ts'

export type FfmpegSource = 'setting' | 'FFMPEG_PATH' | 'system' | 'bundled'

export interface Ffmpeg {
  readonly ffmpeg: string
  readonly ffprobe: string
  readonly source: FfmpegSource
  readonly version: string
  /** Encoders that a one-frame encode proved. */
  readonly encoders: readonly string[]
  /** Options that pass every frame through once: `-vsync` was renamed, and the old name later removed. */
  readonly passEveryFrame: readonly string[]
}

export interface FfmpegSearch {
  /** The person's own choice; a folder or the program itself. */
  readonly setting: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

interface Candidate { readonly ffmpeg: string; readonly source: FfmpegSource }

const REQUIRED_ENCODERS = ['libx264', 'aac'] as const
const REMEDY = 'Install ffmpeg with libx264 (for instance with your system\'s package manager), or set its path in FFMPEG_PATH.'
/** For those who must use their own build, and for trying out what happens without any. */
const NO_BUNDLED = 'SHOTWRIGHT_NO_BUNDLED_FFMPEG'
/** libavutil 58 came with ffmpeg 6, by when `-fps_mode` had replaced `-vsync`. */
const LIBAVUTIL_WITH_FPS_MODE = 58

/**
 * The first of: the person's setting, FFMPEG_PATH, the system's, the bundled one, that starts and has every encoder.
 * Throws FFMPEG_MISSING, with what was tried and why it was refused in the detail.
 */
export async function findFfmpeg(search: FfmpegSearch, signal: AbortSignal): Promise<Ffmpeg> {
  const refusals: string[] = []
  for (const candidate of candidates(search, refusals)) {
    try {
      const found = await proveCandidate(candidate, search, signal)
      const missing = REQUIRED_ENCODERS.filter((name) => !found.encoders.includes(name))
      if (missing.length === 0) return found
      refusals.push(`${candidate.ffmpeg} (${candidate.source}): cannot encode with ${missing.join(', ')}`)
    } catch (error) {
      if (signal.aborted) throw error
      refusals.push(`${candidate.ffmpeg} (${candidate.source}): ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new StudioError({ code: 'FFMPEG_MISSING', message: 'No working ffmpeg was found, so video can be neither written nor read.', remedy: REMEDY, detail: refusals.join('\n') })
}

function candidates(search: FfmpegSearch, refusals: string[]): Candidate[] {
  const found: Candidate[] = []
  const add = (ffmpeg: string | null, source: FfmpegSource, absence: string): void => {
    if (ffmpeg) found.push({ ffmpeg, source })
    else refusals.push(`${source}: ${absence}`)
  }
  if (search.setting) add(programAt(search.setting, 'ffmpeg'), 'setting', `no program at ${search.setting}`)
  const fromEnvironment = search.env['FFMPEG_PATH']
  if (fromEnvironment) add(programAt(fromEnvironment, 'ffmpeg'), 'FFMPEG_PATH', `no program at ${fromEnvironment}`)
  add(onPath('ffmpeg', search.env), 'system', 'no ffmpeg on the PATH')
  const isBundledAllowed = search.env[NO_BUNDLED] !== '1'
  add(isBundledAllowed ? installerPath('@ffmpeg-installer/ffmpeg') : null, 'bundled', isBundledAllowed ? 'the @ffmpeg-installer package is not installed for this platform' : `turned off by ${NO_BUNDLED}`)
  return found
}

async function proveCandidate(candidate: Candidate, search: FfmpegSearch, signal: AbortSignal): Promise<Ffmpeg> {
  const text = await versionText(candidate.ffmpeg, signal)
  const encoders: string[] = []
  for (const name of REQUIRED_ENCODERS) if (await canEncode(candidate.ffmpeg, name, signal)) encoders.push(name)
  return {
    ...candidate,
    ffprobe: await findFfprobe(candidate, search, signal),
    version: /^ffmpeg version (\S+)/.exec(text)?.[1] ?? 'unknown',
    encoders,
    passEveryFrame: libavutilMajor(text) >= LIBAVUTIL_WITH_FPS_MODE ? ['-fps_mode', 'passthrough'] : ['-vsync', '0'],
  }
}

/** The ffprobe beside the ffmpeg, else FFPROBE_PATH, the system's or the bundled one. */
async function findFfprobe(candidate: Candidate, search: FfmpegSearch, signal: AbortSignal): Promise<string> {
  const fromEnvironment = search.env['FFPROBE_PATH']
  const places = [
    programAt(dirname(candidate.ffmpeg), 'ffprobe'),
    fromEnvironment ? programAt(fromEnvironment, 'ffprobe') : null,
    onPath('ffprobe', search.env),
    installerPath('@ffprobe-installer/ffprobe'),
  ]
  for (const place of places) {
    // A program that does not start is passed over: the next place may have one that does.
    if (place && await versionText(place, signal).then(() => true, () => false)) return place
  }
  throw new StudioError({ code: 'FFMPEG_MISSING', message: 'ffprobe was not found, so written files cannot be checked.', remedy: REMEDY })
}

const TEST_INPUTS: Readonly<Record<(typeof REQUIRED_ENCODERS)[number], FfmpegInput>> = {
  libx264: { source: { generator: 'color=c=gray:s=64x64:r=25' }, options: [] },
  aac: { source: { generator: 'anullsrc=r=48000:cl=stereo' }, options: [] },
}

/** A listed encoder may still not work (missing driver, licence, library): one frame tells. */
async function canEncode(ffmpeg: string, encoder: (typeof REQUIRED_ENCODERS)[number], signal: AbortSignal): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-encoder-'))
  try {
    const oneFrame = encoder === 'aac' ? ['-t', '0.1', '-c:a', encoder] : ['-frames:v', '1', '-c:v', encoder, '-pix_fmt', 'yuv420p']
    await encodeToFile(ffmpeg, { inputs: [TEST_INPUTS[encoder]], outputOptions: [...oneFrame, '-f', 'mp4'] }, join(folder, 'test.mp4'), signal)
    return true
  } catch (error) {
    if (signal.aborted) throw error
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function libavutilMajor(versionOutput: string): number {
  return Number(/^libavutil\s+(\d+)\./m.exec(versionOutput)?.[1] ?? '0')
}

function programAt(path: string, name: string): string | null {
  for (const place of [path, join(path, executableName(name))]) if (isProgram(place)) return place
  return null
}

function onPath(name: string, env: FfmpegSearch['env']): string | null {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, executableName(name))).find(isProgram) ?? null
}

function executableName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Absent or not ours to run: not a program for us.
    return false
  }
}

/** The binary inside an installer package; inside an Electron archive it lies unpacked beside it. */
function installerPath(packageName: string): string | null {
  try {
    const { path } = createRequire(import.meta.url)(packageName) as { path: string }
    const unpacked = path.replace(/app\.asar([\\/])/, 'app.asar.unpacked$1')
    return isProgram(unpacked) ? unpacked : null
  } catch {
    // The package throws where it has no binary for this platform.
    return null
  }
}
