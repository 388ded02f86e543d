/** Loads the fonts of titles and captions from the studio, the very files that the export uses. */
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { BUNDLED_FONTS } from '#core/render/fonts.ts'
import { useStudio } from '../stores/studio.ts'

export function useTextFonts(): void {
  const studio = useStudio()
  const baseUrl = useStore(studio.link.state, (state) => state.info?.mediaBaseUrl ?? null)
  useEffect(() => {
    if (baseUrl === null) return
    for (const { family, weight, file } of BUNDLED_FONTS) {
      const face = new FontFace(family, `url("${studio.mediaUrl(`fonts/${file}`)}")`, { weight: String(weight) })
      document.fonts.add(face)
      // A font that cannot be had leaves the next family of the list; the viewer still shows every word.
      face.load().then(() => studio.session.noteFonts(), () => undefined)
    }
  }, [studio, baseUrl])
}
