import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { STUDIO_CONTRACT, type Job, type StudioContract } from '#contracts/studio-api.ts'
import { startShell, STUDIO_FRAME, type DrivenShell } from './driven-shell.ts'

interface ShellState {
  readonly isSandboxEnabled: boolean
  readonly schemes: readonly { readonly scheme: string; readonly privileges: Readonly<Record<string, boolean>> }[]
  readonly handled: readonly string[]
  readonly menu: boolean
  readonly windows: readonly { readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> }; readonly url: string; readonly isShown: boolean }[]
  readonly ipcChannels: readonly string[]
}
interface Fetched { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly length: number; readonly text: string }

const dataFolder = mkdtempSync(join(tmpdir(), 'shotwright-shell-'))
let shell: DrivenShell
let client: ContractClient<StudioContract>

beforeAll(async () => {
  shell = await startShell(dataFolder)
  client = createClient(STUDIO_CONTRACT, shell.transport)
})
afterAll(async () => {
  shell.kill()
  await shell.exited
  rmSync(dataFolder, { recursive: true, force: true })
})

describe('the built main bundle, under a stand-in for Electron', () => {
  it('opens one sandboxed, isolated window on the studio’s page, and one IPC channel', async () => {
    const state = await shell.ask<ShellState>('state')
    expect(state).toMatchObject({
      isSandboxEnabled: true, handled: ['shotwright'], menu: true, ipcChannels: ['shotwright:studio'],
      schemes: [{ scheme: 'shotwright', privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true } }],
      windows: [{ url: 'shotwright://studio/', isShown: true, options: { webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false } } }],
    })
    expect(state.schemes[0]?.privileges).not.toHaveProperty('bypassCSP')
    expect(existsSync(String(state.windows[0]?.options.webPreferences['preload']))).toBe(true)
  })

  it('serves the built page with its policy', async () => {
    const page = await shell.ask<Fetched>('fetch', { url: 'shotwright://studio/' })
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page.text)?.[1]
    expect((await shell.ask<Fetched>('fetch', { url: `shotwright://studio${script}` })).status).toBe(200)
  })

  it('answers the page, and tells it which host it is', async () => {
    expect(await client.call('app.info', {})).toMatchObject({ host: 'electron', canPickFiles: true, mediaBaseUrl: 'shotwright://studio/media/' })
  })

  it('asks the system where to save', async () => {
    expect((await client.call('host.pickSaveFile', { suggestedName: 'film.mp4' })).file).toBe(join(dataFolder, 'videos', 'film.mp4'))
  })

  it.each([
    ['a foreign page', { url: 'https://evil.example/', parent: null }, undefined],
    ['a frame inside the page', { ...STUDIO_FRAME, parent: {} }, undefined],
    ['no frame at all', null, undefined],
    ['another window', STUDIO_FRAME, 999],
  ])('does not listen to %s', async (_who, frame, senderId) => {
    const before = shell.sent.length
    await shell.ask('ipc', { channel: 'shotwright:studio', frame, senderId, message: { kind: 'call', id: 1, method: 'library.list', input: {} } })
    // A call from the trusted page, sent later, is answered: the untrusted one never was.
    await client.call('app.info', {})
    expect(shell.sent.slice(before).filter((message) => (message as { id?: number }).id === 1)).toEqual([])
  })

  it('stays on the studio’s pages and opens known links outside only', async () => {
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect(await shell.ask('navigate', { event, url: 'https://evil.example/' })).toBe(true)
      expect(await shell.ask('navigate', { event, url: 'shotwright://studio/index.html' })).toBe(false)
    }
    expect(await shell.ask('webview')).toBe(true)
    expect(await shell.ask('open', { url: 'file:///etc/passwd' })).toEqual({ action: 'deny', openedOutside: [] })
    expect(await shell.ask('open', { url: 'https://github.com/x' })).toEqual({ action: 'deny', openedOutside: ['https://github.com/x'] })
  })

  it('refuses permissions', async () => {
    expect(await shell.ask('permission', { permission: 'geolocation', url: 'shotwright://studio/' })).toBe(false)
    expect(await shell.ask('permission', { permission: 'fullscreen', url: 'shotwright://studio/' })).toBe(true)
  })

  it('brings its window forward when it is started again', async () => {
    expect(await shell.ask('second-instance')).toBe(true)
  })

  it('shows a crashed page again, and leaves one alone that was ended on purpose', async () => {
    expect(await shell.ask('page-gone', { reason: 'killed' })).toBe(0)
    expect(await shell.ask('page-gone', { reason: 'crashed' })).toBe(1)
  })

  it('generates a take in the utility process and serves its video in ranges', async () => {
    const { document } = await client.call('project.create', { title: 'Shell', frameSize: { width: 1080, height: 1080 }, frameRate: { num: 8, den: 1 }, script: 'A red ball on the beach (2s)', folder: null })
    const projectId = document.project.id
    const { jobIds } = await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    const job = await finished(jobIds[0] ?? '')
    expect(job).toMatchObject({ state: 'done', error: null })
    const video = await shell.ask<Fetched>('fetch', { url: `shotwright://studio/media/takes/${projectId}/${job.takeId}/video`, headers: { range: 'bytes=4-7' } })
    expect([video.status, video.length, video.text]).toEqual([206, 4, 'ftyp'])
  }, 120_000)

  it('saves and ends when the app quits', async () => {
    const quitting = shell.ask('quit').catch(() => null)
    expect(await shell.exited).toBe(0)
    await quitting
  })
})

describe('a second start of the app', () => {
  it('opens nothing and quits', async () => {
    const second = await startShell(mkdtempSync(join(tmpdir(), 'shotwright-second-')), { FAKE_ELECTRON_LOCK: 'taken' }).catch((error: unknown) => String(error))
    expect(second).toContain('The shell quit with 0')
  })
})

function finished(jobId: string): Promise<Job> {
  return new Promise((resolve) => {
    const take = (job: Job): void => {
      if (job.jobId === jobId && job.finishedAt !== null) resolve(job)
    }
    client.on('job.updated', take)
    void client.call('job.list', { projectId: null }).then(({ jobs }) => jobs.forEach(take))
  })
}
