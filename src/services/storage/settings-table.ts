/** The person's settings, as JSON values by key. */
import type { SqlDatabase } from './database.ts'

export interface SettingsTable {
  all(): Readonly<Record<string, unknown>>
  get(key: string): unknown
  set(key: string, value: unknown): void
}

export function settingsTable(database: SqlDatabase): SettingsTable {
  return {
    all: () => Object.fromEntries(database.all('SELECT key, value FROM settings').map((row) => [String(row['key']), JSON.parse(String(row['value']))])),
    get: (key) => {
      const row = database.get('SELECT value FROM settings WHERE key = :key', { key })
      return row ? (JSON.parse(String(row['value'])) as unknown) : undefined
    },
    set: (key, value) => {
      database.run('INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value', { key, value: JSON.stringify(value) })
    },
  }
}
