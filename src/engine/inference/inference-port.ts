/** What pipelines ask of an inference runtime; the onnxruntime adapter implements it, and no pipeline knows more. */
export type Tensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] }

/** What a graph says of an input: its element type, and each dimension's size or the name of one that is free. */
export interface GraphInput {
  readonly type: string
  readonly dims: readonly (number | string)[]
}

export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** In the order of `inputNames`. */
  readonly inputs?: readonly GraphInput[]
  /** Blocks its thread while it computes. Throws StudioError INFERENCE_FAILED or OUT_OF_MEMORY. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  dispose(): Promise<void>
}

export interface SessionOptions {
  /** Threads of one run; default: the physical cores. */
  readonly intraOpThreads?: number
  /** sha256 of the graph, external data included: what a runtime remembers of it is found by that. Absent: nothing is remembered. */
  readonly graphHash?: string
}

export interface ProviderTrial {
  readonly works: boolean
  /** What the runtime said where it refused; its standard error says more. */
  readonly said: string
}

export interface InferencePort {
  /** Version of the runtime, for recipes. */
  readonly version: string
  /**
   * Loads a graph by path, so that external data is found beside it and never passes through this process's heap.
   * Throws StudioError: PROVIDER_UNAVAILABLE, MODEL_UNSUPPORTED, OUT_OF_MEMORY.
   */
  createSession(file: string, provider: string, options?: SessionOptions): Promise<Session>
  /** Runs a one-node model on a provider, in this process: a broken driver may end it. */
  tryProvider(provider: string): Promise<ProviderTrial>
}
