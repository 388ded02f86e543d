/** Puts the CUDA libraries of the installed onnxruntime-node into its folder, all of them or none. */
import { copyFileSync, existsSync, mkdtempSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { checkMachine } from './checks.ts'
import type { Machine } from './checks.ts'
import { download, findPackage, InstallProblem } from './package-feed.ts'

const require = createRequire(import.meta.url)
const RUNTIME = dirname(require.resolve('onnxruntime-node/package.json'))

export interface InstallOptions {
  readonly machine: Machine
  readonly onlyCheck: boolean
  readonly say: (line: string) => void
  /** Default: the feed that onnxruntime-node itself names. */
  readonly feed?: string
  /** Default: where onnxruntime-node loads its libraries from. */
  readonly folder?: string
}

interface Metadata {
  readonly manifests: Readonly<Record<string, Readonly<Record<string, { readonly package: string; readonly path: string }>>>>
  readonly packages: Readonly<Record<string, { readonly name: string; readonly versions: readonly { readonly feed: string; readonly version: string }[] }>>
  readonly feeds: Readonly<Record<string, { readonly index: string }>>
}

/** True where everything that is needed is there, or was installed. Throws InstallProblem. */
export async function installCuda({ machine, onlyCheck, say, feed, folder = join(RUNTIME, 'bin', 'napi-v6', 'linux', 'x64') }: InstallOptions): Promise<boolean> {
  const checks = checkMachine(machine, existsSync(folder) ? folder : RUNTIME)
  for (const { name, isMet, isNeeded, says } of checks) say(`${isMet ? 'ok  ' : isNeeded ? 'NO  ' : 'miss'}  ${name}: ${says}`)
  const missing = checks.filter(({ isMet, isNeeded }) => !isMet && isNeeded)
  const files = wantedFiles()
  const isInstalled = files.every(({ name }) => existsSync(join(folder, name)))
  say(`${isInstalled ? 'ok  ' : 'miss'}  CUDA part of onnxruntime: ${isInstalled ? `in ${folder}` : 'not installed'}`)
  if (onlyCheck) return checks.every(({ isMet }) => isMet) && isInstalled
  if (missing.length > 0) throw new InstallProblem(`Nothing was installed, because of: ${missing.map(({ name }) => name).join(', ')}.`)
  if (isInstalled) return true
  await fetchInto(folder, files, feed, say)
  const libraries = checks.filter(({ isMet }) => !isMet).map(({ name }) => name)
  if (libraries.length > 0) say(`Installed, but CUDA will not start before these are found: ${libraries.join(', ')}.`)
  return libraries.length === 0
}

interface WantedFile {
  readonly name: string
  readonly pathInPackage: string
}

/** What onnxruntime-node's own install script takes for CUDA 12. */
function wantedFiles(): readonly WantedFile[] {
  const manifest = metadata().manifests['linux/x64:cuda12'] ?? {}
  return Object.entries(manifest).map(([name, { path }]) => ({ name: basename(name), pathInPackage: path }))
}

async function fetchInto(folder: string, files: readonly WantedFile[], feed: string | undefined, say: (line: string) => void): Promise<void> {
  const source = metadata().packages['nuget:linux/x64:cuda12']
  const version = source?.versions[0]
  if (source === undefined || version === undefined) throw new InstallProblem('This onnxruntime-node names no CUDA package. Install the version that package.json asks for (npm ci).')
  const index = feed ?? metadata().feeds[version.feed]?.index ?? ''
  const found = await findPackage(index, source.name, version.version)
  say(`Downloading ${source.name} ${version.version}, ${(found.bytes / 1e6).toFixed(0)} MB`)
  const temporary = mkdtempSync(join(tmpdir(), 'shotwright-cuda-'))
  try {
    const archive = join(temporary, 'package.nupkg')
    let told = 0
    await download(found, archive, (done) => {
      const tenth = Math.floor((done / found.bytes) * 10)
      if (tenth > told) say(`  ${(told = tenth) * 10} %`)
    })
    unpack(archive, files, temporary)
    place(temporary, files, folder)
    say(`Installed ${files.map(({ name }) => name).join(', ')} into ${folder}`)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** The zip reader that onnxruntime-node brings for the same purpose. */
interface Archive {
  getEntry(name: string): { getData(): Buffer } | null
}

function unpack(archive: string, files: readonly WantedFile[], into: string): void {
  const Zip = createRequire(join(RUNTIME, 'package.json'))('adm-zip') as new (file: string) => Archive
  const zip = new Zip(archive)
  for (const { name, pathInPackage } of files) {
    const entry = zip.getEntry(pathInPackage)
    if (entry === null) throw new InstallProblem(`The package lacks ${pathInPackage}. Nothing was installed.`)
    writeFileSync(join(into, name), entry.getData())
  }
}

/** Copied beside their places first, then renamed: a full disk leaves no half a library under its name. */
function place(from: string, files: readonly WantedFile[], folder: string): void {
  const part = (name: string): string => join(folder, `${name}.part`)
  try {
    mkdirSync(folder, { recursive: true })
    for (const { name } of files) copyFileSync(join(from, name), part(name))
    for (const { name } of files) renameSync(part(name), join(folder, name))
  } catch (cause) {
    for (const { name } of files) rmSync(part(name), { force: true })
    throw new InstallProblem(`The libraries could not be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

function metadata(): Metadata {
  return require('onnxruntime-node/script/install-metadata.js') as Metadata
}
