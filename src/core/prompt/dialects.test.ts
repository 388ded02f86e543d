import { describe, expect, it } from 'vitest'
import { CAMERA_MOVES } from '../camera/moves.ts'
import { CAMERA_ANGLES, CAMERA_PRESETS, SHOT_SIZES, type CameraMove } from '../document/schema.ts'
import { compilePrompt, type PromptPack, type PromptShot } from './compile.ts'

const DIALECTS = ['wan', 'cogvideox', 'ltx', 'hunyuan15'] as const
const PAN: CameraMove = { kind: 'preset', preset: 'pan', amount: 30, easing: 'linear' }
const SHOT: PromptShot = { prompt: 'a red robot walks past a sign "OPEN"', negativePrompt: ' blurry\n hands ', shotSize: 'MCU', angle: 'low', camera: PAN, lensMm: 135 }
const PACK: PromptPack = { packId: 'p', promptDialect: 'wan', knownWords: null, camera: 'prompt', abilities: { firstFrame: true, lastFrame: true, latentMask: true, negativePrompt: true } }

function compiled(promptDialect: string, shot: Partial<PromptShot> = {}, pack: Partial<PromptPack> = {}, styleLine = 'shot on 35 mm film') {
  return compilePrompt({ shot: { ...SHOT, ...shot }, project: { styleLine }, pack: { ...PACK, promptDialect, ...pack } })
}

describe('a shot in the words of each family', () => {
  it.each([
    ['wan', 'Medium close-up, low angle, telephoto lens. A red robot walks past a sign "OPEN" The camera pans right. Shot on 35 mm film.'],
    ['cogvideox', 'A red robot walks past a sign "OPEN" The scene is shown in a medium close-up from a low angle through a telephoto lens. The camera pans right. Shot on 35 mm film.'],
    ['ltx', 'A red robot walks past a sign "OPEN" The camera angle is a medium close-up, low angle, with a telephoto lens. The camera pans to the right. Shot on 35 mm film.'],
    ['hunyuan15', 'A red robot walks past a sign "OPEN" The camera pans right. The shot is a medium close-up from a low angle. It is filmed with a telephoto lens. The overall video presents the following style: shot on 35 mm film.'],
  ])('%s', (dialect, expected) => {
    expect(compiled(dialect).prompt).toBe(expected)
  })

  it.each([
    ['ltx', 'A car. The camera remains stationary.'],
    ['cogvideox', 'A car. The camera remains still.'],
    ['hunyuan15', 'A car. The camera remains static.'],
    ['wan', 'A car. The camera is static.'],
  ])('%s says that a camera rests, and leaves out what is not there', (dialect, expected) => {
    const shot = { prompt: 'a car', shotSize: null, angle: null, lensMm: 35, camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' } } as const
    expect(compiled(dialect, shot, {}, '').prompt).toBe(expected)
  })
})

describe.each(DIALECTS)('the dialect %s', (dialect) => {
  it('speaks of lens and camera only where the pack takes the camera in words', () => {
    for (const camera of ['none', 'flow', 'pluecker'] as const) {
      const { prompt } = compiled(dialect, {}, { camera })
      expect(prompt).not.toMatch(/pans|telephoto/u)
      expect(prompt).toMatch(/medium close-up/iu)
    }
  })

  it('names a lens only where it shows', () => {
    expect(compiled(dialect, { lensMm: 18 }).prompt).toContain('wide-angle lens')
    expect(compiled(dialect, { lensMm: 50 }).prompt).not.toContain('lens')
  })

  it('passes the negative prompt on only to packs that take one', () => {
    expect(compiled(dialect).negativePrompt).toBe('blurry hands')
    expect(compiled(dialect, {}, { abilities: { ...PACK.abilities, negativePrompt: false } }).negativePrompt).toBe('')
  })

  it('keeps the person\'s words, quotes and all', () => {
    expect(compiled(dialect, { prompt: '一辆红色的汽车 “你好”。' }).prompt).toContain('一辆红色的汽车 “你好”。')
  })

  it('has words for every size, every angle and every move both ways', () => {
    const said = (shot: Partial<PromptShot>) => compiled(dialect, { prompt: 'x', shotSize: null, angle: null, lensMm: 50, ...shot }, {}, '').prompt
    expect(new Set(SHOT_SIZES.map((shotSize) => said({ shotSize }))).size).toBe(SHOT_SIZES.length)
    expect(new Set(CAMERA_ANGLES.map((angle) => said({ angle }))).size).toBe(CAMERA_ANGLES.length)
    for (const preset of CAMERA_PRESETS.filter((name) => CAMERA_MOVES[name].negative !== '')) {
      const { min, max } = CAMERA_MOVES[preset]
      const [there, back] = [min, max].map((amount) => said({ camera: { kind: 'preset', preset, amount, easing: 'linear' } }))
      expect(there, preset).not.toBe(back)
    }
    expect(said({ shotSize: 'ECU', angle: 'overhead' })).not.toMatch(/\ba [aeiou]|\ban [^aeiou]/iu)
  })
})

it('tells ltx the first of several moves, which it would read as a contradiction', () => {
  const camera: CameraMove = { kind: 'combined', moves: [{ preset: 'static', amount: 0, easing: 'linear' }, { preset: 'dolly', amount: 2, easing: 'linear' }, { preset: 'pan', amount: 30, easing: 'linear' }] }
  expect(compiled('ltx', { camera }).prompt).toContain('The camera dollies in.')
  expect(compiled('ltx', { camera }).prompt).not.toContain('pans')
  expect(compiled('wan', { camera }).prompt).toContain('while it pans right')
})

it('lets a style of whole sentences stand in hunyuan15 prompts', () => {
  expect(compiled('hunyuan15', {}, {}, 'Ink on paper. No colour.').prompt).toMatch(/lens\. Ink on paper\. No colour\.$/u)
})
