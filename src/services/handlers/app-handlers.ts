/** The studio's answers about itself: app.* and settings.*. */
import type { ContractHandlers } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import { FFMPEG_SETTING } from '#core/devices/device-setting.ts'
import { StudioError } from '#core/errors.ts'
import { examine } from '../doctor.ts'
import type { HostDialogs, HostInfo, StudioServices } from '../studio-services.ts'

type HostHandlers = Pick<ContractHandlers<StudioContract>, 'app.info' | 'host.pickSaveFile' | 'host.pickFolder' | 'host.showExport'>
type Handlers = HostHandlers & Pick<ContractHandlers<StudioContract>, 'app.doctor' | 'settings.get' | 'settings.set'>

const COMMAND_LINE: HostInfo = Object.freeze({ host: 'cli', dialogs: null, mediaBaseUrl: '' })
const SETTING_KEY = /^[A-Za-z][A-Za-z0-9.-]{0,99}$/

export function appHandlers(services: StudioServices): Handlers {
  const { options, tables, engine, mediaEngine } = services
  return {
    ...hostHandlers(services, options.host ?? COMMAND_LINE),
    'app.doctor': ({ fresh }) => examine(services, fresh ?? false),
    'settings.get': () => ({ values: { ...tables.settings.all() } }),
    'settings.set': ({ key, value }) => {
      if (!SETTING_KEY.test(key)) throw new StudioError({ code: 'INVALID_INPUT', message: `"${key}" is no name of a setting.`, remedy: 'Use letters, digits, dots and dashes.' })
      tables.transaction(() => tables.settings.set(key, value))
      if (key === FFMPEG_SETTING) for (const each of [engine, mediaEngine]) each.reconfigure()
      return {}
    },
  }
}

/** What depends on the host: the same studio can serve an Electron window and a browser page. */
export function hostHandlers({ options, tables }: StudioServices, host: HostInfo): HostHandlers {
  return {
    'app.info': () => appInfo(options.version, host),
    'host.pickSaveFile': async ({ suggestedName }) => ({ file: await requireDialogs(host).pickSaveFile(suggestedName) }),
    'host.pickFolder': async () => ({ folder: (await requireDialogs(host).pickFolder?.()) ?? null }),
    'host.showExport': ({ jobId }) => {
      const file = tables.jobs.get(jobId)?.exportResult?.file
      if (file === undefined) throw new StudioError({ code: 'NOT_FOUND', message: `There is no finished export ${jobId.slice(0, 60)}.`, remedy: 'Export the project again.' })
      requireDialogs(host).showInFolder(file)
      return {}
    },
  }
}

function requireDialogs({ dialogs }: HostInfo): HostDialogs {
  if (dialogs) return dialogs
  throw new StudioError({ code: 'NOT_READY', message: 'This host has no file dialogs.', remedy: 'Type the file name, or open the studio as a desktop app.' })
}

function appInfo(version: string, { host, dialogs, mediaBaseUrl }: HostInfo) {
  return { version, host, canPickFiles: dialogs !== null, mediaBaseUrl, platform: process.platform }
}
