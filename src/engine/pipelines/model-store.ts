/** Loaded graphs, kept between jobs: a second shot of the same pack loads nothing. */
import { totalmem } from 'node:os'
import type { PackComponentName } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { InferencePort, Session } from '../inference/inference-port.ts'
import type { VerifiedPack } from '../packs/verify-pack.ts'

export type GraphName = Extract<PackComponentName, 'textEncoder' | 'transformer' | 'vaeEncoder' | 'vaeDecoder'>

export interface ModelStore {
  /**
   * The session of a graph. Before it is loaded, the least recently used others are let go until all fit the budget: with a
   * large pack the text encoder makes room for the transformer, a small pack stays in memory whole.
   * A session is the caller's until its next call of `acquire`.
   */
  acquire(pack: VerifiedPack, graph: GraphName, provider: string): Promise<Session>
  /** The session where it is loaded or can be without letting another go; null otherwise. */
  acquireIfRoom(pack: VerifiedPack, graph: GraphName, provider: string): Promise<Session | null>
  /** Counters for tests and logs. */
  readonly stats: { readonly loads: number; readonly evictions: number; readonly residentBytes: number }
  /** Lets everything go, as after OUT_OF_MEMORY. */
  clear(): Promise<void>
}

interface Resident {
  readonly session: Session
  readonly bytes: number
}

/** Weights take about their file size; the rest of the memory is for activations, the studio and everybody else. */
const DEFAULT_BUDGET_BYTES = Math.min(0.4 * totalmem(), 24e9)

export function createModelStore(inference: InferencePort, budgetBytes = DEFAULT_BUDGET_BYTES): ModelStore {
  /** In order of use: the first is the least recently used. */
  const residents = new Map<string, Resident>()
  let loads = 0
  let evictions = 0

  async function acquire(pack: VerifiedPack, graph: GraphName, provider: string): Promise<Session> {
    const key = keyOf(pack, graph, provider)
    const known = residents.get(key)
    if (known !== undefined) {
      residents.delete(key)
      residents.set(key, known)
      return known.session
    }
    const file = pack.files[graph]
    if (file === undefined) throw lacksGraph(pack, graph)
    const bytes = graphBytes(pack, graph)
    await makeRoom(bytes)
    const session = await inference.createSession(file, provider)
    loads += 1
    residents.set(key, { session, bytes })
    return session
  }

  async function acquireIfRoom(pack: VerifiedPack, graph: GraphName, provider: string): Promise<Session | null> {
    const fits = residents.has(keyOf(pack, graph, provider)) || residentBytes() + graphBytes(pack, graph) <= budgetBytes
    return fits ? acquire(pack, graph, provider) : null
  }

  async function makeRoom(bytes: number): Promise<void> {
    for (const [key, resident] of residents) {
      if (residentBytes() + bytes <= budgetBytes) return
      residents.delete(key)
      evictions += 1
      await resident.session.dispose()
    }
  }

  function residentBytes(): number {
    return [...residents.values()].reduce((sum, resident) => sum + resident.bytes, 0)
  }

  async function clear(): Promise<void> {
    const sessions = [...residents.values()]
    residents.clear()
    for (const { session } of sessions) await session.dispose()
  }

  return {
    acquire, acquireIfRoom, clear,
    get stats() {
      return { loads, evictions, residentBytes: residentBytes() }
    },
  }
}

function keyOf(pack: VerifiedPack, graph: GraphName, provider: string): string {
  return `${pack.packDigest}|${provider}|${graph}`
}

function graphBytes(pack: VerifiedPack, graph: GraphName): number {
  const component = pack.manifest.components[graph]
  if (component === undefined) throw lacksGraph(pack, graph)
  return component.externalData.reduce((sum, data) => sum + data.bytes, component.bytes)
}

function lacksGraph(pack: VerifiedPack, graph: GraphName): StudioError {
  return new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The pack "${pack.manifest.name}" has no ${graph}, which this wish needs.`,
    remedy: 'Choose another pack for this shot.',
  })
}
