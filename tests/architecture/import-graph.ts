/** Reads who imports whom in src/, as text: enough to hold the code against the layer table. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface ImportEdge {
  /** Repository-relative, forward slashes. */
  readonly from: string
  /** A repository-relative file for our own code, the package name for others. */
  readonly to: string
  readonly isTypeOnly: boolean
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
const ALIASES: Readonly<Record<string, string>> = {
  '#core': 'src/core', '#contracts': 'src/contracts', '#engine': 'src/engine', '#services': 'src/services', '#webhost': 'src/webhost',
  '#cli': 'src/cli', '#main': 'src/main', '#renderer': 'src/renderer/src', '#tests': 'tests',
}

/** Every import of the product's sources (tests left out). */
export function readImportGraph(root: string): readonly ImportEdge[] {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => file.replaceAll('\\', '/')).filter((file) => !/\.test\.tsx?$/.test(file))
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
}

function importsOf(file: string, source: string): readonly ImportEdge[] {
  return [...source.matchAll(IMPORT)].map((match) => {
    const specifier = match[2] ?? match[3] ?? ''
    return { from: file, to: resolve(file, specifier), isTypeOnly: match[1] !== undefined }
  })
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier)).replaceAll('\\', '/')
  const alias = specifier.split('/')[0] ?? ''
  const folder = ALIASES[alias]
  return folder ? specifier.replace(alias, folder) : specifier
}
