/** Copies of fixture packs that a test may damage or alter. */
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { packFolder } from './golden.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-engine-'))
  folders.push(folder)
  return folder
}

type Manifest = Record<string, never> & { components: Record<string, { file: string; bytes: number; sha256: string; externalData: unknown[] }> }

/** A copy of a fixture pack whose manifest was passed through `change`. */
export function copyPack(name: string, change: (manifest: Manifest) => unknown = () => {}): string {
  const folder = join(temporaryFolder(), name)
  cpSync(packFolder(name), folder, { recursive: true })
  const file = join(folder, 'pack.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
  change(manifest)
  writeFileSync(file, JSON.stringify(manifest))
  return folder
}

/** Bytes and hash of a component as its file now is, for packs that were changed on purpose. */
export function describeFile(folder: string, file: string): { file: string; bytes: number; sha256: string; externalData: never[] } {
  const path = join(folder, file)
  return { file, bytes: statSync(path).size, sha256: createHash('sha256').update(readFileSync(path)).digest('hex'), externalData: [] }
}
