/** Lengths of shots as scripts state them: "3s", "4 seconds", "2,5 segundos", "3秒", "0-3s", "0:00–0:04". */

const UNIT = '(?:s|sec|secs|second|seconds|seg|segs|segundo|segundos|秒|秒钟)'
const NUMBER = '(\\d{1,4}(?:[.,]\\d{1,3})?)'
const DASH = '\\s*(?:-|–|—|~|to|a|至|到)\\s*'
const LENGTH = new RegExp(`^(?:for|por|durante|约|时长)?\\s*${NUMBER}\\s*${UNIT}$`, 'iu')
const RANGE = new RegExp(`^${NUMBER}\\s*${UNIT}?${DASH}${NUMBER}\\s*${UNIT}$`, 'iu')
const CLOCK_RANGE = new RegExp(`^(\\d{1,3}):(\\d{2}(?:[.,]\\d{1,3})?)${DASH}(\\d{1,3}):(\\d{2}(?:[.,]\\d{1,3})?)$`, 'u')
const HEAD = new RegExp(`^\\s*((?:\\d{1,3}:\\d{2}${DASH}\\d{1,3}:\\d{2})|(?:${NUMBER}\\s*${UNIT}?${DASH}${NUMBER}\\s*${UNIT}))(?=[\\s:：.,，|-])[\\s:：.,，|-]*`, 'iu')

/** Seconds, where the whole text is a length or a range of times; else null. */
export function durationOf(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed.length > 40 || !/^\D{0,10}\d/u.test(trimmed)) return null
  const length = LENGTH.exec(trimmed)
  if (length) return numberOf(length[1])
  const range = RANGE.exec(trimmed)
  if (range) return positive(numberOf(range[2]) - numberOf(range[1]))
  const clock = CLOCK_RANGE.exec(trimmed)
  if (clock) return positive(numberOf(clock[3]) * 60 + numberOf(clock[4]) - numberOf(clock[1]) * 60 - numberOf(clock[2]))
  return null
}

/** A range of times in front of a shot: "0:00-0:03 A red robot". */
export function leadingDuration(text: string): { readonly seconds: number; readonly rest: string } | null {
  const match = HEAD.exec(text)
  const seconds = match && durationOf(match[1]!)
  return match && seconds !== null ? { seconds, rest: text.slice(match[0].length) } : null
}

function positive(seconds: number): number | null {
  return seconds > 0 ? Math.round(seconds * 1000) / 1000 : null
}

function numberOf(text: string | undefined): number {
  return Number((text ?? '').replace(',', '.'))
}
