/** Makes a graph of another maker one of ours: inputs by position, element types and scalars as it wants them, text without a mask. */
import type { GraphBinding, PackComponentName, PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { GraphInput, Session, Tensor } from '../inference/inference-port.ts'

type Feeds = Readonly<Record<string, Tensor>>

/** The session itself where the manifest binds nothing. Throws MODEL_UNSUPPORTED where the graph has another number of inputs. */
export function bindGraph(session: Session, manifest: PackManifest, graph: PackComponentName): Session {
  const binding = manifest.bindings?.[graph as keyof NonNullable<PackManifest['bindings']>]
  if (binding === undefined) return session
  if (session.inputNames.length !== binding.inputs.length) {
    throw unsupported(manifest, `its ${graph} takes ${session.inputNames.length} inputs (${session.inputNames.join(', ')}) where the manifest binds ${binding.inputs.length}`)
  }
  const isMaskless = graph === 'textEncoder' && !binding.inputs.includes('attention_mask')
  return {
    inputNames: isMaskless ? [...binding.inputs, 'attention_mask'] : binding.inputs,
    outputNames: [binding.output, ...session.outputNames.slice(1)],
    run: (feeds) => (isMaskless ? runWithoutMask(session, manifest, binding, feeds) : runBound(session, manifest, binding, feeds)),
    dispose: () => session.dispose(),
  }
}

async function runBound(session: Session, manifest: PackManifest, binding: GraphBinding, feeds: Feeds): Promise<Readonly<Record<string, Tensor>>> {
  const own = Object.fromEntries(session.inputNames.map((name, index) => {
    const asked = binding.inputs[index] as string
    const tensor = feeds[asked]
    if (tensor === undefined) throw unsupported(manifest, `it binds "${asked}", which this clip has not`)
    return [name, asWanted(tensor, session.inputs?.[index], manifest, name)]
  }))
  const outputs = await session.run(own)
  const first = outputs[session.outputNames[0] ?? '']
  return first === undefined ? outputs : { [binding.output]: first }
}

/**
 * An encoder that hears of no mask reads padding as words. Where its length is free it is shown the tokens alone, which is what
 * a mask comes to with relative positions (T5, UMT5); the rows of the padding are zero. Where its length is fixed it reads the padding.
 */
async function runWithoutMask(session: Session, manifest: PackManifest, binding: GraphBinding, feeds: Feeds): Promise<Readonly<Record<string, Tensor>>> {
  const { input_ids: ids, attention_mask: mask } = feeds
  const isFixed = typeof session.inputs?.[0]?.dims[1] === 'number'
  if (ids?.type !== 'int64' || mask?.type !== 'int64' || isFixed) return runBound(session, manifest, binding, feeds)
  const length = ids.data.length
  const count = Math.max(1, mask.data.indexOf(0n) === -1 ? length : mask.data.indexOf(0n))
  const outputs = await runBound(session, manifest, binding, { input_ids: { type: 'int64', data: ids.data.slice(0, count), dims: [1, count] } })
  const rows = outputs[binding.output]
  const dimension = rows?.dims[2]
  if (rows?.type !== 'float32' || dimension === undefined) return outputs
  const padded = new Float32Array(length * dimension)
  padded.set(rows.data)
  return { [binding.output]: { type: 'float32', data: padded, dims: [1, length, dimension] } }
}

/** Casts between float32 and int64, and makes a scalar of a single value, where the graph says that it wants that. */
function asWanted(tensor: Tensor, wanted: GraphInput | undefined, manifest: PackManifest, name: string): Tensor {
  if (wanted === undefined) return tensor
  const dims = wanted.dims.length === 0 && tensor.data.length === 1 ? [] : tensor.dims
  if (wanted.type === tensor.type) return { ...tensor, dims }
  if (wanted.type === 'int64' && tensor.type === 'float32') return { type: 'int64', data: BigInt64Array.from(tensor.data, (value) => BigInt(Math.trunc(value))), dims }
  if (wanted.type === 'float32' && tensor.type === 'int64') return { type: 'float32', data: Float32Array.from(tensor.data, Number), dims }
  throw unsupported(manifest, `its input "${name}" is ${wanted.type}, and only float32 and int64 can be passed`)
}

function unsupported({ name }: PackManifest, problem: string): StudioError {
  return new StudioError({
    code: 'MODEL_UNSUPPORTED', message: `The pack "${name}" cannot be bound: ${problem}.`,
    remedy: 'Choose another pack; if you made this one, correct "bindings" in its manifest (docs/pack-format.md).',
  })
}
