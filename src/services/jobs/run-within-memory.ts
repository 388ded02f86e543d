/**
 * A generation that ran out of memory is tried once more, in a new process and with smaller VAE tiles; then it fails with
 * what was needed, what is free and what would fit. Size, model and device are never changed.
 */
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import { NOT_ADMITTED, shortageRemedy, shortageText, type MemoryShortage } from '#core/devices/memory-advice.ts'
import { StudioError } from '#core/errors.ts'
import type { EngineJobOptions, EngineSupervisor } from '../engine/engine-supervisor.ts'
import type { PackRegistry } from '../packs/pack-registry.ts'

export interface MemoryInit {
  readonly engine: Pick<EngineSupervisor, 'run'>
  readonly packs: Pick<PackRegistry, 'list'>
  /** What the device of a provider has free; null where it does not tell. */
  readonly freeBytes: (provider: string) => Promise<number | null>
}

/** Throws what the engine throws; OUT_OF_MEMORY with advice after the second time. */
export async function runWithinMemory(init: MemoryInit, pack: PackSummary, request: GenerateRequest, options: EngineJobOptions): Promise<GenerateResult> {
  const attempt = (vaeTiles: GenerateRequest['vaeTiles']): Promise<GenerateResult> =>
    // The supervisor ends a process that ran out of memory: the next call has a new one.
    init.engine.run('take.generate', vaeTiles === undefined ? request : { ...request, vaeTiles }, options)
  try {
    return await attempt(request.vaeTiles)
  } catch (error) {
    if (!isOutOfMemory(error)) throw error
    if (error.detail === NOT_ADMITTED) throw await explained(error, init, pack, request)
  }
  try {
    return await attempt('smaller')
  } catch (error) {
    throw isOutOfMemory(error) ? await explained(error, init, pack, request) : error
  }
}

function isOutOfMemory(error: unknown): error is StudioError {
  return error instanceof StudioError && error.code === 'OUT_OF_MEMORY'
}

async function explained(error: StudioError, { packs, freeBytes }: MemoryInit, pack: PackSummary, { frameSize, provider }: GenerateRequest): Promise<StudioError> {
  const sizes = sizesOf(pack)
  const own = sizes.find(({ width, height }) => width === frameSize.width && height === frameSize.height)
  if (own === undefined) return error
  const shortage: MemoryShortage = {
    packName: pack.name, neededBytes: own.memoryBytes, freeBytes: await freeBytes(provider).catch(() => null),
    sizes: sizes.filter(({ memoryBytes }) => memoryBytes < own.memoryBytes),
    packs: packs.list().filter(({ packId, state }) => packId !== pack.packId && state === 'ready').flatMap(leastNeed).filter(({ memoryBytes }) => memoryBytes < own.memoryBytes),
  }
  return new StudioError({ code: 'OUT_OF_MEMORY', message: shortageText(shortage), remedy: shortageRemedy(shortage), cause: error, detail: error.detail ?? error.message })
}

/** What the sizes of a pack need at least: with the VAE in tiles. */
function sizesOf({ memory = [] }: PackSummary): readonly { readonly width: number; readonly height: number; readonly memoryBytes: number }[] {
  return memory.map(({ width, height, bytes, leastBytes }) => ({ width, height, memoryBytes: leastBytes ?? bytes }))
}

function leastNeed(pack: PackSummary): readonly { readonly name: string; readonly memoryBytes: number }[] {
  const sizes = sizesOf(pack)
  return sizes.length === 0 ? [] : [{ name: pack.name, memoryBytes: Math.min(...sizes.map(({ memoryBytes }) => memoryBytes)) }]
}
