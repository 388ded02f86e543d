/** The settings about devices and tools, by the names under which every host keeps them. */

/** "automatic" (or absent), or the name of one execution provider. */
export const DEVICE_SETTING = 'engine.device'
/** An order of providers for automatic; absent: the platform's own. */
export const PROVIDERS_SETTING = 'engine.providers'
/** Program or folder of the person's own ffmpeg; absent or empty: FFMPEG_PATH, the system's, the bundled one. */
export const FFMPEG_SETTING = 'ffmpegPath'

/** Names that people know. */
export const DEVICE_NAMES: Readonly<Record<string, string>> = Object.freeze({
  automatic: 'Automatic', cuda: 'CUDA', tensorrt: 'TensorRT', webgpu: 'WebGPU', directml: 'DirectML', coreml: 'Core ML', cpu: 'CPU',
})

export function deviceName(provider: string): string {
  return DEVICE_NAMES[provider] ?? provider
}
