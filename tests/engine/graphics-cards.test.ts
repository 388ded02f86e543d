/** Graphics cards and their memory: one contract for the fake and for NVIDIA's tool, which is a script here. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphicsCardSchema } from '#contracts/engine-api.ts'
import { createDeviceMemory } from '#engine/devices/device-memory.ts'
import { linuxDisplayAdapters, nvidiaSmi, parseNvidiaSmi, systemGraphicsCards } from '#engine/devices/graphics-cards.ts'
import type { GraphicsCards } from '#engine/devices/graphics-cards.ts'
import { fakeCards } from './fake-cards.ts'
import { temporaryFolder } from './pack-copy.ts'

/** What nvidia-smi prints for two cards, of which the second does not tell its memory. */
const TWO_CARDS = 'NVIDIA GeForce RTX 4090, 550.54.14, 24564, 23871\nNVIDIA GB10, 580.95, [N/A], [N/A]\n'
const CARDS = [
  { name: 'NVIDIA GeForce RTX 4090', vendor: 'NVIDIA', driver: '550.54.14', memoryBytes: 24_564 * 1_048_576, freeBytes: 23_871 * 1_048_576, source: 'nvidia-smi' },
  { name: 'NVIDIA GB10', vendor: 'NVIDIA', driver: '580.95', memoryBytes: null, freeBytes: null, source: 'nvidia-smi' },
]

function scriptedTool(body: string): string {
  const command = join(temporaryFolder(), 'nvidia-smi')
  writeFileSync(command, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return command
}

function toolThatPrints(text: string): string {
  const file = join(temporaryFolder(), 'printed.csv')
  writeFileSync(file, text)
  // It answers the question that is asked, and no other.
  return scriptedTool(`case "$*" in *name,driver_version,memory.total,memory.free*nounits*) cat '${file}' ;; *) exit 2 ;; esac`)
}

// A shell script stands for the tool; Windows cannot run one.
const hasShell = process.platform !== 'win32'
const IMPLEMENTATIONS: readonly (readonly [string, (cards: typeof CARDS) => GraphicsCards])[] = [
  ['the fake', (cards) => fakeCards(cards)],
  ...(hasShell ? [['nvidia-smi', (cards: typeof CARDS) => nvidiaSmi({ command: toolThatPrints(cards.length === 0 ? '' : TWO_CARDS) })] as const] : []),
]

describe.each(IMPLEMENTATIONS)('graphics cards by %s', (_, make) => {
  it('are listed in the runtime\'s order, with null for what the driver does not tell', async () => {
    const cards = await make(CARDS).list()
    expect(cards).toEqual(CARDS)
    for (const card of cards) expect(GraphicsCardSchema.parse(card)).toEqual(card)
  })

  it('may be none', async () => {
    expect(await make([]).list()).toEqual([])
  })

  it('tell what CUDA has free, the first card\'s; nothing is known for other providers', async () => {
    const memory = createDeviceMemory({ cards: make(CARDS), availableBytes: () => 7e9 })
    expect(await memory.freeBytes('cuda')).toBe(23_871 * 1_048_576)
    expect(await memory.freeBytes('webgpu')).toBeNull()
    expect(await memory.freeBytes('cpu')).toBe(7e9)
    expect(await createDeviceMemory({ cards: make([]) }).freeBytes('cuda')).toBeNull()
  })
})

describe('NVIDIA\'s tool', () => {
  it('that is missing, fails or hangs means that nothing is known', async () => {
    expect(await nvidiaSmi({ command: '/nowhere/nvidia-smi' }).list()).toEqual([])
    if (!hasShell) return
    expect(await nvidiaSmi({ command: scriptedTool('echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9') }).list()).toEqual([])
    expect(await nvidiaSmi({ command: scriptedTool('exec sleep 600'), timeoutMs: 50 }).list()).toEqual([])
  })

  it('that prints something else gives no cards', () => {
    expect(parseNvidiaSmi('No devices were found\n')).toEqual([])
    expect(parseNvidiaSmi('a, b, c')).toEqual([])
  })
})

describe('display adapters of Linux', () => {
  it('tell maker, driver and, where it says so, the memory', async () => {
    const folder = temporaryFolder()
    const adapter = (name: string, files: Readonly<Record<string, string>>): void => {
      mkdirSync(join(folder, name, 'device'), { recursive: true })
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, 'device', file), `${text}\n`)
    }
    adapter('card0', { vendor: '0x1002', device: '0x744c', uevent: 'DRIVER=amdgpu\nPCI_CLASS=30000', mem_info_vram_total: '25753026560', mem_info_vram_used: '753026560' })
    adapter('card1', { vendor: '0x8086', device: '0x56a0', uevent: 'DRIVER=i915' })
    adapter('card0-HDMI-A-1', {})
    expect(await linuxDisplayAdapters(folder).list()).toEqual([
      { name: 'AMD graphics 0x744c', vendor: 'AMD', driver: 'amdgpu', memoryBytes: 25_753_026_560, freeBytes: 25_000_000_000, source: 'sysfs' },
      { name: 'Intel graphics 0x56a0', vendor: 'Intel', driver: 'i915', memoryBytes: null, freeBytes: null, source: 'sysfs' },
    ])
  })

  it('are asked for without failing on whatever machine this is', async () => {
    for (const card of await systemGraphicsCards().list()) expect(GraphicsCardSchema.parse(card)).toEqual(card)
    expect(await linuxDisplayAdapters('/nowhere').list()).toEqual([])
  })
})
