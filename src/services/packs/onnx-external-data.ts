/** Reads from an ONNX graph which files beside it hold its weights, without loading them: a walk over the protobuf fields. */
import { closeSync, openSync, readSync, fstatSync } from 'node:fs'
import { join, posix } from 'node:path'
import { packFilesOf, type PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'

const BLOCK_BYTES = 1 << 16
/** Field numbers of onnx.proto3: Model.graph, Graph.{node, initializer}, Node.attribute, Attribute.{t, g}, Tensor.external_data, Entry.{key, value}. */
const MODEL = Object.freeze({ graph: 7 })
const GRAPH = Object.freeze({ node: 1, initializer: 5 })
const NODE = Object.freeze({ attribute: 5 })
const ATTRIBUTE = Object.freeze({ tensor: 5, graph: 6 })
const TENSOR = Object.freeze({ externalData: 13 })
const ENTRY = Object.freeze({ key: 1, value: 2 })
const MAX_DEPTH = 12

/** Names as the graph gives them, relative to its folder. Throws PACK_MALFORMED for what is no protobuf. */
export function externalDataOf(file: string): readonly string[] {
  const reader = new BlockReader(file)
  try {
    const names = new Set<string>()
    eachField(reader, 0, reader.size, (field, start, end) => {
      if (field === MODEL.graph) walkGraph(reader, start, end, names, 0)
    })
    return [...names].toSorted()
  } catch (cause) {
    throw new StudioError({ code: 'PACK_MALFORMED', message: `${file} is no ONNX graph.`, remedy: 'Fetch the folder again; the file is damaged or of another kind.', cause })
  } finally {
    reader.close()
  }
}

/** Throws MODEL_MISSING where a graph of the pack names a file that the manifest does not. */
export function requireExternalData(folder: string, manifest: PackManifest): void {
  const known = new Set(packFilesOf(manifest).map(({ file }) => file))
  for (const component of Object.values(manifest.components)) {
    if (!component?.file.endsWith('.onnx')) continue
    const missing = externalDataOf(join(folder, component.file)).find((name) => !known.has(posix.join(posix.dirname(component.file), name)))
    if (missing !== undefined) {
      throw new StudioError({
        code: 'MODEL_MISSING', message: `The graph ${component.file} keeps weights in "${missing.slice(0, 200)}", which is not part of the pack.`,
        remedy: 'Put the file beside the graph and import the folder again. If it is there, the catalogue does not know it: report the entry.',
      })
    }
  }
}

function walkGraph(reader: BlockReader, from: number, to: number, names: Set<string>, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError('Graphs are nested too deeply.')
  eachField(reader, from, to, (field, start, end) => {
    if (field === GRAPH.initializer) walkTensor(reader, start, end, names)
    if (field === GRAPH.node) {
      eachField(reader, start, end, (own, ownStart, ownEnd) => {
        if (own === NODE.attribute) walkAttribute(reader, ownStart, ownEnd, names, depth)
      })
    }
  })
}

function walkAttribute(reader: BlockReader, from: number, to: number, names: Set<string>, depth: number): void {
  eachField(reader, from, to, (field, start, end) => {
    if (field === ATTRIBUTE.tensor) walkTensor(reader, start, end, names)
    if (field === ATTRIBUTE.graph) walkGraph(reader, start, end, names, depth + 1)
  })
}

function walkTensor(reader: BlockReader, from: number, to: number, names: Set<string>): void {
  eachField(reader, from, to, (field, start, end) => {
    if (field !== TENSOR.externalData) return
    let key = ''
    let value = ''
    eachField(reader, start, end, (own, ownStart, ownEnd) => {
      if (own === ENTRY.key) key = reader.text(ownStart, ownEnd)
      if (own === ENTRY.value) value = reader.text(ownStart, ownEnd)
    })
    if (key === 'location') names.add(value)
  })
}

/** Calls back for length-delimited fields; skips the rest. */
function eachField(reader: BlockReader, from: number, to: number, visit: (field: number, start: number, end: number) => void): void {
  let at = from
  while (at < to) {
    const tag = reader.varint(at)
    at = tag.next
    const wire = tag.value % 8
    const field = Math.floor(tag.value / 8)
    if (wire === 0) at = reader.varint(at).next
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = reader.varint(at)
      const end = length.next + length.value
      if (end > to) throw new RangeError('A field reaches beyond its message.')
      visit(field, length.next, end)
      at = end
    } else throw new RangeError(`Wire type ${wire} is not used by ONNX.`)
  }
  if (at !== to) throw new RangeError('A field reaches beyond its message.')
}

class BlockReader {
  readonly size: number
  readonly #handle: number
  readonly #block = Buffer.alloc(BLOCK_BYTES)
  #blockStart = -1
  #blockBytes = 0

  constructor(file: string) {
    this.#handle = openSync(file, 'r')
    this.size = fstatSync(this.#handle).size
  }

  varint(at: number): { readonly value: number; readonly next: number } {
    let value = 0
    for (let index = 0; index < 10; index += 1) {
      const byte = this.#byte(at + index)
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) return { value, next: at + index + 1 }
    }
    throw new RangeError('A number has no end.')
  }

  text(start: number, end: number): string {
    const bytes = Buffer.alloc(Math.min(end - start, 4_096))
    readSync(this.#handle, bytes, 0, bytes.byteLength, start)
    return bytes.toString('utf8')
  }

  close(): void {
    closeSync(this.#handle)
  }

  #byte(at: number): number {
    if (at < this.#blockStart || at >= this.#blockStart + this.#blockBytes || this.#blockStart < 0) {
      this.#blockStart = at
      this.#blockBytes = readSync(this.#handle, this.#block, 0, BLOCK_BYTES, at)
    }
    const byte = at - this.#blockStart < this.#blockBytes ? this.#block[at - this.#blockStart] : undefined
    if (byte === undefined) throw new RangeError('The file ends within a field.')
    return byte
  }
}
