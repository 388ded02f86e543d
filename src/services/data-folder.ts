/** Where a studio keeps its library when nobody says otherwise: each platform's folder for application data. */
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** SHOTWRIGHT_DATA wins; then the platform's convention (XDG, Application Support, AppData). */
export function defaultDataFolder(env: Environment, platform: NodeJS.Platform): string {
  const chosen = env['SHOTWRIGHT_DATA']
  if (chosen !== undefined && chosen !== '') return chosen
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Shotwright')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Shotwright')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'shotwright')
}
