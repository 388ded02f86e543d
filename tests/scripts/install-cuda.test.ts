/** The command that installs the CUDA provider, against a feed on this machine: what can be tested without an NVIDIA card. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../scripts/install-cuda/checks.ts'
import { installCuda } from '../../scripts/install-cuda/install.ts'

const require = createRequire(import.meta.url)
const { version: RUNTIME_VERSION } = require('onnxruntime-node/package.json') as { readonly version: string }
const LIBRARIES = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so', 'libonnxruntime_providers_tensorrt.so']
const GOOD: Machine = {
  platform: 'linux', arch: 'x64', driver: () => ({ version: '550.54.14', card: 'NVIDIA GeForce RTX 4090' }), hasLibrary: () => true, freeBytes: () => 50e9,
}

function nupkg(names: readonly string[] = LIBRARIES): Buffer {
  const Zip = createRequire(join(dirname(require.resolve('onnxruntime-node/package.json')), 'package.json'))('adm-zip') as new () => { addFile(name: string, data: Buffer): void; toBuffer(): Buffer }
  const zip = new Zip()
  for (const name of names) zip.addFile(`runtimes/linux-x64/native/${name}`, Buffer.from(`library ${name}`))
  return zip.toBuffer()
}

let folder: string
let server: Server
let feed: string
/** What the feed does wrong; tests change it. */
let faults: { body: Buffer; hash?: string; size?: number; cutAfter?: number; status?: number; noHash?: boolean }
let served: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shotwright-install-'))
  faults = { body: nupkg() }
  served = []
  server = createServer((request, response) => {
    served.push(request.url ?? '')
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const answer = (value: unknown): void => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (request.url === '/v3/index.json') return answer({ resources: [{ '@id': `${own}/files/`, '@type': 'PackageBaseAddress/3.0.0' }, { '@id': `${own}/registrations`, '@type': 'RegistrationsBaseUrl/3.6.0' }] })
    if (request.url === `/registrations/microsoft.ml.onnxruntime.gpu.linux/${RUNTIME_VERSION}.json`) return answer({ catalogEntry: `${own}/catalogue` })
    if (request.url === '/catalogue') {
      const hash = { packageHash: faults.hash ?? createHash('sha512').update(faults.body).digest('base64'), packageHashAlgorithm: 'SHA512' }
      return answer({ ...(faults.noHash === true ? {} : hash), packageSize: faults.size ?? faults.body.length })
    }
    if (faults.status !== undefined) return void response.writeHead(faults.status).end()
    response.setHeader('content-length', faults.body.length)
    if (faults.cutAfter === undefined) return void response.end(faults.body)
    response.write(faults.body.subarray(0, faults.cutAfter), () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  feed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/index.json`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function install(machine: Partial<Machine> = {}, onlyCheck = false) {
  const lines: string[] = []
  const outcome = await installCuda({ machine: { ...GOOD, ...machine }, onlyCheck, say: (line) => lines.push(line), feed, folder }).catch((error: Error) => error.message)
  return { outcome, lines: lines.join('\n'), files: readdirSync(folder).toSorted() }
}

describe('installing the CUDA provider', () => {
  it('puts the libraries of the installed runtime\'s version into place', async () => {
    const { outcome, files, lines } = await install()
    expect(outcome).toBe(true)
    expect(files).toEqual(LIBRARIES)
    expect(readFileSync(join(folder, LIBRARIES[0] as string), 'utf8')).toBe(`library ${LIBRARIES[0]}`)
    expect(lines).toContain(`Downloading Microsoft.ML.OnnxRuntime.Gpu.Linux ${RUNTIME_VERSION}`)
    const before = served.length
    expect((await install()).outcome).toBe(true)
    expect(served.length).toBe(before)
  })

  it('only looks where only a check is wanted', async () => {
    expect(await install({}, true)).toMatchObject({ outcome: false, files: [] })
    expect(served).toEqual([])
    await install()
    expect((await install({}, true)).outcome).toBe(true)
  })

  it.each([
    ['another platform', { platform: 'win32' }, 'platform', /DirectML/],
    ['no driver', { driver: (): null => null }, 'driver', /nvidia-smi/],
    ['an old driver', { driver: () => ({ version: '470.223.02', card: 'Tesla K80' }) }, 'driver', /525 or newer/],
    ['a full disk', { freeBytes: () => 1e9 }, 'disk', /1\.5 GB are needed/],
  ] as const)('downloads nothing on %s, and says why', async (_, machine, name, says) => {
    const { outcome, lines, files } = await install(machine)
    expect(outcome).toBe(`Nothing was installed, because of: ${name}.`)
    expect(lines).toMatch(says)
    expect([files, served]).toEqual([[], []])
  })

  it('installs without cuDNN, and says that CUDA will not start before it is there', async () => {
    const { outcome, lines, files } = await install({ hasLibrary: (name) => name !== 'libcudnn.so.9' })
    expect(outcome).toBe(false)
    expect(files).toEqual(LIBRARIES)
    expect(lines).toMatch(/cuDNN 9 for CUDA 12.*not start before these are found: libcudnn\.so\.9/s)
  })

  it.each([
    ['sends something else', () => ({ hash: createHash('sha512').update('else').digest('base64') }), /SHA-512 differs/],
    ['names no hash', () => ({ noHash: true }), /could not be proven/],
    ['cuts the connection', () => ({ cutAfter: 100 }), /broke off after \d+ of \d+ bytes/],
    ['sends more than it names', () => ({ size: 10 }), /larger than the 10 bytes/],
    ['lacks the version', () => ({ status: 404 }), /no such package/],
    ['is broken', () => ({ status: 503 }), /answered 503/],
    ['sends a package without the libraries', () => ({ body: nupkg(LIBRARIES.slice(1)) }), /lacks runtimes\/linux-x64\/native\/libonnxruntime_providers_cuda\.so/],
  ] as const)('leaves nothing behind where the feed %s', async (_, wrong, says) => {
    faults = { ...faults, ...wrong() }
    const { outcome, files } = await install()
    expect(outcome).toMatch(says)
    expect(files).toEqual([])
  })

  it('takes nothing over plain http from elsewhere', async () => {
    await expect(installCuda({ machine: GOOD, onlyCheck: false, say: () => {}, feed: 'http://feed.invalid/index.json', folder })).rejects.toThrow('not https')
  })

  it('cannot be run by npm ci', () => {
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { scripts: Record<string, string> }
    expect(scripts['install:cuda']).toBe('node scripts/install-cuda/main.ts')
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts[hook] ?? '').not.toContain('cuda')
  })
})
