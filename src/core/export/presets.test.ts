import { describe, expect, it } from 'vitest'
import { ExportPresetSchema } from './preset.ts'
import { EXPORT_PRESETS, findExportPreset } from './presets.ts'

describe('EXPORT_PRESETS', () => {
  it('are what their schema says, each with an id of its own', () => {
    for (const preset of EXPORT_PRESETS) expect(ExportPresetSchema.safeParse(preset).error).toBeUndefined()
    expect(EXPORT_PRESETS.map(({ id }) => id)).toEqual(['tiktok', 'douyin', 'youtube-shorts', 'instagram-reels', 'kuaishou', 'generic-1080x1920', 'generic-1920x1080'])
  })

  it('say where their figures come from and do not claim to be verified while none is official', () => {
    for (const { source, asOf, verified } of EXPORT_PRESETS) {
      expect(source.length).toBeGreaterThan(20)
      expect(asOf).toBe('2026-11-22')
      expect(verified).toBe(false)
    }
  })

  it('keep a safe area in which text fits', () => {
    for (const { safeArea: { top, right, bottom, left } } of EXPORT_PRESETS) {
      for (const margin of [top, right, bottom, left]) expect(margin).toBeGreaterThanOrEqual(0)
      expect(1 - left - right).toBeGreaterThan(0.5)
      expect(1 - top - bottom).toBeGreaterThan(0.4)
    }
  })

  it('hold even sizes, which 4:2:0 video needs', () => {
    for (const { frameSize } of EXPORT_PRESETS) expect([frameSize.width % 2, frameSize.height % 2]).toEqual([0, 0])
  })

  it('are found by id, and only by id', () => {
    expect(findExportPreset('tiktok')?.platform).toBe('TikTok')
    expect(findExportPreset('TikTok')).toBeNull()
  })

  it('cannot be changed by accident', () => {
    expect(() => Object.assign(EXPORT_PRESETS[0]!.safeArea, { top: 1 })).toThrow(TypeError)
    expect(() => Object.assign(EXPORT_PRESETS[0]!, { name: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(EXPORT_PRESETS.at(-1)!, { name: 'x' })).toThrow(TypeError)
  })
})
