/** Which device the person wants to compute on, as a setting; "automatic" is an order that ends at the CPU, which every machine has. */
import { DEVICE_SETTING, FFMPEG_SETTING, PROVIDERS_SETTING } from '#core/devices/device-setting.ts'
import type { SettingsTable } from '../storage/settings-table.ts'

/** What automatic tries, the best first. A platform has only those that this runtime brings or can be given there. */
const AUTOMATIC: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = Object.freeze({
  linux: ['cuda', 'webgpu', 'cpu'], win32: ['webgpu', 'directml', 'cpu'], darwin: ['webgpu', 'cpu'],
})

/** "automatic", or the one provider that was chosen. */
export function deviceSetting(settings: Pick<SettingsTable, 'get'>): string {
  const chosen = settings.get(DEVICE_SETTING)
  return typeof chosen === 'string' && chosen !== '' ? chosen : 'automatic'
}

/** The providers to try, in order; never one that was not asked for. An order of one's own is a setting too, for scripts. */
export function askedProviders(settings: Pick<SettingsTable, 'get'>, platform: NodeJS.Platform = process.platform): readonly string[] {
  const device = deviceSetting(settings)
  if (device !== 'automatic') return [device]
  const order = settings.get(PROVIDERS_SETTING)
  if (Array.isArray(order) && order.length > 0 && order.every((name) => typeof name === 'string')) return order as string[]
  return AUTOMATIC[platform] ?? ['cpu']
}

/** The person's own ffmpeg; null where the one that is found will do. */
export function ffmpegSetting(settings: Pick<SettingsTable, 'get'>): string | null {
  const path = settings.get(FFMPEG_SETTING)
  return typeof path === 'string' && path.trim() !== '' ? path.trim() : null
}
