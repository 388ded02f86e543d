/** The bundled fonts by family name; resources/fonts/fonts.json lists the files, and every host registers all of them. */

/** Family of the interface. */
export const UI_FONT = 'Inter'
/** Family of timecode. */
export const MONO_FONT = 'JetBrains Mono'
/** Families of captions, titles and slates in the order in which a glyph is looked for, as a CSS font-family list. */
export const TEXT_FONTS = '"Inter", "Droid Sans Fallback", "Noto Emoji", sans-serif'

export interface BundledFont {
  readonly family: string
  readonly weight: 400 | 600 | 700
  /** Name in resources/fonts. */
  readonly file: string
}

/** What a host registers before it paints: by @font-face in a browser, by GlobalFonts in Node. */
export const BUNDLED_FONTS: readonly BundledFont[] = Object.freeze([
  { family: 'Inter', weight: 400, file: 'Inter-Regular.otf' },
  { family: 'Inter', weight: 600, file: 'Inter-SemiBold.otf' },
  { family: 'Inter', weight: 700, file: 'Inter-Bold.otf' },
  { family: 'JetBrains Mono', weight: 400, file: 'JetBrainsMono-Regular.ttf' },
  { family: 'Droid Sans Fallback', weight: 400, file: 'DroidSansFallbackFull.ttf' },
  { family: 'Noto Emoji', weight: 400, file: 'NotoEmoji-Regular.ttf' },
])

/** A canvas font value in the text families. */
export function textFont(weight: 400 | 600 | 700, sizePx: number): string {
  return `${weight} ${Math.max(1, Math.round(sizePx * 100) / 100)}px ${TEXT_FONTS}`
}
