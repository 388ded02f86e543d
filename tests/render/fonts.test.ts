import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import { BUNDLED_FONTS, MONO_FONT, TEXT_FONTS, UI_FONT } from '#core/render/fonts.ts'

const FOLDER = new URL('../../resources/fonts/', import.meta.url)

interface FontRow { family: string; weight: number; file: string; bytes: number; sha256: string; licence: string; licenceFile: string; source: string }
const rows = (JSON.parse(readFileSync(new URL('fonts.json', FOLDER), 'utf8')) as { fonts: FontRow[] }).fonts

describe('the bundled fonts', () => {
  it('are the files that fonts.json and the program list, byte for byte', () => {
    expect(rows.map(({ family, weight, file }) => ({ family, weight, file }))).toEqual(BUNDLED_FONTS)
    for (const { file, bytes, sha256 } of rows) {
      const content = readFileSync(new URL(file, FOLDER))
      expect([content.length, createHash('sha256').update(content).digest('hex')], file).toEqual([bytes, sha256])
    }
    const files = readdirSync(FOLDER).filter((file) => /\.(?:ttf|otf|woff2?)$/.test(file))
    expect(files.sort()).toEqual(rows.map(({ file }) => file).sort())
  })

  it('weigh less than 8 MB', () => {
    expect(rows.reduce((sum, { file }) => sum + statSync(new URL(file, FOLDER)).size, 0)).toBeLessThan(8_000_000)
  })

  it('carry their licences, and are named with their sources in the notice', () => {
    const notice = readFileSync(new URL('NOTICE.md', FOLDER), 'utf8')
    for (const { file, licence, licenceFile, source } of rows) {
      expect(['OFL-1.1', 'Apache-2.0']).toContain(licence)
      expect(existsSync(new URL(licenceFile, FOLDER))).toBe(true)
      expect(notice).toContain(file)
      expect(notice).toContain(source)
    }
  })

  it('register under the family names that the program paints with', () => {
    for (const { file, family } of BUNDLED_FONTS) {
      expect(GlobalFonts.registerFromPath(new URL(file, FOLDER).pathname) !== null, file).toBe(true)
      expect(GlobalFonts.has(family), family).toBe(true)
    }
    for (const family of [UI_FONT, MONO_FONT]) expect(BUNDLED_FONTS.map((font) => font.family)).toContain(family)
    for (const [, family] of TEXT_FONTS.matchAll(/"([^"]+)"/g)) expect(BUNDLED_FONTS.map((font) => font.family)).toContain(family)
  })

  it('give digits of one width to timecode', () => {
    const context = createCanvas(10, 10).getContext('2d')
    context.font = `20px "${MONO_FONT}"`
    expect(new Set('0123456789:'.split('').map((digit) => context.measureText(digit).width)).size).toBe(1)
  })

  it('hold the letters of Portuguese and the characters of Chinese', () => {
    const context = createCanvas(10, 10).getContext('2d')
    context.font = `20px ${TEXT_FONTS}`
    // A glyph that no font has is as wide as any other such glyph.
    const missing = context.measureText('\u{10FFFD}').width
    for (const character of '机器人沙漠車，。') expect(context.measureText(character).width).toBeCloseTo(20, 0)
    for (const character of 'ãçõéíú') expect(context.measureText(character).width).not.toBe(missing)
  })
})
