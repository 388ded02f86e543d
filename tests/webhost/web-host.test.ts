/** The web host over real HTTP and WebSockets: who gets in, what is served, and in which pieces. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { createClient } from '#contracts/client.ts'
import { STUDIO_CONTRACT, takeThumbnailPath, takeVideoPath } from '#contracts/studio-api.ts'
import { webSocketTransport } from '#contracts/web-socket-transport.ts'
import { startWebHost, type WebHost } from '#webhost/server.ts'
import { projectOf, reread, workshop, type OpenedStudio } from '../services/studio-harness.ts'

const shop = workshop()
const page = join(shop.folder, 'page')
let opened: OpenedStudio
let host: WebHost
let takePath = ''
let takeBytes: Buffer

beforeAll(async () => {
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Shotwright</title>')
  writeFileSync(join(page, 'assets', 'app.js'), 'export {}')
  writeFileSync(join(shop.folder, 'secret.html'), 'secret')
  symlinkSync(join(shop.folder, 'secret.html'), join(page, 'link.html'))
  opened = shop.open({ resourcesFolder: join(import.meta.dirname, '..', '..', 'resources') })
  host = await startWebHost({ studio: opened.studio, rendererFolder: page })
  const project = await projectOf(opened.client, ['a red car'])
  const projectId = project.document.project.id
  const { jobIds } = await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
  const { takeId } = await opened.finished(jobIds[0] ?? '')
  takePath = takeVideoPath(projectId, takeId ?? '')
  const take = Object.values((await reread(opened.client, project)).document.takes)[0]
  takeBytes = await import('node:fs').then((fs) => fs.readFileSync(join(project.folder, take?.video.file ?? '')))
})
afterAll(async () => {
  await host.close()
  await shop.dispose()
})

function ask(path: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Response> {
  return fetch(`${host.origin}${path}`, { redirect: 'manual', ...init, headers: { Authorization: `Bearer ${host.token}`, ...init.headers } })
}

/** Sends what fetch would tidy up: raw paths and foreign Host headers. */
function askRaw(path: string, headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly text: string }> {
  const { port } = new URL(host.origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    request.end()
  })
}

describe('who gets into the web host', () => {
  it('moves the token of the first address into a cookie that scripts and other sites never see', async () => {
    const first = await fetch(host.url, { redirect: 'manual' })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/'])
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^shotwright-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const second = await fetch(`${host.origin}/`, { headers: { cookie: cookie.split(';')[0] ?? '' } })
    expect([second.status, await second.text()]).toEqual([200, '<!doctype html><title>Shotwright</title>'])
  })

  it.each(['/', '/index.html', '/assets/app.js', '/media/fonts/x.woff2', '/?token=wrong', '/?token='])('answers 401 to %s without the token', async (path) => {
    const response = await fetch(`${host.origin}${path}`, { redirect: 'manual' })
    expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('Open the studio by the address')])
  })

  it('answers to no other name, so that no foreign page can point its own at the studio', async () => {
    for (const name of ['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '[::1]']) {
      expect((await askRaw('/', { Host: name, Authorization: `Bearer ${host.token}` })).status).toBe(421)
    }
  })

  it('refuses requests of other origins, even with the cookie', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', `${host.origin}.evil.example`, host.origin.replace('http', 'https')]) {
      expect((await ask('/', { headers: { Origin: origin } })).status).toBe(403)
    }
    expect((await ask('/', { headers: { Origin: host.origin } })).status).toBe(200)
  })

  it('answers GET and HEAD only, each with the security headers', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', { method })).status).toBe(405)
    const { headers } = await ask('/', { method: 'HEAD' })
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/)
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('cross-origin-resource-policy')]).toEqual(['nosniff', 'no-referrer', 'same-origin'])
  })

  it('outlives odd paths of strangers', async () => {
    for (const path of ['//', '///', '//[', '//:99999999/', '/?', '/?%', '//?token=%']) {
      expect([path, (await askRaw(path, { Host: new URL(host.origin).host })).status]).toEqual([path, 401])
    }
    expect((await ask('/')).status).toBe(200)
  })

  it('opens a socket only with the token, from its own page, by its own name', async () => {
    const { port } = new URL(host.origin)
    const token = { Authorization: `Bearer ${host.token}` }
    const attempts: readonly [string, Readonly<Record<string, string>>, string][] = [
      ['/rpc', {}, 'refused'],
      ['/rpc?token=wrong', {}, 'refused'],
      ['/other', token, 'refused'],
      ['/rpc', { ...token, Origin: 'http://evil.example' }, 'refused'],
      ['/rpc', { ...token, Host: `evil.example:${port}` }, 'refused'],
      ['/rpc', { ...token, Origin: host.origin }, 'open'],
      [`/rpc?token=${host.token}`, {}, 'open'],
    ]
    for (const [path, headers, expected] of attempts) expect([path, headers, await tryToOpen(path, headers)]).toEqual([path, headers, expected])
  })
})

function tryToOpen(path: string, headers: Readonly<Record<string, string>>): Promise<'open' | 'refused'> {
  const socket = new NodeSocket(`${host.origin.replace('http', 'ws')}${path}`, { headers })
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.once('error', () => resolve('refused'))
  })
}

describe('what the web host serves', () => {
  it('answers the contract to a page, with the address of its media', async () => {
    const client = createClient(STUDIO_CONTRACT, webSocketTransport(new WebSocket(`${host.origin.replace('http', 'ws')}/rpc?token=${host.token}`)))
    expect(await client.call('app.info', {})).toMatchObject({ host: 'web', canPickFiles: false, mediaBaseUrl: `${host.origin}/media/` })
    client.dispose()
  })

  it('drops a socket that sends too much, and serves the others on', async () => {
    const socket = new NodeSocket(`${host.origin.replace('http', 'ws')}/rpc?token=${host.token}`)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise<number>((resolve) => {
      socket.once('close', (code) => resolve(code))
    })
    socket.on('error', () => {})
    socket.send('x'.repeat(33 * 1024 * 1024))
    expect([1006, 1009]).toContain(await closed)
    expect((await ask('/')).status).toBe(200)
  })

  it.each([
    '/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '/..%5csecret.html', '/assets/../../secret.html', '/assets/%2e%2e/%2e%2e/secret.html',
    '/link.html', '//secret.html', '/%00', '/%', '/C:%5Csecret.html', '/etc/passwd', '/secret.html', '/assets', '/media/../secret.html', '/media/takes/../../secret.html/video',
  ])('serves nothing outside the page for %s', async (path) => {
    const { status, text } = await askRaw(path, { Host: new URL(host.origin).host, Authorization: `Bearer ${host.token}` })
    expect([400, 404]).toContain(status)
    expect(text).not.toContain('secret')
  })

  it('outlives a path that the file system refuses', async () => {
    expect((await ask(`/${'a'.repeat(300)}.js`)).status).toBe(404)
    expect((await ask('/')).status).toBe(200)
  })

  it('serves a take whole, with its type and a tag that answers 304 as long as it is unchanged', async () => {
    const response = await ask(`/media/${takePath}`)
    const etag = response.headers.get('etag') ?? ''
    expect([response.status, response.headers.get('content-type'), response.headers.get('accept-ranges')]).toEqual([200, 'video/mp4', 'bytes'])
    expect(Buffer.from(await response.arrayBuffer()).equals(takeBytes)).toBe(true)
    expect((await ask(`/media/${takePath}`, { headers: { 'If-None-Match': etag } })).status).toBe(304)
  })

  it.each([
    ['bytes=100-199', 100, 199], ['bytes=0-0', 0, 0], ['bytes=2000-', 2000, null], ['bytes=-50', -50, null], ['bytes=5-999999999', 5, null],
  ] as const)('answers the range %s with exactly those bytes', async (range, start, end) => {
    const response = await ask(`/media/${takePath}`, { headers: { Range: range } })
    const expected = takeBytes.subarray(start, end === null ? undefined : end + 1)
    const from = start < 0 ? takeBytes.length + start : start
    expect([response.status, response.headers.get('content-range'), response.headers.get('content-length')])
      .toEqual([206, `bytes ${from}-${from + expected.length - 1}/${takeBytes.length}`, String(expected.length)])
    expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true)
  })

  it('answers 416 beyond the end, ignores ranges it does not know, and sends no body for HEAD', async () => {
    const beyond = await ask(`/media/${takePath}`, { headers: { Range: `bytes=${takeBytes.length}-` } })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${takeBytes.length}`])
    for (const range of ['bytes=5-2', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=', 'nonsense']) expect((await ask(`/media/${takePath}`, { headers: { Range: range } })).status).toBe(200)
    const head = await ask(`/media/${takePath}`, { method: 'HEAD', headers: { Range: 'bytes=0-9' } })
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([206, '10', 0])
    const otherVersion = await ask(`/media/${takePath}`, { headers: { Range: 'bytes=0-9', 'If-Range': '"another"' } })
    expect(otherVersion.status).toBe(200)
  })

  it('serves thumbnails of closed projects, and nothing else of them', async () => {
    const created = await projectOf(opened.client, ['a boat'])
    const projectId = created.document.project.id
    const { jobIds } = await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    const { takeId } = await opened.finished(jobIds[0] ?? '')
    await opened.client.call('project.close', { projectId })
    expect((await ask(`/media/${takeThumbnailPath(projectId, takeId ?? '')}`)).status).toBe(200)
    expect((await ask(`/media/${takeVideoPath(projectId, takeId ?? '')}`)).status).toBe(404)
  })

  it('serves the bundled fonts by name', async () => {
    const name = await import('node:fs').then((fs) => fs.readdirSync(join(import.meta.dirname, '..', '..', 'resources', 'fonts')).find((file) => /\.(woff2|ttf|otf)$/.test(file)))
    const response = await ask(`/media/fonts/${name ?? ''}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^font\//)])
  })

  it('says in a sentence that a port is taken', async () => {
    const port = Number(new URL(host.origin).port)
    await expect(startWebHost({ studio: opened.studio, rendererFolder: page, port })).rejects.toMatchObject({ code: 'NOT_READY', message: expect.stringContaining(String(port)) })
  })
})
