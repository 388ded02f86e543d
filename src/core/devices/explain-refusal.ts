/** Turns what the runtime said about an execution provider into a sentence, and what to do about it. */

export interface Refusal {
  readonly reason: string
  readonly remedy: string | null
}

/** Checks the machine first and says what is missing (docs/devices.md). */
const CUDA_INSTALL = 'npm run install:cuda'

/** Turns what the runtime said (message and error output) into a sentence and what to do about it. */
export function explainRefusal(device: string, said: string): Refusal {
  const library = missingLibrary(said)
  if (device === 'cuda' || device === 'tensorrt') return explainNvidia(device, library, said)
  if (/backend not found|no available backend/i.test(said)) {
    return { reason: `This build of onnxruntime has no ${device} provider for this platform.`, remedy: null }
  }
  if (device === 'webgpu' && /No supported adapters|Failed to get a WebGPU adapter/i.test(said)) {
    return library === null
      ? { reason: 'No graphics device that WebGPU can use was found.', remedy: 'Install the driver of the graphics card, or use the CPU.' }
      : { reason: `No graphics device that WebGPU can use was found, and the library ${library} is missing.`, remedy: `Install the package that holds ${library} and the driver of the graphics card.` }
  }
  return { reason: `The runtime refused ${device}: ${firstSentence(said)}`, remedy: 'Update the driver of the device, or use the CPU.' }
}

function explainNvidia(device: string, library: string | null, said: string): Refusal {
  const name = device === 'cuda' ? 'CUDA' : 'TensorRT'
  if (library === null) {
    return { reason: `The runtime refused ${name}: ${firstSentence(said)}`, remedy: 'Check that the NVIDIA driver works (nvidia-smi), or use the CPU.' }
  }
  if (library.includes('onnxruntime_providers')) {
    return {
      reason: `The ${name} part of onnxruntime is not installed: ${library} is missing.`,
      remedy: `On Linux x64 with an NVIDIA card, CUDA 12 and cuDNN 9, run: ${CUDA_INSTALL}`,
    }
  }
  return { reason: `${name} needs the library ${library}, which was not found.`, remedy: 'Install CUDA 12 and cuDNN 9, and put their folders on LD_LIBRARY_PATH before the studio starts.' }
}

/** The last library named is the one at the bottom of a chain of loads. */
function missingLibrary(said: string): string | null {
  const patterns = [/([\w.+-]+\.(?:so|dll|dylib)[\w.]*): cannot open shared object file/g, /Failed to load library [^"'\n]*?([\w.+-]+\.(?:so|dll|dylib)[\w.]*)/g]
  for (const pattern of patterns) {
    const name = [...said.matchAll(pattern)].at(-1)?.[1]
    if (name !== undefined) return name
  }
  return null
}

function firstSentence(said: string): string {
  const line = said.split('\n').map((part) => part.trim()).find((part) => part !== '') ?? 'no reason given'
  return line.length > 240 ? `${line.slice(0, 240)}…` : line
}
