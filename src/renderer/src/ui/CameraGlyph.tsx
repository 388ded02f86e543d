/** One small arrow drawing for each camera move, the same in cards, timeline and inspector. */
import type { CameraMove } from '#core/document/schema.ts'
import { CAMERA_MOVES, describeMove, moveGlyph } from '#core/camera/moves.ts'
import type { CameraPreset } from '#core/document/schema.ts'
import type { ReactNode } from 'react'

/** Drawn for one direction on a 20-unit field; the opposite one is the same drawing mirrored. */
const DRAWINGS: Readonly<Record<string, ReactNode>> = Object.freeze({
  static: <><rect x="4" y="5.5" width="12" height="9" rx="1.5" /><circle cx="10" cy="10" r="1.2" fill="currentColor" stroke="none" /></>,
  pan: <><path d="M3.5 13.5C6 8.5 12.5 7 16 11" /><path d="M12.6 11.4 16.2 11.2 16.4 7.6" /><circle cx="8.6" cy="15.2" r="1.2" fill="currentColor" stroke="none" /></>,
  tilt: <><path d="M13.5 16.5C8.5 14 7 7.5 11 4" /><path d="M11.4 7.4 11.2 3.8 7.6 3.6" /><circle cx="15.2" cy="11.4" r="1.2" fill="currentColor" stroke="none" /></>,
  roll: <><path d="M15.2 7.1A6 6 0 1 0 16 10" /><path d="M15.6 3.6 15.4 7.4 11.7 7.1" /></>,
  truck: <><path d="M3 7.5H16.5" /><path d="M13.4 4.4 16.5 7.5 13.4 10.6" /><path d="M3 14.5H17" strokeDasharray="2 2.4" /></>,
  pedestal: <><path d="M7.5 17V3.5" /><path d="M4.4 6.6 7.5 3.5 10.6 6.6" /><path d="M14.5 17V3" strokeDasharray="2 2.4" /></>,
  dolly: <><path d="M3.5 4.5 8 8.2M16.5 4.5 12 8.2M3.5 15.5 8 11.8M16.5 15.5 12 11.8" /><path d="M8.2 5.9V8.4H5.6M11.8 5.9V8.4H14.4M8.2 14.1V11.6H5.6M11.8 14.1V11.6H14.4" /></>,
  'dolly-back': <><path d="M8 8.2 3.5 4.5M12 8.2 16.5 4.5M8 11.8 3.5 15.5M12 11.8 16.5 15.5" /><path d="M6.2 4.2H3.3V7.1M13.8 4.2H16.7V7.1M6.2 15.8H3.3V12.9M13.8 15.8H16.7V12.9" /></>,
  zoom: <><rect x="7.2" y="7.6" width="5.6" height="4.8" rx="0.8" /><path d="M3.4 7.2V4.6H6.6M13.4 4.6H16.6V7.2M16.6 12.8V15.4H13.4M6.6 15.4H3.4V12.8" /></>,
  'zoom-back': <><rect x="3.4" y="4.6" width="13.2" height="10.8" rx="1.2" /><path d="M7 9.2V7.8H8.7M11.3 7.8H13V9.2M13 10.8V12.2H11.3M8.7 12.2H7V10.8" /></>,
  orbit: <><circle cx="10" cy="7.5" r="1.9" fill="currentColor" stroke="none" /><path d="M3.5 9.5C4 13.6 7.4 15.4 10.6 15.2 13.6 15 15.8 13.2 16.4 10.4" /><path d="M13.5 12.1 16.5 10 18.4 13.1" /></>,
  crane: <><path d="M3.5 16.5H9" /><path d="M6 16.5 6 13.2 13.6 6.4" /><path d="M9.8 5.8 14 6 14 10.2" /></>,
  handheld: <path d="M2.8 11.5C4.3 6.4 6 6.6 7.2 10.4S10.2 14.6 11.6 10 14.6 6.2 17.2 10.4" />,
  tracking: <><circle cx="13" cy="6.5" r="2" fill="currentColor" stroke="none" /><path d="M3 14H16.5" /><path d="M13.4 10.9 16.5 14 13.4 17.1" /><path d="M3.5 6.5H9" strokeDasharray="2 2.2" /></>,
  whip: <><path d="M3 6.5H9M3 10H12.5M3 13.5H8" /><path d="M12 5.5 16.8 10 12 14.5" /></>,
  vertigo: <><rect x="7.4" y="7.6" width="5.2" height="4.8" rx="0.8" /><path d="M3 4.5 5.6 6.8M17 4.5 14.4 6.8M3 15.5 5.6 13.2M17 15.5 14.4 13.2" /><path d="M3.4 10H5.4M14.6 10H16.6" /></>,
  focus: <><circle cx="6.5" cy="10" r="3.6" /><circle cx="14" cy="10" r="2.4" strokeDasharray="1.6 1.8" /></>,
  combined: <><path d="M3 14.5H12" /><path d="M9.2 11.7 12 14.5 9.2 17.3" /><path d="M14.8 12V3.5" /><path d="M12 6.3 14.8 3.5 17.6 6.3" /></>,
  path: <><path d="M3.5 15C7 15 6.5 6 10.5 6S13.5 11 16.5 11" /><circle cx="3.5" cy="15" r="1.5" fill="currentColor" stroke="none" /><circle cx="10.5" cy="6" r="1.5" fill="currentColor" stroke="none" /><circle cx="16.5" cy="11" r="1.5" fill="currentColor" stroke="none" /></>,
})

/** What a glyph's direction word does to its drawing. */
const MIRRORS: Readonly<Record<string, string>> = Object.freeze({
  left: 'translate(20 0) scale(-1 1)', anticlockwise: 'translate(20 0) scale(-1 1)', down: 'translate(0 20) scale(1 -1)',
})

export function CameraGlyph({ move, size = 16, withTitle = false }: { readonly move: CameraMove; readonly size?: number; readonly withTitle?: boolean }) {
  return <GlyphDrawing glyph={moveGlyph(move)} size={size} {...(withTitle ? { title: describeMove(move) } : {})} />
}

/** The drawing of a preset in its usual direction. */
export function PresetGlyph({ preset, size = 16 }: { readonly preset: CameraPreset; readonly size?: number }) {
  return <GlyphDrawing glyph={CAMERA_MOVES[preset].glyph} size={size} />
}

function GlyphDrawing({ glyph, size, title }: { readonly glyph: string; readonly size: number; readonly title?: string }) {
  const [, name = 'static', direction = ''] = glyph.split('-')
  const drawing = direction === 'out' ? (DRAWINGS[`${name}-back`] ?? DRAWINGS[name]) : DRAWINGS[name]
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" role={title ? 'img' : undefined} aria-label={title} aria-hidden={title ? undefined : true} className="glyph">
      <g transform={MIRRORS[direction]}>{drawing}</g>
    </svg>
  )
}
