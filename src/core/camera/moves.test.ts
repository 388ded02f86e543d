import { describe, expect, it } from 'vitest'
import { CAMERA_PRESETS, CameraMoveSchema, type CameraMove, type CameraPreset } from '../document/schema.ts'
import { CAMERA_MOVES, cameraWords, defaultMove, describeMove, isStaticMove, moveGlyph, moveOf, partsOf } from './moves.ts'

function preset(name: CameraPreset, amount: number): CameraMove {
  return { kind: 'preset', preset: name, amount, easing: 'linear' }
}

function path(end: { yaw?: number; z?: number; focalLengthMm?: number }): CameraMove {
  const base = { position: [0, 0, 0], rotation: { yaw: 0, pitch: 0, roll: 0 }, focalLengthMm: 35, easing: 'linear' } as const
  return {
    kind: 'keyframes',
    keyframes: [{ at: 0, ...base }, { at: 1, ...base, position: [0, 0, end.z ?? 0], rotation: { ...base.rotation, yaw: end.yaw ?? 0 }, focalLengthMm: end.focalLengthMm ?? 35 }],
  }
}

const COMBINED: CameraMove = { kind: 'combined', moves: [{ preset: 'pan', amount: 20, easing: 'linear' }, { preset: 'dolly', amount: 1, easing: 'linear' }] }

describe('describeMove', () => {
  it('says what a person would', () => {
    const said = [
      preset('static', 0), preset('pan', 20), preset('pan', -20), preset('tilt', 12.5), preset('truck', -0.8), preset('dolly', 1.2), preset('zoom', 1.5),
      preset('zoom', 0.5), preset('orbit', -25), preset('crane', 1), preset('roll', -8), preset('handheld', 1.5), preset('pan', 0), path({ yaw: 10 }),
      preset('whip-pan', -60), preset('rack-focus', 8), COMBINED,
    ].map(describeMove)
    expect(said).toEqual([
      'Static', 'Pan right 20°', 'Pan left 20°', 'Tilt up 12.5°', 'Truck left 0.8 m', 'Dolly in 1.2 m', 'Zoom in 1.5×',
      'Zoom out 2×', 'Orbit left 25°', 'Crane up 1 m', 'Roll anticlockwise 8°', 'Handheld 1.5°', 'Pan 0°', 'Camera path, 2 keyframes',
      'Whip pan left 60°', 'Rack focus 8 m', 'Pan right 20° + Dolly in 1 m',
    ])
  })
})

describe('CAMERA_MOVES', () => {
  it('describes each preset once, with a default inside its range that the schema takes', () => {
    expect(Object.keys(CAMERA_MOVES)).toEqual([...CAMERA_PRESETS])
    for (const name of CAMERA_PRESETS) {
      const { min, max, defaultAmount, preset: own } = CAMERA_MOVES[name]
      expect(own).toBe(name)
      expect(defaultAmount).toBeGreaterThanOrEqual(min)
      expect(defaultAmount).toBeLessThanOrEqual(max)
      expect(CameraMoveSchema.safeParse(defaultMove(name)).success).toBe(true)
    }
  })

  it('gives mirrored moves different glyphs and equal moves the same', () => {
    expect(moveGlyph(preset('pan', 5))).toBe('camera-pan-right')
    expect(moveGlyph(preset('pan', -50))).toBe('camera-pan-left')
    expect(moveGlyph(preset('zoom', 0.5))).toBe('camera-zoom-out')
    expect(moveGlyph(preset('static', 0))).toBe('camera-static')
    expect(moveGlyph(path({}))).toBe('camera-path')
  })
})

describe('cameraWords', () => {
  it('tells direction and tempo', () => {
    const said = [preset('pan', 20), preset('pan', -30), preset('pan', 60), preset('dolly', -1), preset('zoom', 1.2), preset('static', 0), preset('truck', 0), preset('handheld', 2), preset('orbit', -25)].map(cameraWords)
    expect(said).toEqual([
      'the camera pans right slowly', 'the camera pans left', 'the camera pans right quickly', 'the camera pulls back slowly', 'the camera zooms in slowly',
      'the camera is static', 'the camera is static', 'handheld camera', 'the camera orbits the subject to the left slowly',
    ])
  })

  it('names the largest part of a path', () => {
    expect(cameraWords(path({ yaw: 5, z: 2.4 }))).toBe('the camera pushes forward quickly')
    expect(cameraWords(path({ yaw: -40, z: 0.1 }))).toBe('the camera pans left quickly')
    expect(cameraWords(path({ focalLengthMm: 35 }))).toBe('the camera is static')
  })

  it('names every part of a combined move that goes somewhere', () => {
    expect(cameraWords(COMBINED)).toBe('the camera pans right slowly while it pushes forward slowly')
    expect(cameraWords({ kind: 'combined', moves: [{ preset: 'static', amount: 0, easing: 'linear' }, { preset: 'tilt', amount: 0, easing: 'linear' }] })).toBe('the camera is static')
  })

  it('names special moves without a tempo', () => {
    expect([preset('whip-pan', 120), preset('dolly-zoom', -4)].map(cameraWords)).toEqual(['a whip pan to the right', 'a dolly zoom, the camera pulls back while the lens zooms in'])
  })
})

describe('moveOf and partsOf', () => {
  it('turn a move into its presets and back', () => {
    for (const move of [preset('pan', 20), COMBINED]) expect(moveOf(partsOf(move))).toEqual(move)
    expect(moveOf([])).toEqual(defaultMove('static'))
    expect(partsOf(path({ yaw: 10 }))).toEqual([])
  })
})

describe('isStaticMove', () => {
  it('is true where nothing moves, and false where only focus does', () => {
    expect([preset('static', 0), preset('pan', 0), preset('zoom', 1)].map(isStaticMove)).toEqual([true, true, true])
    expect([preset('pan', 1), preset('zoom', 0.9), preset('rack-focus', 8), COMBINED, path({})].map(isStaticMove)).toEqual([false, false, false, false, false])
  })
})
