import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'shotwright-cli-'))
const data = join(folder, 'data')
const film = join(folder, 'my film')
const script = join(folder, 'script.txt')
const ffprobe = (createRequire(import.meta.url)('@ffprobe-installer/ffprobe') as { path: string }).path

interface Run { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the real command line in a process of its own. */
function shotwright(...args: readonly string[]): Promise<Run> {
  return run(['--data', data, ...args], process.env)
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'src', 'cli', 'main.ts'), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => { stdout += String(chunk) })
    child.stderr.on('data', (chunk) => { stderr += String(chunk) })
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function environment(changes: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes }
}

async function json<T>(...args: readonly string[]): Promise<T & { readonly exit: number | null }> {
  const { code, stdout } = await shotwright('--json', ...args)
  return { ...(JSON.parse(stdout) as T), exit: code }
}

beforeAll(() => {
  mkdirSync(join(data, 'packs'), { recursive: true })
  cpSync(join(ROOT, 'tests', 'fixtures', 'packs', 'tiny-camera'), join(data, 'packs', 'tiny-camera'), { recursive: true })
  writeFileSync(script, 'CLOSE ON a red robot, pan left (1s)\n\nWide shot of a beach at sunset, dolly in (1s)\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the command line', () => {
  it('makes a project of a script, plans it, renders what is stale, and exports one checked file', async () => {
    expect(await json('new', film, '--from', script, '--format', '1:1', '--fps', '24', '--pack', 'tiny-camera')).toMatchObject({ exit: 0, shots: 2, folder: film })

    const before = await json<{ steps: { reasons: { kind: string }[] }[] }>('plan', film)
    expect(before.steps.map((step) => step.reasons[0]?.kind)).toEqual(['no-take', 'no-take'])

    expect(await json('export', film)).toMatchObject({ exit: 2, error: { code: 'EXPORT_BLOCKED' } })

    const rendered = await json<{ takes: unknown[] }>('render', film)
    expect([rendered.exit, rendered.takes.length]).toEqual([0, 2])
    const after = await json<{ steps: unknown[] }>('plan', film)
    expect(after.steps).toEqual([])

    const out = join(folder, 'out put.mp4')
    const exported = await json<{ frameCount: number; file: string }>('export', film, '--preset', 'generic-1080x1920', '--out', out, '--contact-sheet')
    expect(exported).toMatchObject({ exit: 0, file: out, frameCount: 48, frameSize: { width: 1080, height: 1920 } })
    const probed = JSON.parse(execFileSync(ffprobe, ['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,width,height,nb_read_frames', '-of', 'json', out], { encoding: 'utf8' })) as { streams: unknown[] }
    expect(probed.streams).toMatchObject([{ codec_name: 'h264', width: 1080, height: 1920, nb_read_frames: '48' }, { codec_name: 'aac' }])

    const bytes = readFileSync(out)
    expect(await json('export', film, '--out', out)).toMatchObject({ exit: 2, error: { code: 'FILE_EXISTS', remedy: expect.stringMatching(/overwrite|another name/i) } })
    expect(readFileSync(out).equals(bytes)).toBe(true)
  }, 180_000)

  it.each([
    [['new', join(folder, 'x'), '--from', join(folder, 'none.txt')], 4, 'NOT_FOUND'],
    [['new', join(folder, 'x'), '--format', '7:3'], 2, 'INVALID_INPUT'],
    [['new', join(folder, 'x'), '--pack', 'nothing'], 4, 'PACK_UNKNOWN'],
    [['plan', join(folder, 'no such project')], 4, 'NOT_FOUND'],
    [['export', film, '--preset', 'myspace'], 4, 'NOT_FOUND'],
    [['render', film, '--shots', '9'], 4, 'NOT_FOUND'],
    [['demo', '--preset', 'myspace', '--out', join(folder, 'x')], 4, 'NOT_FOUND'],
  ] as const)('answers %j with exit code %i and a typed error with a remedy', async (args, code, error) => {
    const answer = await json<{ error: { code: string; remedy: string } }>(...args)
    expect([answer.exit, answer.error.code]).toEqual([code, error])
    expect(answer.error.remedy.length).toBeGreaterThan(10)
  })

  it('verifies packs and finds a flipped byte', async () => {
    expect(await json('packs', '--verify')).toMatchObject({ exit: 0, broken: [] })
    const file = join(data, 'packs', 'tiny-camera', 'transformer.onnx')
    const good = readFileSync(file)
    const bad = Buffer.from(good)
    bad[bad.length - 9] = (bad[bad.length - 9] ?? 0) ^ 0xff
    writeFileSync(file, bad)
    const { code, stdout } = await shotwright('packs', '--verify')
    expect(code).toBe(5)
    expect(stdout).toContain('transformer.onnx')
    expect(await json('packs', '--verify')).toMatchObject({ exit: 5, error: { code: 'MODEL_CORRUPT' } })
    writeFileSync(file, good)
  })

  it('shows what works on this machine', async () => {
    const report = await json<{ providers: { provider: string; available: boolean; reason: string | null }[]; ffmpeg: { encoders: string[] } }>('doctor')
    expect(report.providers.find(({ provider }) => provider === 'cpu')).toMatchObject({ available: true })
    for (const { available, reason } of report.providers) if (!available) expect(reason).toMatch(/\w+ .*\./)
    expect(report.ffmpeg.encoders).toEqual(expect.arrayContaining(['libx264', 'aac']))
  })

  it('says that ffmpeg is missing before it samples anything', async () => {
    const project = join(folder, 'no ffmpeg')
    await json('new', project, '--from', script, '--format', '1:1', '--fps', '24', '--pack', 'tiny-camera')
    const { code, stdout } = await run(['--json', '--data', data, 'render', project], environment({ SHOTWRIGHT_NO_BUNDLED_FFMPEG: '1', PATH: '/nonexistent', FFMPEG_PATH: '' }))
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([5, 'FFMPEG_MISSING'])
  }, 60_000)

  it('says which folder it cannot write to', async () => {
    const { code, stderr } = await run(['--data', join(script, 'data'), 'packs'], process.env)
    expect([code, stderr]).toEqual([5, expect.stringMatching(/script\.txt.*cannot be written to\.\n.*another folder/s)])
  })

  it('leaves no project behind where making one failed', () => {
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })
})
