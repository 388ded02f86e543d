/** Registers the bundled fonts with the canvas, so that titles look the same on every machine. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GlobalFonts } from '@napi-rs/canvas'
import { StudioError } from '#core/errors.ts'
import { BUNDLED_FONTS } from '#core/render/fonts.ts'

const registered = new Set<string>()

/** Registers each font once a process. Throws MEDIA_MISSING where one is not there: boxes instead of letters would be worse. */
export function registerFonts(folder: string | null): void {
  const fonts = folder ?? findFontsFolder()
  for (const { family, file } of BUNDLED_FONTS) {
    const path = join(fonts, file)
    if (registered.has(path)) continue
    // Read here: the canvas' own loader cannot look into an Electron archive.
    if (!existsSync(path) || !GlobalFonts.register(readFileSync(path), family)) {
      throw new StudioError({ code: 'MEDIA_MISSING', message: `The font ${file} is missing from this installation.`, remedy: 'Install the studio again.', detail: path })
    }
    registered.add(path)
  }
}

/** resources/fonts above this file: in the sources, in a build, or beside an Electron archive. */
function findFontsFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'resources', 'fonts')
    if (existsSync(join(candidate, 'fonts.json'))) return candidate
    if (dirname(folder) === folder) break
  }
  throw new StudioError({ code: 'MEDIA_MISSING', message: 'The fonts of this installation were not found.', remedy: 'Install the studio again.', detail: import.meta.dirname })
}
