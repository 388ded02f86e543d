import { describe, expect, it } from 'vitest'
import { SHOT_SIZES, type CameraMove } from '../document/schema.ts'
import { compilePrompt, type PromptPack, type PromptShot } from './compile.ts'
import { mapToKnownWords } from './lexicon.ts'
import { angleWords, coarseShotSizeWords, shotSizeWords } from './shot-words.ts'

const STATIC: CameraMove = { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }
const PAN: CameraMove = { kind: 'preset', preset: 'pan', amount: 30, easing: 'linear' }

const KNOWN_WORDS = {
  known: ['a', 'the', 'in', 'on', 'at', 'red', 'blue', 'white', 'car', 'robot', 'house', 'desert', 'beach', 'night', 'moving left', 'close-up', 'wide shot', 'clear sky', 'snow field'],
  synonyms: {
    'crimson': 'red', 'automobile': 'car', 'sports car': 'car', 'car park': 'house', 'by the sea': 'on a beach',
    'vermelho': 'red', 'vermelha': 'red', 'carro': 'car', 'casa': 'house', 'robô': 'robot', 'deserto': 'in a desert', 'céu limpo': 'clear sky', 'à noite': 'at night',
    '红色': 'red', '汽车': 'car', '沙漠': 'desert', '夜晚': 'at night', '机器人': 'robot', '雪': 'snow', '雪地': 'snow field',
  },
}

function aShot(changes: Partial<PromptShot>): PromptShot {
  return { prompt: '', negativePrompt: '', shotSize: null, angle: null, camera: STATIC, lensMm: 35, ...changes }
}

function aPack(changes: Partial<PromptPack>): PromptPack {
  return { packId: 'p', promptDialect: 'previz', knownWords: KNOWN_WORDS, camera: 'flow', abilities: { firstFrame: true, lastFrame: true, latentMask: true, negativePrompt: true }, ...changes }
}

const WAN = aPack({ promptDialect: 'wan', camera: 'prompt', knownWords: null })

function previz(prompt: string, changes: Partial<PromptShot> = {}, styleLine = '') {
  return compilePrompt({ shot: aShot({ prompt, ...changes }), project: { styleLine }, pack: aPack({}) })
}

function wan(changes: Partial<PromptShot>, styleLine = '', pack = WAN) {
  return compilePrompt({ shot: aShot(changes), project: { styleLine }, pack }).prompt
}

describe('the previz dialect', () => {
  it('puts the size first, the prompt behind it and the style line last', () => {
    expect(previz('A crimson car in the desert', { shotSize: 'LS' }, 'Clear sky.')).toEqual({ prompt: 'wide shot, a red car in the desert, clear sky', negativePrompt: '', unknownWords: [] })
  })

  it('knows every size by one of its three words', () => {
    const said = SHOT_SIZES.map((shotSize) => previz('car', { shotSize }).prompt)
    expect(said).toEqual(SHOT_SIZES.map((size) => `${coarseShotSizeWords[size]}, car`))
    expect(new Set(Object.values(coarseShotSizeWords))).toEqual(new Set(['close-up', 'medium shot', 'wide shot']))
    expect([coarseShotSizeWords.ECU, coarseShotSizeWords.MS, coarseShotSizeWords.ELS]).toEqual(['close-up', 'medium shot', 'wide shot'])
  })

  it('says nothing of the camera, which travels as numbers', () => {
    expect(previz('car', { camera: PAN }).prompt).toBe('car')
  })

  it('prefers the longest phrase', () => {
    expect(previz('a sports car by the sea').prompt).toBe('a car on a beach')
    expect(previz('a car park').prompt).toBe('a house')
    expect(previz('雪地').prompt).toBe('snow field')
  })

  it('reads Portuguese with and without its accents', () => {
    expect(previz('Um robô vermelho no deserto, CÉU LIMPO, à noite')).toMatchObject({ prompt: 'red robot in a desert, clear sky, at night', unknownWords: [] })
    expect(previz('um robo vermelho').unknownWords).toEqual([])
  })

  it('puts Portuguese colours in front, where packs know them, and leaves English order alone', () => {
    expect(previz('um carro vermelho na casa vermelha, o robô, vermelho').prompt).toBe('red car red house, robot, red')
    expect(previz('a red car, crimson house; the robot red').prompt).toBe('a red car, red house, the robot red')
  })

  it('reads Chinese, which has no spaces', () => {
    expect(previz('一辆红色的汽车在沙漠里，夜晚')).toEqual({ prompt: 'red car desert, at night', negativePrompt: '', unknownWords: [] })
  })

  it('reads plurals and possessives', () => {
    expect(previz('cars, houses and the robot’s house').prompt).toBe('car, house the robot house')
  })

  it('reports words that the pack ignores, each once, but never words without a picture', () => {
    const { unknownWords } = previz('The dragon and the dragon’s castle are on a beach with another dragon')
    expect(unknownWords).toEqual(['dragon', 'castle', 'another'])
    expect(previz('巨龙飞过沙漠').unknownWords).toEqual(['巨龙飞'])
  })

  it('keeps one word of an unknown run, so that it does not crowd out what is known', () => {
    expect(previz('a mighty green dragon guards the red house').prompt).toBe('mighty the red house')
  })

  it('maps the negative prompt, and leaves it out for packs that take none', () => {
    const shot = aShot({ prompt: 'car', negativePrompt: 'crimson house' })
    expect(compilePrompt({ shot, project: { styleLine: '' }, pack: aPack({}) }).negativePrompt).toBe('red house')
    const without = aPack({ abilities: { firstFrame: true, lastFrame: true, latentMask: true, negativePrompt: false } })
    expect(compilePrompt({ shot, project: { styleLine: '' }, pack: without }).negativePrompt).toBe('')
  })

  it('passes words on as they are where the pack brings no lexicon', () => {
    expect(compilePrompt({ shot: aShot({ prompt: 'A  dragon\n flies' }), project: { styleLine: 'ink' }, pack: aPack({ knownWords: null }) })).toEqual({ prompt: 'A dragon flies ink', negativePrompt: '', unknownWords: [] })
  })

  it('takes prompts of any length in time proportional to it', () => {
    const texts = ['dragon '.repeat(14_000), '龙'.repeat(100_000), 'sports '.repeat(14_000), ','.repeat(100_000), 'a'.repeat(100_000), '雪'.repeat(100_000), "'".repeat(100_000)]
    const start = performance.now()
    for (const text of texts) mapToKnownWords(text, KNOWN_WORDS)
    // Quadratic behaviour would take minutes.
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('is not led astray by names of built-in properties', () => {
    expect(previz('constructor __proto__ toString').unknownWords).toEqual(['constructor', 'proto', 'tostring'])
  })
})

describe('the wan dialect', () => {
  it('writes sentences: size and angle, prompt, camera, style', () => {
    expect(wan({ prompt: 'a red robot walks through the dunes', shotSize: 'MCU', angle: 'low', camera: PAN }, 'shot on 35 mm film')).toBe(
      'Medium close-up, low angle. A red robot walks through the dunes. The camera pans right. Shot on 35 mm film.',
    )
  })

  it('leaves out what is not there', () => {
    expect(wan({ prompt: 'A car!' })).toBe('A car! The camera is static.')
    expect(wan({ prompt: '' }, '', { ...WAN, camera: 'none' })).toBe('')
  })

  it('does not tell a pack in words what it is told in numbers', () => {
    expect(wan({ prompt: 'A car.', camera: PAN }, '', { ...WAN, camera: 'pluecker' })).toBe('A car.')
  })

  it('keeps Chinese sentences as they end', () => {
    expect(wan({ prompt: '一辆红色的汽车。' }, '', { ...WAN, camera: 'none' })).toBe('一辆红色的汽车。')
  })

  it('has words for every size and angle', () => {
    for (const words of [...Object.values(shotSizeWords), ...Object.values(angleWords)]) expect(words).toMatch(/^[a-z][a-z -]+$/)
    expect(new Set(Object.values(shotSizeWords)).size).toBe(SHOT_SIZES.length)
  })
})

describe('compilePrompt', () => {
  it('refuses a dialect that it does not speak, naming the pack', () => {
    const input = { shot: aShot({}), project: { styleLine: '' }, pack: aPack({ packId: 'strange', promptDialect: 'toString' }) }
    expect(() => compilePrompt(input)).toThrowError(expect.objectContaining({ code: 'PACK_MALFORMED', message: expect.stringContaining('"strange"') }))
  })
})
