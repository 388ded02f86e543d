/** The execution providers that the engine knows: their runtime names, and where each can work at all. */

/** Name that people and requests use -> name that onnxruntime uses. */
export const DEVICE_TO_PROVIDER: Readonly<Record<string, string>> = Object.freeze({
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  directml: 'dml',
  coreml: 'coreml',
  webgpu: 'webgpu',
})

/** What is worth probing on a platform, fastest first. */
const PLATFORM_DEVICES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = Object.freeze({
  linux: ['cuda', 'tensorrt', 'webgpu', 'cpu'],
  win32: ['directml', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
})

export function devicesToProbe(platform: NodeJS.Platform): readonly string[] {
  return PLATFORM_DEVICES[platform] ?? ['cpu']
}
