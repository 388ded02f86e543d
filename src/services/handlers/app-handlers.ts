/** The studio's answers about itself: app.*, pack.* and settings.*. */
import type { ContractHandlers } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import { StudioError } from '#core/errors.ts'
import { examine } from '../doctor.ts'
import type { HostInfo, StudioServices } from '../studio-services.ts'

type Handlers = Pick<ContractHandlers<StudioContract>, 'app.info' | 'app.doctor' | 'pack.list' | 'pack.verify' | 'settings.get' | 'settings.set'>

const COMMAND_LINE: HostInfo = Object.freeze({ host: 'cli', canPickFiles: false, mediaBaseUrl: '' })
const SETTING_KEY = /^[A-Za-z][A-Za-z0-9.-]{0,99}$/

export function appHandlers(services: StudioServices): Handlers {
  const { options, packs, mediaEngine, tables } = services
  return {
    'app.info': () => appInfo(options.version, options.host ?? COMMAND_LINE),
    'app.doctor': () => examine(services),
    'pack.list': () => ({ packs: [...packs.list()] }),
    'pack.verify': ({ packId }, { signal }) => {
      const pack = packs.find(packId)
      mediaEngine.revive()
      return mediaEngine.ask('pack.verify', { packFolder: pack.folder }, signal)
    },
    'settings.get': () => ({ values: { ...tables.settings.all() } }),
    'settings.set': ({ key, value }) => {
      if (!SETTING_KEY.test(key)) throw new StudioError({ code: 'INVALID_INPUT', message: `"${key}" is no name of a setting.`, remedy: 'Use letters, digits, dots and dashes.' })
      tables.transaction(() => tables.settings.set(key, value))
      return {}
    },
  }
}

export function appInfo(version: string, { host, canPickFiles, mediaBaseUrl }: HostInfo) {
  return { version, host, canPickFiles, mediaBaseUrl, platform: process.platform }
}
