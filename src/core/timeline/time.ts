/** Frames, seconds and timecode: every conversion between rates is exact integer arithmetic, so nothing drifts. */
import type { FrameRate } from '../document/schema.ts'

export type Rounding = 'floor' | 'ceil' | 'round'

/** Seconds from the start of frame 0 to the start of `frames`; one correctly rounded division. */
export function framesToSeconds(frames: number, rate: FrameRate): number {
  return (frames * rate.den) / rate.num
}

/** The frame nearest to a time; `framesToSeconds` of any frame leads back to that frame. */
export function secondsToFrames(seconds: number, rate: FrameRate): number {
  return Math.round((seconds * rate.num) / rate.den)
}

/**
 * Frames of one rate as frames of another, for example 48 at 24/1 are 16 at 8/1. Halves round up.
 * Exact for every rate: no floating point is involved.
 */
export function convertFrames(frames: number, from: FrameRate, to: FrameRate, rounding: Rounding): number {
  const numerator = BigInt(frames) * BigInt(from.den) * BigInt(to.num)
  const denominator = BigInt(from.num) * BigInt(to.den)
  if (rounding === 'floor') return Number(floorDivide(numerator, denominator))
  if (rounding === 'ceil') return Number(-floorDivide(-numerator, denominator))
  return Number(floorDivide(2n * numerator + denominator, 2n * denominator))
}

/** True where two rates are the same speed, 24/1 and 48/2 for example. */
export function isSameRate(left: FrameRate, right: FrameRate): boolean {
  return left.num * right.den === right.num * left.den
}

/** Frames that one second of timecode counts: 30 at 29.97. */
export function nominalRate(rate: FrameRate): number {
  return Math.max(1, Math.round(rate.num / rate.den))
}

/** HH:MM:SS:FF, non-drop: a name for the frame, which at 29.97 runs slower than the clock. */
export function formatTimecode(frames: number, rate: FrameRate): string {
  const nominal = nominalRate(rate)
  const whole = Math.abs(Math.trunc(frames))
  const seconds = Math.floor(whole / nominal)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'))
  const frameDigits = Math.max(2, String(nominal - 1).length)
  return `${frames < 0 ? '-' : ''}${parts.join(':')}:${String(whole % nominal).padStart(frameDigits, '0')}`
}

/**
 * Reads what people type where a time is wanted; null where it cannot be read.
 * - `1:02:03`, `00:00:07:12`: timecode, read from the right (frames, seconds, minutes, hours);
 * - `1203`: digits alone, packed in pairs from the right as on editing consoles: 12 seconds 3 frames;
 * - `90f`: frames; `2.5s`: seconds;
 * - a sign in front (`+12`, `-1:00`): counted from `fromFrame`.
 */
export function parseTimecode(text: string, rate: FrameRate, fromFrame = 0): number | null {
  const match = /^([+-]?)\s*(.+)$/.exec(text.trim())
  if (!match) return null
  const frames = parseUnsigned(match[2] ?? '', rate)
  if (frames === null || !Number.isSafeInteger(frames)) return null
  if (match[1] === '+') return fromFrame + frames
  if (match[1] === '-') return fromFrame - frames
  return frames
}

function parseUnsigned(text: string, rate: FrameRate): number | null {
  if (/^\d+$/.test(text)) return fieldsToFrames(packedFields(text), rate)
  if (/^\d+f$/i.test(text)) return Number(text.slice(0, -1))
  if (/^\d+(\.\d+)?s$/i.test(text)) return secondsToFrames(Number(text.slice(0, -1)), rate)
  if (/^\d+([:;.]\d+){1,3}$/.test(text)) return fieldsToFrames(text.split(/[:;.]/).map(Number), rate)
  return null
}

/** "1203" → [12, 3]; what stands before the last three pairs is all hours. */
function packedFields(digits: string): number[] {
  const fields: number[] = []
  let rest = digits
  while (rest.length > 0 && fields.length < 3) {
    fields.unshift(Number(rest.slice(-2)))
    rest = rest.slice(0, -2)
  }
  if (rest.length > 0) fields.unshift(Number(rest))
  return fields
}

function fieldsToFrames(fields: readonly number[], rate: FrameRate): number {
  const [frames = 0, seconds = 0, minutes = 0, hours = 0] = fields.toReversed()
  return (hours * 3600 + minutes * 60 + seconds) * nominalRate(rate) + frames
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}
