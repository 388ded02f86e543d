/** Loaded graphs, kept between jobs: a second shot of the same pack loads nothing. */
import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import type { PackComponentName } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { InferencePort, Session } from '../inference/inference-port.ts'
import type { VerifiedPack } from '../packs/verify-pack.ts'
import { bindGraph } from './bind-graph.ts'

export type GraphName = Exclude<PackComponentName, 'tokenizer' | 'lexicon'>

export interface ModelStore {
  /**
   * The session of a graph. Before it is used, the least recently used others are let go until all fit the room: with a
   * large pack the text encoder makes room for the transformer, a small pack stays in memory whole.
   * A session is the caller's until its next call of `acquire`.
   */
  acquire(pack: VerifiedPack, graph: GraphName, provider: string, room?: Room): Promise<Session>
  /** The session where it is loaded or can be without letting another go; null otherwise. */
  acquireIfRoom(pack: VerifiedPack, graph: GraphName, provider: string, room?: Room): Promise<Session | null>
  /** Counters for tests and logs. */
  readonly stats: { readonly loads: number; readonly evictions: number; readonly residentBytes: number }
  /** Lets everything go, as after OUT_OF_MEMORY. */
  clear(): Promise<void>
}

/** What one job knows of the memory. */
export interface Room {
  /** What graphs and their runs may take together; null where the device does not tell. */
  readonly limitBytes: number | null
  /** A graph's weights and all that a run of it computes; absent where the pack does not tell. */
  readonly peakBytes?: Readonly<Partial<Record<GraphName, number>>>
}

interface Resident {
  readonly session: Session
  readonly bytes: number
  /** Beside the weights, while it runs. */
  readonly runBytes: number
}

const NO_LIMIT: Room = Object.freeze({ limitBytes: null })

/** Weights take about their file size; the rest of the memory is for activations, the studio and everybody else. */
const DEFAULT_BUDGET_BYTES = Math.min(0.4 * totalmem(), 24e9)

export function createModelStore(inference: InferencePort, budgetBytes = DEFAULT_BUDGET_BYTES): ModelStore {
  /** In order of use: the first is the least recently used. */
  const residents = new Map<string, Resident>()
  let loads = 0
  let evictions = 0

  async function acquire(pack: VerifiedPack, graph: GraphName, provider: string, room: Room = NO_LIMIT): Promise<Session> {
    const key = keyOf(pack, graph, provider)
    const bytes = graphBytes(pack, graph)
    const wanted = { bytes, runBytes: Math.max(0, (room.peakBytes?.[graph] ?? 0) - bytes) }
    await makeRoom(key, wanted, room)
    const known = residents.get(key)
    if (known !== undefined) return touch(key, { ...known, ...wanted })
    const file = pack.files[graph]
    if (file === undefined) throw lacksGraph(pack, graph)
    const session = bindGraph(await inference.createSession(file, provider, { graphHash: graphHash(pack, graph) }), pack.manifest, graph)
    loads += 1
    residents.set(key, { session, ...wanted })
    return session
  }

  async function acquireIfRoom(pack: VerifiedPack, graph: GraphName, provider: string, room: Room = NO_LIMIT): Promise<Session | null> {
    const key = keyOf(pack, graph, provider)
    const known = residents.get(key)
    if (known !== undefined) return touch(key, known)
    // Such a run is of a moment of the clip: its weights count, the run of the whole clip does not.
    const fits = fitting(key, { bytes: graphBytes(pack, graph), runBytes: 0 }, room)
    return fits ? acquire(pack, graph, provider, { limitBytes: room.limitBytes }) : null
  }

  function touch(key: string, resident: Resident): Session {
    residents.delete(key)
    residents.set(key, resident)
    return resident.session
  }

  async function makeRoom(key: string, wanted: Omit<Resident, 'session'>, room: Room): Promise<void> {
    for (const [otherKey, resident] of residents) {
      if (fitting(key, wanted, room)) return
      if (otherKey === key) continue
      residents.delete(otherKey)
      evictions += 1
      await resident.session.dispose()
    }
  }

  /** Weights add up; runs follow each other, so only the largest of them counts. */
  function fitting(key: string, wanted: Omit<Resident, 'session'>, { limitBytes }: Room): boolean {
    const others = [...residents].flatMap(([otherKey, resident]) => (otherKey === key ? [] : [resident]))
    const bytes = others.reduce((sum, other) => sum + other.bytes, wanted.bytes)
    const runBytes = others.reduce((most, other) => Math.max(most, other.runBytes), wanted.runBytes)
    return bytes <= budgetBytes && (limitBytes === null || bytes + runBytes <= limitBytes)
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
  // The digest is of the files; how they are bound is the manifest's.
  return `${pack.packDigest}|${provider}|${graph}|${JSON.stringify(pack.manifest.bindings ?? null)}`
}

function graphBytes(pack: VerifiedPack, graph: GraphName): number {
  const component = pack.manifest.components[graph]
  if (component === undefined) throw lacksGraph(pack, graph)
  return component.externalData.reduce((sum, data) => sum + data.bytes, component.bytes)
}

function graphHash(pack: VerifiedPack, graph: GraphName): string {
  const component = pack.manifest.components[graph]
  if (component === undefined) throw lacksGraph(pack, graph)
  return createHash('sha256').update([component.sha256, ...component.externalData.map(({ sha256 }) => sha256)].join('\n')).digest('hex')
}

function lacksGraph(pack: VerifiedPack, graph: GraphName): StudioError {
  return new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The pack "${pack.manifest.name}" has no ${graph}, which this wish needs.`,
    remedy: 'Choose another pack for this shot.',
  })
}
