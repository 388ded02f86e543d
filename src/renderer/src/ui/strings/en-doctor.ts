/** Words of the screen "Devices and health". */
import { deviceName } from '#core/devices/device-setting.ts'
import { gigabytes } from '#core/devices/memory-advice.ts'

const DEVICE_HINTS: Readonly<Record<string, string>> = Object.freeze({
  cuda: 'NVIDIA card', tensorrt: 'NVIDIA card', webgpu: 'any graphics card', directml: 'any graphics card', coreml: 'Apple silicon', cpu: 'works everywhere',
})

export const doctor = {
  title: 'Devices and health',
  link: (device: string) => `Devices and health: ${device}`,
  back: 'Back',
  again: 'Check again',
  looking: 'Trying each device in a process of its own. This takes a few seconds.',
  lookingAgain: 'Checking…',
  copy: 'Copy report',
  copied: 'The report is on the clipboard.',
  copyFailed: 'The report could not be copied.',
  copyFailedText: 'The browser refused. Run "shotwright doctor" in a terminal to get the same text.',
  failed: 'The machine could not be examined.',
  healthy: 'No problems found.',
  problems: (count: number) => (count === 1 ? '1 problem' : `${count} problems`),
  deviceNow: (setting: string, chosen: string | null) => (chosen === null ? `${deviceName(setting)} does not work` : setting === 'automatic' ? `${deviceName(chosen)}, picked automatically` : deviceName(chosen)),
  device: {
    heading: 'Device',
    choose: 'Generate on',
    automatic: (chosen: string | null) => (chosen === null ? 'Automatic' : `Automatic (${deviceName(chosen)})`),
    name: deviceName,
    hint: (provider: string) => DEVICE_HINTS[provider] ?? '',
    promise: 'Shots are made on this device or not at all: it is never changed behind your back.',
    works: 'Works',
    refused: 'Refused',
    inUse: 'In use',
    tried: (milliseconds: number) => (milliseconds < 950 ? `tried in ${Math.round(milliseconds)} ms` : `tried in ${(milliseconds / 1000).toFixed(1)} s`),
    none: 'The engine did not start, so no device could be tried.',
  },
  cards: {
    heading: 'Graphics cards',
    none: 'No graphics card was found. Models run on the processor.',
    driver: (driver: string | null) => (driver === null ? 'Driver unknown' : `Driver ${driver}`),
    unknown: 'The system does not tell how much memory it has, so shots are admitted without a check.',
  },
  room: {
    heading: 'Memory and disk',
    memory: 'Memory',
    disk: 'Disk',
    graphics: 'Card memory',
    free: (free: number, total: number) => `${gigabytes(free)} free of ${gigabytes(total)}`,
    unknown: 'Not known',
  },
  ffmpeg: {
    heading: 'ffmpeg',
    none: 'No working ffmpeg was found, so video can be neither written nor read.',
    version: (version: string, encoders: readonly string[]) => `Version ${version}; encodes with ${encoders.join(', ')}`,
    source: { setting: 'your choice', FFMPEG_PATH: 'from FFMPEG_PATH', system: 'of the system', bundled: 'comes with the studio' } as Readonly<Record<string, string>>,
    own: 'Your own ffmpeg',
    placeholder: 'Found by itself',
    use: 'Use it',
  },
  packs: {
    heading: 'Model packs',
    none: 'No model pack is installed.',
    ready: 'Ready',
    broken: 'Cannot be used',
    missing: 'Missing',
    size: (bytes: number) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB on disk` : `${gigabytes(bytes)} on disk`),
    needs: (least: number, most: number) => (gigabytes(least) === gigabytes(most) ? `needs ${gigabytes(least)} of memory` : `needs ${gigabytes(least)} to ${gigabytes(most)} of memory`),
  },
  library: {
    heading: 'Library',
    whole: 'Whole',
    damaged: 'Damaged',
  },
  versions: (version: string, node: string, platform: string, onnxruntime: string | null) => `Shotwright ${version} · Node ${node.replace(/^v/, '')} · ${platform} · onnxruntime ${onnxruntime ?? 'does not load'}`,
}
