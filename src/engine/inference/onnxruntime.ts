/** The onnxruntime adapter: the only file that imports onnxruntime-node. */
import { InferenceSession, Tensor as OrtTensor, env } from 'onnxruntime-node'
import { StudioError } from '#core/errors.ts'
import type { InferencePort, ProviderTrial, Session, SessionOptions, Tensor } from './inference-port.ts'
import { createGraphCache } from './graph-cache.ts'
import type { GraphCache } from './graph-cache.ts'
import { physicalCores } from './physical-cores.ts'
import { DEVICE_TO_PROVIDER } from './providers.ts'
import { classifyLoadError, classifyRunError } from './runtime-errors.ts'

export const ONNXRUNTIME_VERSION = env.versions.node ?? env.versions.common

export interface OnnxRuntimeOptions {
  /** Where graphs are kept as the runtime optimised them; absent or null: every load optimises anew. */
  readonly cacheFolder?: string | null
  /** Graphs smaller than this are optimised anew each time. */
  readonly leastGraphBytes?: number
}

export function createOnnxRuntime({ cacheFolder = null, leastGraphBytes }: OnnxRuntimeOptions = {}): InferencePort {
  const graphs = createGraphCache({ folder: cacheFolder, runtimeVersion: ONNXRUNTIME_VERSION, ...(leastGraphBytes === undefined ? {} : { leastGraphBytes }) })
  return { version: ONNXRUNTIME_VERSION, createSession: (file, provider, options) => createSession(file, provider, graphs, options), tryProvider }
}

async function createSession(file: string, provider: string, graphs: GraphCache, options: SessionOptions = {}): Promise<Session> {
  const runtimeName = Object.hasOwn(DEVICE_TO_PROVIDER, provider) ? DEVICE_TO_PROVIDER[provider] : undefined
  if (runtimeName === undefined) throw unknownProvider(provider)
  try {
    const session = await graphs.load({ file, provider, graphHash: options.graphHash ?? null }, {
      fromOptimised: (optimised) => InferenceSession.create(optimised, { ...sessionOptions(runtimeName, options), graphOptimizationLevel: 'disabled' }),
      fromOriginal: (writeTo) => InferenceSession.create(file, { ...sessionOptions(runtimeName, options), ...(writeTo === null ? {} : { optimizedModelFilePath: writeTo }) }),
    })
    return adaptSession(session, file)
  } catch (cause) {
    throw classifyLoadError(cause, file, provider)
  }
}

/**
 * Exactly one provider is asked for, so that a device that does not work is an error and not a silent switch to the CPU.
 * Graph I/O order is fixed, so execution is sequential; warnings of the runtime are not for people.
 */
function sessionOptions(runtimeName: string, { intraOpThreads }: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [runtimeName],
    intraOpNumThreads: intraOpThreads ?? physicalCores(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // Threads that spin while they wait are 5 % faster on an idle machine, and took four times as long beside a busy
    // window or browser (two cores, embedded pack): they fight for the core that the other thread computes on.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
}

function adaptSession(session: InferenceSession, file: string): Session {
  let isDisposed = false
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputs: session.inputMetadata.map((input) => (input.isTensor ? { type: input.type, dims: input.shape } : { type: 'other', dims: [] })),
    async run(feeds) {
      try {
        const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toRuntime(tensor)]))
        const outputs = await session.run(inputs)
        return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, fromRuntime(name, value as OrtTensor)]))
      } catch (cause) {
        throw cause instanceof StudioError ? cause : classifyRunError(cause, file)
      }
    },
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      await session.release()
    },
  }
}

function toRuntime(tensor: Tensor): OrtTensor {
  return tensor.type === 'float32' ? new OrtTensor('float32', tensor.data, tensor.dims) : new OrtTensor('int64', tensor.data, tensor.dims)
}

function fromRuntime(name: string, value: OrtTensor): Tensor {
  if (value.type === 'float32') return { type: 'float32', data: value.data as Float32Array, dims: value.dims }
  if (value.type === 'int64') return { type: 'int64', data: value.data as BigInt64Array, dims: value.dims }
  throw new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The graph's output "${name}" is ${value.type}; packs give float32.`,
    remedy: 'Export the pack again with float32 inputs and outputs.',
  })
}

function unknownProvider(provider: string): StudioError {
  return new StudioError({
    code: 'PROVIDER_UNAVAILABLE',
    message: `There is no execution provider "${provider}".`,
    remedy: `Choose one of ${Object.keys(DEVICE_TO_PROVIDER).join(', ')}.`,
  })
}

/** One node, y = x + x on four floats, opset 17: enough to load a provider and to run something on it. */
const PROBE_MODEL = 'CAg6OQoOCgF4CgF4EgF5IgNBZGQSBXByb2JlWg8KAXgSCgoICAESBAoCCARiDwoBeRIKCggIARIECgIIBEICEBE='

/** What the runtime says is returned, not thrown: a refusal is what a probe is for. */
async function tryProvider(provider: string): Promise<ProviderTrial> {
  try {
    await runProbeModel(DEVICE_TO_PROVIDER[provider] ?? provider)
    return { works: true, said: '' }
  } catch (error) {
    return { works: false, said: error instanceof Error ? error.message : String(error) }
  }
}

async function runProbeModel(runtimeName: string): Promise<void> {
  const session = await InferenceSession.create(Buffer.from(PROBE_MODEL, 'base64'), { executionProviders: [runtimeName] })
  const outputs = await session.run({ x: new OrtTensor('float32', Float32Array.of(1, 2, 3, 4), [4]) })
  const [first] = (outputs['y'] as OrtTensor).data as Float32Array
  if (first !== 2) throw new Error(`The provider computed ${first} where 2 is right.`)
  await session.release()
}
