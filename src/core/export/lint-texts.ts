/** Checks titles and captions against a preset: do they fit their lines, the safe area and the time there is to read them? */
import type { CompiledSequence } from '../render/graph.ts'
import { fitText, textHeight, textWidthLimit } from '../render/text-fit.ts'
import { estimateTextWidth } from '../render/text-width.ts'
import { framesToSeconds } from '../timeline/time.ts'
import type { LintFinding } from './lint-finding.ts'
import type { ExportPreset } from './preset.ts'

/** Characters a second that people read without haste; Han characters say about as much as three letters. */
const READABLE_PER_SECOND = 22
const HAN_WEIGHT = 2.5

export function lintTexts(compiled: CompiledSequence, { frameSize, safeArea, name }: ExportPreset): LintFinding[] {
  const findings: LintFinding[] = []
  for (const { layer, startFrame, endFrame } of compiled.texts) {
    if (layer.text.trim() === '') continue
    const what = `The ${layer.role} “${shortened(layer.text)}”`
    const warn = (code: LintFinding['code'], message: string, remedy: string): void => void findings.push({ severity: 'warning', code, message: `${what} ${message}`, remedy })
    const fitted = fitText(layer, textWidthLimit(frameSize, safeArea, layer.role), frameSize.height, (text, _weight, sizePx) => estimateTextWidth(text) * sizePx)
    const room = (1 - safeArea.top - safeArea.bottom) * frameSize.height
    if (fitted.isCut) warn('TEXT_TOO_LONG', `does not fit its ${fitted.lines.length} lines and is cut.`, 'Shorten it, or split it into two.')
    else if (textHeight(fitted) > room) warn('TEXT_OUTSIDE_SAFE_AREA', `stands over the part of the picture that ${name} leaves free.`, 'Make it smaller or shorter.')
    if (endFrame > compiled.totalFrames) warn('TEXT_BEHIND_END', 'goes on after the last picture.', 'Shorten it or move it forward.')
    const seconds = framesToSeconds(Math.min(endFrame, compiled.totalFrames) - startFrame, compiled.frameRate)
    if (layer.role === 'caption' && seconds > 0 && readingUnits(layer.text) / seconds > READABLE_PER_SECOND) {
      warn('TEXT_TOO_FAST', `is shown for ${Number(seconds.toFixed(1))} s, too short to be read.`, 'Shorten it or show it longer.')
    }
  }
  return findings
}

function readingUnits(text: string): number {
  const han = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0
  return [...text].length - han + han * HAN_WEIGHT
}

function shortened(text: string): string {
  const characters = [...text.replace(/\s+/gu, ' ').trim()]
  return characters.length <= 30 ? characters.join('') : `${characters.slice(0, 29).join('')}…`
}
