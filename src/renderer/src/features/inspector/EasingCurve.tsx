/** An easing as a small curve: time across, way covered up. */
import { ease } from '#core/camera/easing.ts'
import type { Easing } from '#core/document/schema.ts'

const POINTS = 16

export function EasingCurve({ easing }: { readonly easing: Easing }) {
  const points = Array.from({ length: POINTS + 1 }, (_, index) => index / POINTS).map((at) => `${(2 + 12 * at).toFixed(1)},${(14 - 12 * ease(easing, at)).toFixed(1)}`)
  return <svg width={16} height={16} viewBox="0 0 16 16" className="glyph" aria-hidden><polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" /></svg>
}
