/** Finds a real Chromium and starts it: the system's if there is one, else the headless one inside an npm package. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

const ROOT = join(import.meta.dirname, '..', '..')
const PACKAGE = join(ROOT, 'node_modules', '@sparticuz', 'chromium')
const SYSTEM_BROWSERS = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
]
/** Headless, without a sandbox where the user is root, and with sound that nobody has to click for. */
const ARGUMENTS = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--mute-audio']

/** Starts the browser: SHOTWRIGHT_CHROMIUM, the system's, the package's; throws naming what was tried. */
export async function launchBrowser(): Promise<Browser> {
  const asked = process.env['SHOTWRIGHT_CHROMIUM']
  const system = asked && asked !== 'bundled' ? asked : asked ? undefined : SYSTEM_BROWSERS.find((file) => existsSync(file))
  return system ? await chromium.launch({ executablePath: system, args: ARGUMENTS }) : await launchBundled()
}

async function launchBundled(): Promise<Browser> {
  const folder = await unpackBundled()
  const options: LaunchOptions = { executablePath: join(folder, 'chromium'), args: [...ARGUMENTS, '--headless=shell', '--no-zygote'] }
  try {
    return await chromium.launch(options)
  } catch {
    // A system without NSS and expat: the package's archive carries them.
    return await chromium.launch({ ...options, env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') } })
  }
}

/** Unpacks the browser once; test files that start side by side never see half of it, since the folder gets its name last. */
async function unpackBundled(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { readonly version: string }
  const folder = join(ROOT, 'build-cache', `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(join(dirname(folder), 'unpack-'))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = temporary
  try {
    const { default: bundled, inflate } = await import('@sparticuz/chromium')
    await bundled.executablePath()
    await inflate(join(PACKAGE, 'bin', 'al2023.tar.br'))
    if (!existsSync(folder)) renameSync(temporary, folder)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(temporary, { recursive: true, force: true })
  }
  return folder
}
