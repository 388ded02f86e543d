import { describe, expect, it } from 'vitest'
import { explainRefusal } from './explain-refusal.ts'

describe('a refused provider', () => {
  it.each([
    ['cuda', 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\nFailed to load library /x/libonnxruntime_providers_shared.so with error: /x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file', /CUDA part of onnxruntime is not installed: libonnxruntime_providers_shared\.so/, /npm run install:cuda/],
    ['cuda', 'Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory', /needs the library libcudnn\.so\.9/, /cuDNN 9/],
    ['cuda', 'CUDA failure 100: no CUDA-capable device is detected', /no CUDA-capable device/, /nvidia-smi/],
    ['webgpu', 'Failed to get a WebGPU adapter: No supported adapters\nlibvulkan.so.1: cannot open shared object file', /libvulkan\.so\.1 is missing/, /libvulkan/],
    ['webgpu', 'Failed to get a WebGPU adapter: No supported adapters', /No graphics device/, /driver/],
    ['directml', 'no available backend found. ERR: [dml] backend not found.', /has no directml provider/, null],
  ])('explains what %s said', (device, said, reason, remedy) => {
    const refusal = explainRefusal(device, said)
    expect(refusal.reason).toMatch(reason)
    if (remedy === null) expect(refusal.remedy).toBeNull()
    else expect(refusal.remedy).toMatch(remedy)
  })
})
