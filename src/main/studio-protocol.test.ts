import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { studioProtocol } from './studio-protocol.ts'

const folder = mkdtempSync(join(tmpdir(), 'shotwright-protocol-'))
const page = join(folder, 'page')
const clip = join(folder, 'clip.mp4')
const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251))
writeFileSync(clip, bytes)
writeFileSync(join(folder, 'secret.html'), 'secret')
await import('node:fs/promises').then((fs) => fs.mkdir(page).then(() => fs.writeFile(join(page, 'index.html'), '<title>Shotwright</title>')))
const handle = studioProtocol({ rendererFolder: page, resolveMedia: (path) => (path === 'takes/a/b/video' ? { file: clip, contentType: 'video/mp4' } : null) })

afterAll(() => rmSync(folder, { recursive: true }))

function ask(url: string, init?: RequestInit): Promise<Response> {
  return handle(new Request(url, init))
}

describe('the studio’s own scheme', () => {
  it('serves the page with its security policy', async () => {
    const response = await ask('shotwright://studio/')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<title>Shotwright</title>')
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  })

  it('answers a range with exactly those bytes', async () => {
    const response = await ask('shotwright://studio/media/takes/a/b/video', { headers: { Range: 'bytes=100-199' } })
    expect([response.status, response.headers.get('Content-Range'), response.headers.get('Content-Length')]).toEqual([206, 'bytes 100-199/1000', '100'])
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
  })

  it('answers a range beyond the file with 416 and HEAD without a body', async () => {
    const beyond = await ask('shotwright://studio/media/takes/a/b/video', { headers: { Range: 'bytes=1000-' } })
    expect([beyond.status, beyond.headers.get('Content-Range')]).toEqual([416, 'bytes */1000'])
    const head = await ask('shotwright://studio/media/takes/a/b/video', { method: 'HEAD' })
    expect([head.status, head.headers.get('Content-Length'), (await head.arrayBuffer()).byteLength]).toEqual([200, '1000', 0])
  })

  it.each(['..%2fsecret.html', '%2e%2e/secret.html', '..%5csecret.html', 'a/../../secret.html', '%00', '%', 'C:%5Csecret.html', '/etc/passwd', 'secret.html'])(
    'serves nothing outside the page for %s', async (path) => {
      const response = await ask(`shotwright://studio/${path}`)
      expect([400, 404]).toContain(response.status)
      expect(await response.text()).not.toContain('secret')
    })

  it('sends an unchanged file no second time, and joins no range to another version of it', async () => {
    const tag = (await ask('shotwright://studio/media/takes/a/b/video')).headers.get('ETag') ?? ''
    expect((await ask('shotwright://studio/media/takes/a/b/video', { headers: { 'If-None-Match': tag } })).status).toBe(304)
    const ranged = (ifRange: string) => ask('shotwright://studio/media/takes/a/b/video', { headers: { Range: 'bytes=0-9', 'If-Range': ifRange } })
    expect([(await ranged(tag)).status, (await ranged('"another"')).status]).toEqual([206, 200])
  })

  it('answers a name that no file system has like any other that is not there', async () => {
    expect((await ask(`shotwright://studio/${'x'.repeat(300)}.js`)).status).toBe(404)
  })

  it('answers no other origin and no other method', async () => {
    expect((await ask('shotwright://evil/')).status).toBe(403)
    expect((await ask('shotwright://studio/', { method: 'POST', body: 'x' })).status).toBe(405)
  })
})
