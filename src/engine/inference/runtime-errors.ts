/** Turns the runtime's texts into typed errors: it gives no codes, so the texts are all there is to go by. */
import { basename } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { explainRefusal } from '#core/devices/explain-refusal.ts'

const OUT_OF_MEMORY = /Failed to allocate memory|bad_alloc|BFCArena|out of memory|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|E_OUTOFMEMORY/i
const PROVIDER_FAILED = /ExecutionProvider|backend not found|no available backend|WebGPU adapter|CUDA failure|CUDA error|cudaGetDevice/i

export function classifyLoadError(cause: unknown, file: string, provider: string): StudioError {
  const detail = textOf(cause)
  if (OUT_OF_MEMORY.test(detail)) return outOfMemory(file, cause)
  if (PROVIDER_FAILED.test(detail)) {
    const { reason, remedy } = explainRefusal(provider, detail)
    return new StudioError({ code: 'PROVIDER_UNAVAILABLE', message: reason, remedy: remedy ?? 'Choose another provider; cpu works everywhere.', detail, cause })
  }
  return new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `${basename(file)} cannot be loaded on ${provider}.`,
    remedy: 'Install the pack again; if it fails again, it was made for another version of the runtime.',
    detail, cause,
  })
}

export function classifyRunError(cause: unknown, file: string): StudioError {
  const detail = textOf(cause)
  if (OUT_OF_MEMORY.test(detail)) return outOfMemory(file, cause)
  return new StudioError({
    code: 'INFERENCE_FAILED',
    message: `Running ${basename(file)} failed.`,
    remedy: 'Generate the shot again; if it fails again, install the pack anew or choose another provider.',
    detail, cause,
  })
}

function outOfMemory(file: string, cause: unknown): StudioError {
  return new StudioError({
    code: 'OUT_OF_MEMORY',
    message: `The memory was not enough for ${basename(file)}.`,
    remedy: 'Choose a smaller frame size, a shorter shot or a smaller pack, or close other programs.',
    detail: textOf(cause), cause,
  })
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
