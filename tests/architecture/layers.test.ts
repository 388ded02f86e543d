import { describe, expect, it } from 'vitest'
import { readImportGraph, type ImportEdge } from './import-graph.ts'

const ROOT = new URL('../..', import.meta.url).pathname

/** docs/architecture.md: who may import whom. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  contracts: ['core', 'contracts'],
  engine: ['core', 'contracts', 'engine'],
  services: ['core', 'contracts', 'services'],
  main: ['core', 'contracts', 'services', 'main'],
  preload: ['contracts', 'preload'],
  renderer: ['core', 'contracts', 'renderer'],
  webhost: ['core', 'contracts', 'services', 'engine', 'webhost'],
  cli: ['core', 'contracts', 'services', 'engine', 'webhost', 'cli'],
}
const CORE_PACKAGES = ['zod', '@noble/hashes/sha2.js', '@noble/hashes/utils.js']
/** Libraries that one adapter file hides from everybody else. */
const ONE_ADAPTER = ['onnxruntime-node', 'fluent-ffmpeg', 'better-sqlite3', '@huggingface/tokenizers']

const graph = readImportGraph(ROOT)

describe('the structure', () => {
  it('imports only along the layer table', () => {
    const breaches = graph.filter((edge) => {
      const from = layerOf(edge.from)
      const to = layerOf(edge.to)
      return from !== null && to !== null && !(MAY_IMPORT[from] ?? []).includes(to)
    })
    expect(breaches.map(show)).toEqual([])
    expect(graph.length).toBeGreaterThan(100)
  })

  it('keeps core free of Node, the DOM’s libraries and everything but zod and hashing', () => {
    const foreign = graph.filter((edge) => layerOf(edge.from) === 'core' && layerOf(edge.to) === null && !CORE_PACKAGES.includes(edge.to))
    expect(foreign.map(show)).toEqual([])
  })

  it('lets only the Electron shell know Electron', () => {
    const knowing = graph.filter((edge) => edge.to === 'electron' && !/^src\/(main|preload)\//.test(edge.from))
    expect(knowing.map(show)).toEqual([])
  })

  it.each(ONE_ADAPTER)('hides %s behind one adapter file', (library) => {
    const importers = new Set(graph.filter((edge) => edge.to === library && !edge.isTypeOnly).map((edge) => edge.from))
    expect([...importers]).toHaveLength(1)
  })

  it('keeps the renderer’s features apart', () => {
    const breaches = graph.filter((edge) => {
      const from = featureOf(edge.from)
      const to = featureOf(edge.to)
      return from !== null && to !== null && from !== to
    })
    expect(breaches.map(show)).toEqual([])
  })

  it('has no import cycles, not even of types', () => {
    expect(findCycles(graph)).toEqual([])
  })
})

function layerOf(file: string): string | null {
  return /^src\/([a-z]+)\//.exec(file)?.[1] ?? null
}

function featureOf(file: string): string | null {
  return /^src\/renderer\/src\/features\/([^/]+)\//.exec(file)?.[1] ?? null
}

function show(edge: ImportEdge): string {
  return `${edge.from} -> ${edge.to}`
}

function findCycles(edges: readonly ImportEdge[]): readonly string[] {
  const next = new Map<string, string[]>()
  for (const edge of edges) if (edge.to.startsWith('src/')) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to])
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  function visit(file: string, path: readonly string[]): void {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const target of next.get(file) ?? []) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of next.keys()) visit(file, [])
  return cycles
}
