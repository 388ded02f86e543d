/** One file from servers that cut, forget, lie, stall and send elsewhere: what arrives is whole and right, or is said not to have arrived. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CancelledError, StudioError } from '#core/errors.ts'
import { systemClock, type Clock } from '#services/clock.ts'
import { downloadFile, type DownloadPorts, type FetchedFile, type FileVersion, type WantedFile } from '#services/packs/download/download-file.ts'
import { DEFAULT_LIMITS } from '#services/packs/download/download-limits.ts'
import { systemPackDisk } from '#services/packs/download/pack-disk.ts'
import { packServer, type Fault, type PackServer } from './pack-server.ts'

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff))
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')
const PATH = '/owner/repo/resolve/main/model.onnx'

let server: PackServer
let folder: string
let target: string
let version: FileVersion | null
let troubles: (string | null)[]

beforeEach(async () => {
  server = await packServer()
  folder = mkdtempSync(join(tmpdir(), 'shotwright-download-'))
  target = join(folder, 'model.onnx')
  version = null
  troubles = []
  server.put(PATH, CONTENT)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Wish {
  readonly wanted?: Partial<WantedFile>
  readonly ports?: Partial<DownloadPorts>
  readonly signal?: AbortSignal
}

function fetchIt({ wanted = {}, ports = {}, signal = new AbortController().signal }: Wish = {}): Promise<FetchedFile> {
  return downloadFile({ url: new URL(server.origin + PATH), name: 'model.onnx', target, bytes: CONTENT.byteLength, sha256: SHA256, version, ...wanted }, {
    clock: systemClock(), disk: systemPackDisk(), mirror: server.origin,
    limits: { ...DEFAULT_LIMITS, stallMs: 300, attempts: 3, backoffMs: () => 0 },
    onBytes: (bytes) => server.noteReceived(PATH, bytes), onTrouble: (trouble) => troubles.push(trouble?.message ?? null), rememberVersion: (next) => { version = next }, ...ports,
  }, signal)
}

const isWhole = (): boolean => existsSync(target) && readFileSync(target).equals(CONTENT)
const gets = () => server.asked.filter(({ method }) => method === 'GET')

function replaceOnServer(content: Buffer, fault: Fault | null = null): void {
  server.setFault(PATH, fault)
  server.put(PATH, content)
}

/** Leaves the first part of the file behind, as a run that was ended. */
function leavePart(bytes: number, etag: string | null): void {
  writeFileSync(target, CONTENT.subarray(0, bytes))
  version = { etag, lastModified: null }
}

describe('a file', () => {
  it('arrives whole, with its size and hash', async () => {
    expect(await fetchIt()).toEqual({ bytes: CONTENT.byteLength, sha256: SHA256 })
    expect(isWhole()).toBe(true)
  })

  it.each<[string, Fault, number]>([
    ['is cut off twice', { kind: 'cut', afterBytes: [50_000, 90_000], isNoted: true }, 3],
    ['stalls', { kind: 'stall', afterBytes: 40_000, times: 1 }, 2],
    ['is answered with 503', { kind: 'status', status: 503, times: 2 }, 3],
    ['is answered with 429 and a moment to wait', { kind: 'status', status: 429, times: 1, headers: { 'retry-after': '0' } }, 2],
  ])('that %s is asked for again and goes on where it stopped', async (_what, fault, requests) => {
    server.setFault(PATH, fault)
    await fetchIt()
    expect(isWhole()).toBe(true)
    expect(gets()).toHaveLength(requests)
    expect(troubles.filter((trouble) => trouble !== null)).toHaveLength(requests - 1)
    if (fault.kind === 'cut' || fault.kind === 'stall') expect(gets()[1]).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d+-$/), ifRange: expect.stringMatching(/^"/) })
  })

  it('goes on after a restart from what is on the disk, hashing it again', async () => {
    await fetchIt()
    const etag = version?.etag ?? null
    leavePart(120_000, etag)
    await fetchIt()
    expect(gets().at(-1)).toMatchObject({ range: 'bytes=120000-', ifRange: etag })
    expect(isWhole()).toBe(true)
  })

  it('whose part on the disk was damaged is fetched anew, and arrives right', async () => {
    await fetchIt()
    leavePart(120_000, version?.etag ?? null)
    writeFileSync(target, Buffer.alloc(120_000, 1))
    await fetchIt()
    expect(isWhole()).toBe(true)
    expect(gets().at(-1)?.range).toBeNull()
  })

  it('that is there already is not fetched', async () => {
    await fetchIt()
    await fetchIt()
    expect(gets()).toHaveLength(1)
  })

  it('begins again where the server ignores ranges', async () => {
    leavePart(120_000, '"old"')
    server.setFault(PATH, { kind: 'ignore-range' })
    await fetchIt()
    expect(isWhole()).toBe(true)
  })

  it('that changed on the server midway is taken whole in its new version, never joined from two', async () => {
    const other = Buffer.from(CONTENT.toReversed())
    server.setFault(PATH, { kind: 'cut', afterBytes: [100_000], isNoted: true })
    const fetched = await fetchIt({ wanted: { bytes: null, sha256: null }, ports: { onTrouble: (trouble) => { if (trouble) replaceOnServer(other) } } })
    expect(fetched.sha256).toBe(createHash('sha256').update(other).digest('hex'))
    expect(readFileSync(target).equals(other)).toBe(true)
  })

  it('that changed midway on a server which joins anything is taken whole nevertheless', async () => {
    const other = Buffer.from(CONTENT.toReversed())
    server.setFault(PATH, { kind: 'cut', afterBytes: [100_000], isNoted: true })
    const fetched = await fetchIt({ wanted: { bytes: null, sha256: null }, ports: { onTrouble: (trouble) => { if (trouble) replaceOnServer(other, { kind: 'ignore-if-range' }) } } })
    expect(fetched.sha256).toBe(createHash('sha256').update(other).digest('hex'))
  })

  it('of no known hash is not joined from a part that begins elsewhere', async () => {
    server.setFault(PATH, { kind: 'cut', afterBytes: [100_000], isNoted: true })
    const fetched = await fetchIt({ wanted: { bytes: null, sha256: null }, ports: { onTrouble: (trouble) => { if (trouble) server.setFault(PATH, { kind: 'wrong-range' }) } } })
    expect([fetched.sha256, gets().map(({ range }) => range !== null)]).toEqual([SHA256, [false, true, false]])
  })

  it('of no known hash is not gone on with where the server names no version: it may be another file by now', async () => {
    const other = Buffer.from(CONTENT.toReversed())
    replaceOnServer(other, { kind: 'no-validator' })
    leavePart(120_000, null)
    await fetchIt({ wanted: { sha256: null } })
    expect(readFileSync(target).equals(other)).toBe(true)
  })

  it('is not followed to another server without encryption', async () => {
    const other = await packServer()
    other.put(PATH, CONTENT)
    server.setFault(PATH, { kind: 'redirect', to: other.origin + PATH })
    await expect(fetchIt()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining(other.origin) })
    expect(other.asked).toEqual([])
    await other.close()
  })

  it('of a known hash that changed on the server is refused and removed', async () => {
    server.put(PATH, Buffer.from(CONTENT.toReversed()))
    await expect(fetchIt()).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('model.onnx'), remedy: expect.stringContaining('mirror') })
    expect(existsSync(target)).toBe(false)
  })

  it('with wrong bytes on a joined transfer is fetched once more before it is refused', async () => {
    await fetchIt()
    leavePart(120_000, version?.etag ?? null)
    server.setFault(PATH, { kind: 'wrong-bytes', times: 1 })
    await fetchIt()
    expect(isWhole()).toBe(true)
  })

  it.each<[string, Fault]>([['answers another part than was asked for', { kind: 'wrong-range' }], ['gives no version', { kind: 'no-validator' }]])('whose server %s arrives right nevertheless', async (_what, fault) => {
    leavePart(120_000, null)
    server.setFault(PATH, fault)
    await fetchIt().catch(() => server.setFault(PATH, null))
    await fetchIt()
    expect(isWhole()).toBe(true)
  })

  it('of unknown size and version on the disk is not gone on with', async () => {
    writeFileSync(target, Buffer.alloc(120_000, 1))
    await fetchIt({ wanted: { bytes: null, sha256: null, version: null } })
    expect(gets().map(({ range }) => range)).toEqual([null])
    expect(isWhole()).toBe(true)
  })

  it.each<[string, Fault, string]>([
    ['sends more than was declared', { kind: 'send-more' }, 'MODEL_CORRUPT'],
    ['declares another size', { kind: 'declare', bytes: 299_999 }, 'MODEL_CORRUPT'],
    ['does not have it', { kind: 'status', status: 404, times: 9 }, 'DOWNLOAD_FAILED'],
    ['asks for an account', { kind: 'status', status: 401, times: 9 }, 'DOWNLOAD_FAILED'],
    ['is busy for too long', { kind: 'status', status: 503, times: 99 }, 'DOWNLOAD_FAILED'],
    ['sends it on to unencrypted http', { kind: 'redirect', to: 'http://127.0.0.2:9/x' }, 'DOWNLOAD_FAILED'],
    ['sends it on in a circle', { kind: 'redirect', to: PATH }, 'DOWNLOAD_FAILED'],
    ['sends it on to a file of this machine', { kind: 'redirect', to: 'file:///etc/passwd' }, 'DOWNLOAD_FAILED'],
  ])('of a server that %s fails, saying what and what to do', async (_what, fault, code) => {
    server.setFault(PATH, fault)
    const error = await fetchIt().then(() => null, (cause: unknown) => cause as StudioError)
    expect(error).toMatchObject({ code, message: expect.stringMatching(/model\.onnx|sends the download|sent the download/), remedy: expect.stringMatching(/\w{4,}/) })
    expect(isWhole()).toBe(false)
  })

  it('is never larger on the disk than was declared', async () => {
    server.setFault(PATH, { kind: 'send-more' })
    const disk = systemPackDisk()
    let written = 0
    const counting: DownloadPorts['disk'] = {
      ...disk,
      openAt: async (file, position) => {
        const writer = await disk.openAt(file, position)
        return { ...writer, write: (chunk) => { written += chunk.byteLength; return writer.write(chunk) } }
      },
    }
    await expect(fetchIt({ ports: { disk: counting } })).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('more than') })
    expect(written).toBeLessThanOrEqual(CONTENT.byteLength)
    expect(existsSync(target)).toBe(false)
  })

  it('waits as long as the server asks', async () => {
    server.setFault(PATH, { kind: 'status', status: 429, times: 1, headers: { 'retry-after': '7' } })
    const asked: number[] = []
    const system = systemClock()
    const clock: Clock = { ...system, after: (ms, callback) => system.after(ms === 300 ? 300_000 : (asked.push(ms), 0), callback) }
    await fetchIt({ ports: { clock } })
    expect(asked).toEqual([7_000])
  })

  it('that is cancelled stops at once and keeps its part', async () => {
    server.hold(PATH, 64_000)
    const abort = new AbortController()
    const running = fetchIt({ signal: abort.signal, ports: { onBytes: (bytes) => { if (bytes >= 64_000) abort.abort() } } })
    await expect(running).rejects.toBeInstanceOf(CancelledError)
    expect(statSync(target).size).toBe(64_000)
  })

  it('meets a full disk: said so, what was written stays, and it goes on when there is room', async () => {
    const disk = systemPackDisk()
    let room = 100_000
    const full: DownloadPorts['disk'] = {
      ...disk,
      openAt: async (file, position) => {
        const writer = await disk.openAt(file, position)
        return { ...writer, write: async (chunk) => {
          await writer.write(chunk.subarray(0, room))
          if (room < chunk.byteLength) throw new StudioError({ code: 'DISK_FULL', message: `There is no space left on the disk that holds ${folder}.`, remedy: 'Free some space.' })
          room -= chunk.byteLength
        } }
      },
    }
    await expect(fetchIt({ ports: { disk: full } })).rejects.toMatchObject({ code: 'DISK_FULL' })
    const kept = statSync(target).size
    expect(kept).toBeGreaterThan(0)
    await fetchIt()
    expect(gets().at(-1)?.range).toBe(`bytes=${kept}-`)
    expect(isWhole()).toBe(true)
  })

  it('is not asked for over plain http unless that very address was named', async () => {
    await expect(fetchIt({ ports: { mirror: null } })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('not encrypted') })
    expect(server.asked).toEqual([])
  })
})
