/** Requests and connections for tests of the whole engine. */
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { EngineContract, GenerateRequest } from '#contracts/engine-api.ts'
import type { Engine } from '#engine/create-engine.ts'
import { startInProcessEngine } from '#engine/entry/in-process.ts'
import { packFolder } from './golden.ts'
import { temporaryFolder } from './pack-copy.ts'

export interface ConnectedEngine {
  readonly client: ContractClient<EngineContract>
  readonly engine: Engine
}

export function connectEngine(env: Readonly<Record<string, string>> = {}): ConnectedEngine {
  const { engine, transport } = startInProcessEngine({ env: { ...process.env, ...env } })
  return { engine, client: createClient(ENGINE_CONTRACT, transport) }
}

/** A request for tiny-camera with a folder of its own; `changes` are laid over it. */
export function aRequest(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    jobId: 'job_test', packFolder: packFolder('tiny-camera'), prompt: 'A cat walks slowly through the rain.', negativePrompt: '',
    seed: 7, frameCount: 9, frameSize: { width: 32, height: 16 },
    camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'linear' }, lensMm: 35, subjectDistanceM: 4,
    steps: null, guidanceScale: null, known: null, outputFolder: temporaryFolder(), provider: 'cpu', ...changes,
  }
}
