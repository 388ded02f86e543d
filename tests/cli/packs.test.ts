/** `shotwright packs …` as a process: sentences for people, one document with --json, exit codes for scripts. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { packServer, type PackServer } from '../packs/pack-server.ts'
import { TINY } from '../packs/shop-fixture.ts'
import { COMPILE_CACHE } from '../services/studio-harness.ts'

vi.setConfig({ testTimeout: 60_000 })

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')
/** The one entry of the real catalogue that is downloaded; the server gives it tiny graphs. */
const ENTRY = 'wan2.1-t2v-1.3b-onnx'
const BASE = '/TensorStack/Wan2.1-T2V-1.3B-onnx/resolve/main'

let folder: string
let server: PackServer

interface Run { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function packs(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, '--data', join(folder, 'data'), ...(args[0] === '--json' ? ['--json', 'packs', ...args.slice(1)] : ['packs', ...args])], { env: { ...process.env, ...COMPILE_CACHE }, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => { stdout += String(chunk) })
    child.stderr.on('data', (chunk) => { stderr += String(chunk) })
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-cli-packs-')))
  server = await packServer()
  for (const graph of ['text_encoder', 'transformer', 'vae_decoder']) server.put(`${BASE}/${graph}/model.onnx`, readFileSync(join(TINY, `${graph}.onnx`)))
  server.put('/Wan-AI/Wan2.1-T2V-1.3B-Diffusers/resolve/main/tokenizer/tokenizer.json', readFileSync(join(TINY, 'tokenizer.json')))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('shotwright packs', () => {
  it('lists what can be had with size, memory and terms', async () => {
    const { code, stdout } = await packs('catalogue')
    expect(code).toBe(0)
    expect(stdout).toMatch(/hunyuanvideo-1\.5-480p-distilled.*\n.*\n.*\n.*The licence does not apply in: European Union, United Kingdom, South Korea\./)
    expect(JSON.parse((await packs('--json', 'catalogue')).stdout)).toMatchObject({ entries: expect.any(Array), mirror: null })
  })

  it('does not begin under terms that were not accepted', async () => {
    const { code, stderr } = await packs('install', 'ltx-video-2b-distilled')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/10 million US dollars[^]*LICENCE_NOT_ACCEPTED/)])
  })

  it('installs from a mirror, verifies, names a bad file, repairs and removes', async () => {
    expect((await packs('mirror', 'http://mirror.example')).code).toBe(2)
    expect(await packs('mirror', server.origin)).toMatchObject({ code: 0, stdout: expect.stringContaining(server.origin) })

    const install = await packs('install', ENTRY)
    expect(install).toMatchObject({ code: 0, stdout: expect.stringMatching(/hashes of 4 files[^]*is installed/) })
    // Plain lines where nothing can overwrite itself: one for each file.
    expect(install.stderr).toMatch(/text_encoder\/model\.onnx \(1 of 4\)\n[^]*tokenizer\.json \(4 of 4\)\n/)
    expect(install.stderr).not.toContain('\r')

    expect(await packs('verify', ENTRY)).toMatchObject({ code: 0, stdout: expect.stringContaining('every file matches') })
    writeFileSync(join(folder, 'data', 'packs', ENTRY, 'tokenizer', 'tokenizer.json'), '{}')
    const broken = await packs('--json', 'verify')
    expect([broken.code, JSON.parse(broken.stdout)]).toEqual([5, { error: expect.objectContaining({ code: 'MODEL_CORRUPT', message: expect.stringContaining('tokenizer/tokenizer.json: has another size'), remedy: expect.stringContaining('packs repair') }) }])
    expect((await packs('repair', ENTRY)).code).toBe(0)
    expect((await packs('verify')).code).toBe(0)

    const removed = await packs('--json', 'remove', ENTRY)
    expect([removed.code, JSON.parse(removed.stdout)]).toMatchObject([0, { packId: ENTRY, freedBytes: expect.any(Number) }])
    expect((await packs('remove', ENTRY)).code).toBe(4)
  })

  it('imports a folder, by copy or where it lies', async () => {
    expect(await packs('import', TINY, '--link')).toMatchObject({ code: 0, stderr: expect.stringContaining('from where it lies') })
    expect((await packs('list')).stdout).toMatch(/tiny-wan .* ready, linked from /)
    expect((await packs('import', TINY)).code).toBe(2)
    expect((await packs('import', folder)).code).toBe(4)
  })

  it('fails with a code of its own when the server has not got it', async () => {
    server.setFault(`${BASE}/transformer/model.onnx`, { kind: 'redirect', to: 'http://127.0.0.2/elsewhere' })
    const { code, stderr } = await packs('install', ENTRY)
    expect([code, stderr]).toEqual([3, expect.stringContaining('not encrypted')])
  })
})
