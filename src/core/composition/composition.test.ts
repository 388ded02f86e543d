import { describe, expect, it } from 'vitest'
import { findExportPreset } from '../export/presets.ts'
import { GUIDE_KINDS, guideLines, GUIDES, powerPoints } from './guides.ts'
import { BROADCAST_AREAS, cropTo, presetSafeArea, rectInside } from './safe-area.ts'

const TALL = { width: 1080, height: 1920 }
const WIDE = { width: 1920, height: 1080 }

describe('guideLines', () => {
  it('stay on the frame, for every guide in the menu', () => {
    expect(GUIDES.map(({ kind }) => kind)).toEqual([...GUIDE_KINDS])
    for (const kind of GUIDE_KINDS) {
      for (const size of [TALL, WIDE]) for (const line of guideLines(kind, size)) for (const value of Object.values(line)) expect(value >= 0 && value <= 1).toBe(true)
    }
  })

  it('divide into thirds and by the golden section, where the power points lie', () => {
    expect(guideLines('thirds', TALL)).toContainEqual({ x1: 1 / 3, y1: 0, x2: 1 / 3, y2: 1 })
    expect(guideLines('thirds', TALL)).toHaveLength(4)
    const [first] = powerPoints('golden')
    expect((1 - first!.x) / first!.x).toBeCloseTo(1 / (1 - first!.x), 12)
    for (const { x, y } of powerPoints('thirds')) {
      expect(guideLines('thirds', TALL).filter((line) => (line.x1 === x && line.x2 === x) || (line.y1 === y && line.y2 === y))).toHaveLength(2)
    }
  })

  it('meet the diagonal of golden triangles at right angles, in pixels of any shape', () => {
    for (const { width, height } of [TALL, WIDE, { width: 100, height: 100 }]) {
      const [, short] = guideLines('triangles', { width, height })
      const along = (short!.x2 - short!.x1) * width * width + (short!.y2 - short!.y1) * height * height
      expect(along).toBeCloseTo(0, 6)
      expect(short!.x2).toBeCloseTo(short!.y2, 12)
    }
  })
})

describe('safe areas', () => {
  it('are what the margins leave', () => {
    expect(rectInside({ top: 0.14, right: 0.06, bottom: 0.35, left: 0.06 })).toEqual({ x: 0.06, y: 0.14, width: expect.closeTo(0.88, 12), height: expect.closeTo(0.51, 12) })
  })

  it('are a platform’s own in a project of its shape', () => {
    const preset = findExportPreset('instagram-reels')!
    expect(presetSafeArea(preset, TALL)).toEqual({ id: 'instagram-reels', label: 'Instagram Reels', rect: rectInside(preset.safeArea) })
  })

  it('lie in the part of a wide project that a tall export keeps', () => {
    const { rect } = presetSafeArea(findExportPreset('generic-1080x1920')!, WIDE)
    const kept = cropTo(WIDE, TALL)
    expect(kept).toEqual({ x: expect.closeTo(0.341796875, 12), y: 0, width: expect.closeTo(0.31640625, 12), height: 1 })
    expect(rect.x).toBeCloseTo(kept.x + 0.1 * kept.width, 12)
    expect(rect.width).toBeCloseTo(0.8 * kept.width, 12)
  })

  it('nest: titles inside action', () => {
    const [action, title] = BROADCAST_AREAS
    expect(title!.rect.x).toBeGreaterThan(action!.rect.x)
    expect(title!.rect.x + title!.rect.width).toBeLessThan(action!.rect.x + action!.rect.width)
  })
})
