/** What the CUDA provider needs of a machine, looked at before anything is downloaded. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

export interface Check {
  readonly name: string
  readonly isMet: boolean
  /** What was found, or what is missing and what to do. */
  readonly says: string
  /** Installing makes no sense without it; the others can be put right afterwards. */
  readonly isNeeded: boolean
}

/** What the checks ask of the machine; tests give their own answers. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** null where nvidia-smi is missing or fails. */
  readonly driver: () => { readonly version: string; readonly card: string } | null
  /** True where the loader would find a library of that name. */
  readonly hasLibrary: (name: string) => boolean
  readonly freeBytes: (folder: string) => number
}

/** CUDA 12's own minimum on Linux. */
const LEAST_DRIVER = 525
/** What libonnxruntime_providers_cuda.so of 1.30 is linked against. */
const LIBRARIES = [
  { name: 'libcudnn.so.9', from: 'cuDNN 9 for CUDA 12' },
  { name: 'libcudart.so.12', from: 'the CUDA 12 runtime' },
  { name: 'libcublasLt.so.12', from: 'cuBLAS of CUDA 12' },
  { name: 'libcublas.so.12', from: 'cuBLAS of CUDA 12' },
  { name: 'libcurand.so.10', from: 'cuRAND of CUDA 12' },
  { name: 'libcufft.so.11', from: 'cuFFT of CUDA 12' },
] as const
/** The package and what is unpacked of it, side by side for a moment. */
const NEEDED_BYTES = 1.5e9

export function checkMachine(machine: Machine, folder: string): readonly Check[] {
  return [platformCheck(machine), driverCheck(machine), ...LIBRARIES.map((library) => libraryCheck(machine, library)), diskCheck(machine, folder)]
}

function platformCheck({ platform, arch }: Machine): Check {
  const isMet = platform === 'linux' && arch === 'x64'
  return {
    name: 'platform', isMet, isNeeded: true,
    says: isMet ? 'linux x64' : `onnxruntime-node has CUDA for Linux x64 alone; this is ${platform} ${arch}. ${platform === 'win32' ? 'WebGPU and DirectML use the graphics card here, and need nothing installed.' : 'WebGPU uses the graphics card where its driver allows.'}`,
  }
}

function driverCheck({ driver }: Machine): Check {
  const found = driver()
  if (found === null) return { name: 'driver', isMet: false, isNeeded: true, says: 'nvidia-smi found no NVIDIA card with a working driver. Install the driver of the card, restart, and try again.' }
  const isMet = Number.parseInt(found.version, 10) >= LEAST_DRIVER
  return { name: 'driver', isMet, isNeeded: true, says: isMet ? `${found.card}, driver ${found.version}` : `Driver ${found.version} is too old for CUDA 12: it needs ${LEAST_DRIVER} or newer.` }
}

function libraryCheck({ hasLibrary }: Machine, { name, from }: (typeof LIBRARIES)[number]): Check {
  const isMet = hasLibrary(name)
  return { name, isMet, isNeeded: false, says: isMet ? 'found' : `not found: install ${from}, and put its folder on LD_LIBRARY_PATH before the studio starts, or run ldconfig.` }
}

function diskCheck({ freeBytes }: Machine, folder: string): Check {
  const free = freeBytes(folder)
  const isMet = free >= NEEDED_BYTES
  return { name: 'disk', isMet, isNeeded: true, says: isMet ? `${(free / 1e9).toFixed(1)} GB free` : `${(free / 1e9).toFixed(1)} GB free where ${(NEEDED_BYTES / 1e9).toFixed(1)} GB are needed (${folder}).` }
}

export function thisMachine(): Machine {
  return { platform: process.platform, arch: process.arch, driver: readDriver, hasLibrary: findLibrary, freeBytes: (folder) => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } }
}

function readDriver(): ReturnType<Machine['driver']> {
  try {
    const [line = ''] = execFileSync('nvidia-smi', ['--query-gpu=driver_version,name', '--format=csv,noheader'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
    const [version, card] = line.split(',').map((part) => part.trim())
    return version && card ? { version, card } : null
  } catch {
    // Not installed, or it found no driver: both mean that CUDA cannot work.
    return null
  }
}

/** Where the loader looks: LD_LIBRARY_PATH, then its own list. */
function findLibrary(name: string): boolean {
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter(Boolean)
  if (folders.some((folder) => existsSync(join(folder, name)))) return true
  try {
    return execFileSync('ldconfig', ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/sbin:/usr/sbin` } }).includes(name)
  } catch {
    // No ldconfig (a minimal container): the usual folders are all there is.
    return ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/local/cuda/lib64', '/usr/lib'].some((folder) => existsSync(folder) && readdirSync(folder).includes(name))
  }
}
