/** Paints with the real canvas of Node and looks at the pixels. */
import { createCanvas, GlobalFonts, type Canvas, type SKRSContext2D } from '@napi-rs/canvas'
import { mkdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeId } from '#core/document/ids.ts'
import { BUNDLED_FONTS, textFont } from '#core/render/fonts.ts'
import type { PictureWindow, RenderLayer, SlateLayer, TakeLayer, TextLayer } from '#core/render/frame.ts'
import { coverCrop, paintFrame } from '#core/render/paint.ts'
import { DEFAULT_SAFE_AREA, type PaintContext, type PaintOptions, type SafeMargins } from '#core/render/paint-context.ts'
import { estimateTextWidth } from '#core/render/text-width.ts'
import { transitionLayers } from '#core/render/transition.ts'

const TALL = { width: 270, height: 480 }
const WIDE = { width: 480, height: 270 }
const SHOT_A = makeId('shot', '000001')
const SHOT_B = makeId('shot', '000002')
const OPTIONS: PaintOptions = { markDrafts: true, safeArea: DEFAULT_SAFE_AREA }

beforeAll(() => {
  for (const { file, family } of BUNDLED_FONTS) GlobalFonts.registerFromPath(new URL(`../../resources/fonts/${file}`, import.meta.url).pathname, family)
})

function aTake(shotId = SHOT_A, changes: Partial<TakeLayer> = {}): TakeLayer {
  return { kind: 'take', shotId, takeId: makeId('take', '000001'), sourceFrame: 0, opacity: 1, clip: null, windows: null, isDraft: false, ...changes }
}

function aText(text: string, changes: Partial<TextLayer> = {}): TextLayer {
  return { kind: 'text', sourceId: makeId('caption', '000001'), role: 'caption', text, opacity: 1, size: 0.04, position: 'lower', ...changes }
}

function aSlate(changes: Partial<SlateLayer> = {}): SlateLayer {
  return { kind: 'slate', shotId: SHOT_A, heading: 'Shot 3', prompt: 'a red robot in a field, day, clear sky', opacity: 1, clip: null, ...changes }
}

/** A picture of one colour, or of several side by side. */
function picture(width: number, height: number, ...colours: string[]): Canvas {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  for (const [index, colour] of colours.entries()) {
    context.fillStyle = colour
    context.fillRect((index * width) / colours.length, 0, width / colours.length, height)
  }
  return canvas
}

class Painted {
  readonly #size: { width: number; height: number }
  readonly #data: Uint8ClampedArray
  constructor(context: SKRSContext2D, size: { width: number; height: number }) {
    this.#size = size
    this.#data = context.getImageData(0, 0, size.width, size.height).data
  }

  at(x: number, y: number): number[] {
    const from = (Math.round(y) * this.#size.width + Math.round(x)) * 4
    return Array.from(this.#data.slice(from, from + 3))
  }

  /** Pixels that a test finds, as the box around them and their number. */
  box(matches: (rgb: number[]) => boolean): { count: number; left: number; top: number; right: number; bottom: number } {
    const box = { count: 0, left: Infinity, top: Infinity, right: -1, bottom: -1 }
    for (let y = 0; y < this.#size.height; y++) {
      for (let x = 0; x < this.#size.width; x++) {
        if (!matches(this.at(x, y))) continue
        box.count++
        box.left = Math.min(box.left, x)
        box.right = Math.max(box.right, x)
        box.top = Math.min(box.top, y)
        box.bottom = Math.max(box.bottom, y)
      }
    }
    return box
  }
}

function paint(layers: readonly RenderLayer[], size = TALL, options = OPTIONS, pictures: Partial<Record<string, Canvas>> = {}): Painted {
  const canvas = createCanvas(size.width, size.height)
  const context = canvas.getContext('2d')
  paintFrame<Canvas>(context as unknown as PaintContext<Canvas>, { frame: 0, layers }, size, (layer) => {
    const image = pictures[layer.shotId]
    return image ? { image, width: image.width, height: image.height } : null
  }, options)
  keep(canvas)
  return new Painted(context, size)
}

/** With SHOTWRIGHT_KEEP_FRAMES=folder, what the tests paint can be looked at. */
function keep(canvas: Canvas): void {
  const folder = process.env['SHOTWRIGHT_KEEP_FRAMES']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  const name = expect.getState().currentTestName?.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)
  writeFileSync(`${folder}/${name}-${(kept += 1)}.png`, canvas.toBuffer('image/png'))
}
let kept = 0

function isNear(actual: number[], expected: number[], tolerance: number): boolean {
  return actual.every((value, index) => Math.abs(value - expected[index]!) <= tolerance)
}

/** Letters are white, their outline is dark; the tests lay them on mid-grey. */
const GREY = { kind: 'colour', colour: '#808080', opacity: 1 } as const
const isLetter = (rgb: number[]): boolean => rgb.every((value) => value > 200)
const isInk = (rgb: number[]): boolean => !isNear(rgb, [128, 128, 128], 12)

describe('windows', () => {
  /** A picture whose red grows from left to right and whose green grows from top to bottom, by one a pixel. */
  function chart(): Canvas {
    const canvas = createCanvas(200, 200)
    const context = canvas.getContext('2d')
    const image = context.createImageData(200, 200)
    for (let index = 0; index < 200 * 200; index++) image.data.set([index % 200, Math.floor(index / 200), 0, 255], index * 4)
    context.putImageData(image, 0, 0)
    return canvas
  }
  const SQUARE = { width: 100, height: 100 }
  const show = (windows: readonly PictureWindow[], opacity = 1): Painted => paint([aTake(SHOT_A, { windows, opacity })], SQUARE, OPTIONS, { [SHOT_A]: chart() })

  it('show the part of the picture around their middle, as large as their zoom says', () => {
    const painted = show([{ centreX: 0.25, centreY: 0.5, zoom: 2, rotation: 0 }])
    // The window spans 0 to 100 across and 50 to 150 down, one pixel to one.
    for (const [x, y] of [[3, 3], [50, 50], [97, 20]] as const) expect(isNear(painted.at(x, y), [x, 50 + y, 0], 1)).toBe(true)
  })

  it('turned clockwise show the picture turned anticlockwise', () => {
    const painted = show([{ centreX: 0.5, centreY: 0.5, zoom: 2, rotation: 90 }])
    // The window's right is the picture's down: going right in the frame, green grows; going down, red shrinks.
    for (const [x, y] of [[10, 10], [50, 50], [90, 30]] as const) expect(isNear(painted.at(x, y), [149 - y, 50 + x, 0], 2)).toBe(true)
  })

  it('of one exposure weigh the same, also where the layer is half transparent', () => {
    const windows = [0.25, 0.4, 0.6, 0.75].map((centreX) => ({ centreX, centreY: 0.5, zoom: 2, rotation: 0 }))
    const mean = (50 + 80 + 120 + 150) / 4
    expect(isNear(show(windows).at(50, 50), [mean, 100, 0], 2)).toBe(true)
    expect(isNear(show(windows, 0.5).at(50, 50), [mean / 2, 50, 0], 2)).toBe(true)
  })
})

describe('pictures', () => {
  it('cover the frame, cropped evenly at the sides', () => {
    const painted = paint([aTake()], TALL, OPTIONS, { [SHOT_A]: picture(160, 90, '#ff0000', '#00ff00', '#0000ff') })
    expect([painted.at(5, 5), painted.at(135, 240), painted.at(265, 475)]).toEqual([[0, 255, 0], [0, 255, 0], [0, 255, 0]])
    expect(coverCrop({ width: 160, height: 90 }, TALL)).toEqual({ x: (160 - 50.625) / 2, y: 0, width: 50.625, height: 90 })
    expect(coverCrop({ width: 96, height: 160 }, WIDE)).toEqual({ x: 0, y: (160 - 54) / 2, width: 96, height: 54 })
  })

  it('are black where a frame has no layers, and hatched where a picture is not at hand', () => {
    expect(paint([]).at(100, 100)).toEqual([0, 0, 0])
    const hatched = paint([aTake()])
    expect(hatched.box((rgb) => rgb.some((value) => value > 60)).count).toBe(0)
    expect(hatched.box((rgb) => isNear(rgb, [31, 34, 40], 2)).count).toBeGreaterThan(5_000)
  })
})

describe('transitions', () => {
  const pictures = { [SHOT_A]: picture(54, 96, '#c82814'), [SHOT_B]: picture(54, 96, '#1464f0') }
  const between = (kind: Parameters<typeof transitionLayers>[0], progress: number): Painted => paint(transitionLayers(kind, progress, '#ffffff', aTake(SHOT_A), aTake(SHOT_B)), TALL, OPTIONS, pictures)

  it('dissolve to the mean of both pictures in the middle', () => {
    for (const [x, y] of [[10, 10], [135, 240], [260, 470]] as const) expect(isNear(between('dissolve', 0.5).at(x, y), [(200 + 20) / 2, (40 + 100) / 2, (20 + 240) / 2], 2)).toBe(true)
    expect(isNear(between('dissolve', 0.25).at(135, 240), [200 - 45, 40 + 15, 20 + 55], 2)).toBe(true)
  })

  it('wipe with a sharp edge where the progress says', () => {
    const painted = between('wipe', 0.3)
    expect([painted.at(80, 5), painted.at(80, 475), painted.at(81, 5), painted.at(81, 475)]).toEqual([[20, 100, 240], [20, 100, 240], [200, 40, 20], [200, 40, 20]])
  })

  it('fade and dip through their colour', () => {
    expect(between('fade', 0.5).at(135, 240)).toEqual([255, 255, 255])
    expect(between('dip', 0.4).at(135, 240)).toEqual([255, 255, 255])
    expect(isNear(between('fade', 0.25).at(135, 240), [(200 + 255) / 2, (40 + 255) / 2, (20 + 255) / 2], 2)).toBe(true)
    expect(isNear(between('fade', 0.75).at(135, 240), [(20 + 255) / 2, (100 + 255) / 2, (240 + 255) / 2], 2)).toBe(true)
  })

  it('work between a picture and a slate', () => {
    const painted = paint(transitionLayers('wipe', 0.5, '#ffffff', aTake(SHOT_A), aSlate()), TALL, OPTIONS, pictures)
    expect(painted.at(200, 100)).toEqual([200, 40, 20])
    expect(painted.at(100, 20).every((value) => value < 60)).toBe(true)
  })
})

describe('texts', () => {
  const margins: SafeMargins = { top: 0.14, right: 0.06, bottom: 0.35, left: 0.06 }

  function inkOf(layer: TextLayer, size = TALL, safeArea: SafeMargins = DEFAULT_SAFE_AREA) {
    const painted = paint([GREY, layer], size, { markDrafts: true, safeArea })
    return { ink: painted.box(isInk), letters: painted.box(isLetter) }
  }

  it('are drawn, centred, outlined, at the lower edge of the safe area', () => {
    const { ink, letters } = inkOf(aText('Somebody is up early'))
    expect(letters.count).toBeGreaterThan(200)
    expect(Math.abs((letters.left + letters.right) / 2 - 135)).toBeLessThan(3)
    expect(ink.left).toBeLessThan(letters.left)
    expect(ink.bottom).toBeLessThanOrEqual(480 * 0.95)
    expect(ink.bottom).toBeGreaterThan(480 * 0.9)
  })

  it('stay inside the safe area of a platform, whatever they say', () => {
    const texts = [
      'Somebody is up very early today, long before the sun, and walks down to the water where the blue boat lies',
      '一个红色的机器人在清晨的沙漠里慢慢地走着，远处有一座白色的房子，天空很晴朗，海边停着一艘蓝色的船。',
      'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
      'https://example.com/a/very/long/address/without/any/place/to/break/it/at/all?and=more',
      '🚗🚕🚙🚌🏎️👩‍🚀👨‍👩‍👧‍👦🇧🇷 '.repeat(6), 'W'.repeat(300), 'one\ntwo\nthree\nfour\nfive\nsix', '，。！？（）'.repeat(30),
    ]
    for (const text of texts) {
      for (const layer of [aText(text), aText(text, { role: 'title', size: 0.08, position: 'upper' }), aText(text, { role: 'title', size: 0.08, position: 'lower' })]) {
        const { ink } = inkOf(layer, TALL, margins)
        expect(ink.count, text).toBeGreaterThan(50)
        expect({ left: ink.left >= 0.06 * 270 - 1, right: ink.right <= 0.94 * 270 + 1, top: ink.top >= 0.14 * 480 - 2, bottom: ink.bottom <= 0.65 * 480 + 1 }, `${layer.role} ${layer.position} ${text}`).toEqual({ left: true, right: true, top: true, bottom: true })
      }
    }
  })

  it('use the bundled fonts for Latin, Chinese and emoji, none of which is an empty box', () => {
    const widths = ['漢', '红', '车', '🚗', 'é', 'ã'].map((text) => inkOf(aText(text, { size: 0.2 })).letters.count)
    const missing = inkOf(aText('\u{10FFFD}', { size: 0.2 })).letters.count
    for (const count of widths) expect(count).not.toBe(missing)
    const again = inkOf(aText('漢', { size: 0.2 })).letters.count
    expect(again).toBe(widths[0])
  })

  it('are no wider than the estimate that stands in for a canvas, nor much narrower', () => {
    const context = createCanvas(10, 10).getContext('2d')
    context.font = textFont(700, 100)
    for (const text of ['Somebody is up very early today', 'Um robô vermelho no deserto, à noite', '一个红色的机器人在沙漠里', 'FIRST LIGHT 2026', 'illustration', 'mommy 🚗 wow', '«Där är en älg!»']) {
      const measured = context.measureText(text).width / 100
      expect(estimateTextWidth(text), text).toBeGreaterThanOrEqual(measured)
      expect(estimateTextWidth(text), text).toBeLessThan(1.35 * measured)
    }
  })

  it('have at most three lines', () => {
    const { ink } = inkOf(aText('word '.repeat(200)))
    expect(ink.bottom - ink.top).toBeLessThan(3 * 1.3 * 0.04 * 480)
  })

  it('are transparent as their layer says', () => {
    const painted = paint([GREY, aText('■■■■', { opacity: 0.5, size: 0.1 })])
    const brightest = painted.box((rgb) => rgb[0]! > 200).count
    expect(brightest).toBe(0)
    expect(painted.box((rgb) => isNear(rgb, [191, 191, 191], 4)).count).toBeGreaterThan(500)
  })

  it('leave titles their places: upper, middle, lower', () => {
    const middles = (['upper', 'centre', 'lower'] as const).map((position) => {
      const { letters } = inkOf(aText('First light', { role: 'title', size: 0.08, position }))
      return (letters.top + letters.bottom) / 2 / 480
    })
    expect(middles[0]).toBeLessThan(0.25)
    expect(Math.abs(middles[1]! - 0.5)).toBeLessThan(0.03)
    expect(middles[2]).toBeGreaterThan(0.65)
    expect(middles[2]).toBeLessThan(0.85)
  })
})

describe('the DRAFT mark', () => {
  const isMark = (rgb: number[]): boolean => isNear(rgb, [255, 197, 61], 10)
  const pictures = { [SHOT_A]: picture(54, 96, '#404040'), [SHOT_B]: picture(54, 96, '#404040') }

  it('stands on frames that show a draft, in the corner of the safe area', () => {
    const mark = paint([aTake(SHOT_A, { isDraft: true })], TALL, OPTIONS, pictures).box(isMark)
    expect(mark.count).toBeGreaterThan(30)
    expect(mark.left).toBeGreaterThanOrEqual(0.05 * 270)
    expect(mark.top).toBeGreaterThanOrEqual(0.05 * 480)
    expect(mark.right).toBeLessThan(135)
  })

  it('stands on transitions into a draft, and nowhere else', () => {
    expect(paint([aTake(SHOT_A), aTake(SHOT_B, { opacity: 0.2, isDraft: true })], TALL, OPTIONS, pictures).box(isMark).count).toBeGreaterThan(30)
    expect(paint([aTake(SHOT_A)], TALL, OPTIONS, pictures).box(isMark).count).toBe(0)
    expect(paint([aTake(SHOT_A, { isDraft: true })], TALL, { ...OPTIONS, markDrafts: false }, pictures).box(isMark).count).toBe(0)
  })
})

describe('slates', () => {
  it('show heading and prompt within the frame, also of hostile length', () => {
    for (const size of [TALL, WIDE]) {
      for (const slate of [aSlate(), aSlate({ heading: 'W'.repeat(200), prompt: '很长的提示词，'.repeat(300) }), aSlate({ prompt: '' })]) {
        const letters = paint([slate], size).box((rgb) => rgb.every((value) => value > 120))
        expect(letters.count).toBeGreaterThan(100)
        expect(letters.left).toBeGreaterThan(10)
        expect(letters.right).toBeLessThan(size.width - 10)
        expect(letters.top).toBeGreaterThan(5)
        expect(letters.bottom).toBeLessThan(size.height - 5)
      }
    }
  })
})

describe('the canvas', () => {
  it('is left as it was', () => {
    const canvas = createCanvas(TALL.width, TALL.height)
    const context = canvas.getContext('2d')
    context.globalAlpha = 0.4
    context.fillStyle = '#123456'
    context.font = '11px serif'
    const before = [context.globalAlpha, context.font, context.textAlign, context.lineWidth]
    paintFrame<Canvas>(context as unknown as PaintContext<Canvas>, { frame: 0, layers: [aSlate(), aText('hello'), aTake(SHOT_A, { isDraft: true })] }, TALL, () => null, OPTIONS)
    expect([context.globalAlpha, context.font, context.textAlign, context.lineWidth]).toEqual(before)
    // By its pixels: this canvas' fillStyle property keeps its last value across restore, the state itself does not.
    context.globalAlpha = 1
    context.fillRect(0, 0, TALL.width, TALL.height)
    expect([...context.getImageData(0, 0, 1, 1).data]).toEqual([0x12, 0x34, 0x56, 255])
  })

  it('is the browser’s as well', () => {
    // Compiles only while CanvasRenderingContext2D fits what painting asks for.
    const fits = (context: CanvasRenderingContext2D): PaintContext<CanvasImageSource> => context
    expect(fits).toBeTypeOf('function')
  })
})
