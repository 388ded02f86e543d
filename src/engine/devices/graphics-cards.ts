/** The port through which the engine learns of graphics cards, and the adapters that ask the system's own tools. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GraphicsCard } from '#contracts/engine-api.ts'

export interface GraphicsCards {
  /** The cards of this machine, in the order in which runtimes count them; empty where there are none or nothing tells. Never throws. */
  list(): Promise<readonly GraphicsCard[]>
}

export interface NvidiaSmiOptions {
  /** The command; a path in tests. */
  readonly command?: string
  readonly timeoutMs?: number
}

const MEBIBYTE = 1_048_576
/** A wedged driver lets nvidia-smi wait for ever. */
const TIMEOUT_MS = 5_000
const QUERY = ['--query-gpu=name,driver_version,memory.total,memory.free', '--format=csv,noheader,nounits']

/** Asks NVIDIA's own tool, in a process of its own: a driver that hangs takes that one along. */
export function nvidiaSmi({ command = 'nvidia-smi', timeoutMs = TIMEOUT_MS }: NvidiaSmiOptions = {}): GraphicsCards {
  return {
    list: () => new Promise((resolve) => {
      execFile(command, QUERY, { timeout: timeoutMs, killSignal: 'SIGKILL', windowsHide: true }, (error, stdout) => {
        resolve(error ? [] : parseNvidiaSmi(stdout))
      })
    }),
  }
}

/** Lines such as "NVIDIA GeForce RTX 4090, 550.54, 24564, 23900"; memory is in MiB, or "[N/A]". */
export function parseNvidiaSmi(output: string): readonly GraphicsCard[] {
  return output.split('\n').flatMap((line) => {
    const [name, driver, total, free] = line.split(',').map((part) => part.trim())
    if (name === undefined || name === '' || driver === undefined || total === undefined || free === undefined) return []
    return [{ name, vendor: 'NVIDIA', driver, memoryBytes: mebibytes(total), freeBytes: mebibytes(free), source: 'nvidia-smi' }]
  })
}

function mebibytes(text: string): number | null {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * MEBIBYTE : null
}

const VENDORS: Readonly<Record<string, string>> = Object.freeze({ '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel', '0x1af4': 'Virtio', '0x15ad': 'VMware' })

/** What Linux says of display adapters under /sys/class/drm; AMD's driver tells the memory too. */
export function linuxDisplayAdapters(folder = '/sys/class/drm'): GraphicsCards {
  return { list: async () => cardFolders(folder).map((card) => readAdapter(join(folder, card, 'device'))) }
}

function cardFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^card\d+$/.test(name)).toSorted()
  } catch {
    // Not Linux, or a container that hides /sys: there is nothing to tell.
    return []
  }
}

function readAdapter(folder: string): GraphicsCard {
  const vendorId = readText(join(folder, 'vendor')) ?? 'unknown'
  const vendor = VENDORS[vendorId] ?? vendorId
  const total = readNumber(join(folder, 'mem_info_vram_total'))
  const used = readNumber(join(folder, 'mem_info_vram_used'))
  return {
    name: `${vendor} graphics ${readText(join(folder, 'device')) ?? ''}`.trim(), vendor,
    driver: /^DRIVER=(.+)$/m.exec(readText(join(folder, 'uevent')) ?? '')?.[1] ?? null,
    memoryBytes: total, freeBytes: total === null || used === null ? null : Math.max(0, total - used), source: 'sysfs',
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // A field that this driver does not have.
    return null
  }
}

function readNumber(file: string): number | null {
  const text = readText(file)
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

/** NVIDIA's tool knows its own cards best; adapters of other makers come from the system. */
export function systemGraphicsCards(): GraphicsCards {
  const [nvidia, adapters] = [nvidiaSmi(), linuxDisplayAdapters()]
  return {
    async list() {
      const cards = await nvidia.list()
      const others = (await adapters.list()).filter(({ vendor }) => cards.length === 0 || vendor !== 'NVIDIA')
      return [...cards, ...others]
    },
  }
}
