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

/** What this runtime can have on a platform at all (docs/devices.md), in the order in which devices are preferred. */
const PLATFORM_DEVICES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = Object.freeze({
  linux: ['cuda', 'webgpu', 'cpu'],
  win32: ['webgpu', 'directml', 'cpu'],
  darwin: ['webgpu', 'coreml', 'cpu'],
})

export function devicesToProbe(platform: NodeJS.Platform): readonly string[] {
  return PLATFORM_DEVICES[platform] ?? ['cpu']
}
