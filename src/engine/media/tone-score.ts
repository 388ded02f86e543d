/** Composes the generated music: bars of chords, bass notes and plucks, decided by mood and seed alone. */
import type { ToneBedRequest } from '../media-port.ts'

export type Mood = ToneBedRequest['mood']
export type Instrument = 'pad' | 'bass' | 'pluck'

export interface Note {
  readonly instrument: Instrument
  readonly startSeconds: number
  readonly holdSeconds: number
  readonly frequencyHz: number
  readonly gain: number
  /** -1 left to 1 right. */
  readonly pan: number
}

interface MoodRules {
  readonly beatsPerMinute: number
  readonly scale: readonly number[]
  /** Roots as steps of the scale, a bar each. */
  readonly progressions: readonly (readonly number[])[]
  /** Chord tones as steps above the root. */
  readonly chord: readonly number[]
  /** Chance that a pluck sounds on each eighth of a bar. */
  readonly pluckChances: readonly number[]
  readonly pluckGain: number
  /** Beats of a bar on which the bass sounds. */
  readonly bassBeats: readonly number[]
}

const MAJOR = [0, 2, 4, 5, 7, 9, 11] as const
const MINOR = [0, 2, 3, 5, 7, 8, 10] as const
const BEATS_PER_BAR = 4

const MOODS: Readonly<Record<Mood, MoodRules>> = {
  calm: {
    beatsPerMinute: 72, scale: MAJOR, progressions: [[0, 5, 3, 4], [0, 2, 3, 0], [0, 3, 5, 3]], chord: [0, 2, 4, 6],
    pluckChances: [0.9, 0.1, 0.4, 0.2, 0.7, 0.1, 0.5, 0.2], pluckGain: 0.5, bassBeats: [0],
  },
  bright: {
    beatsPerMinute: 108, scale: MAJOR, progressions: [[0, 4, 5, 3], [3, 4, 0, 5], [0, 3, 5, 4]], chord: [0, 2, 4, 8],
    pluckChances: [1, 0.6, 0.8, 0.6, 0.9, 0.6, 0.8, 0.7], pluckGain: 0.62, bassBeats: [0, 2],
  },
  tense: {
    beatsPerMinute: 88, scale: MINOR, progressions: [[0, 0, 5, 3], [0, 5, 3, 4], [0, 3, 0, 5]], chord: [0, 2, 4],
    pluckChances: [0.9, 0, 0.15, 0.8, 0, 0.2, 0.7, 0.1], pluckGain: 0.45, bassBeats: [0, 0.75, 1.5, 2.5, 3.25],
  },
}

/** The notes of one bar after the other, without end; notes of a bar come in order of their start. */
export function* composeBars(mood: Mood, seed: number): Generator<{ readonly startSeconds: number; readonly notes: readonly Note[] }, never, undefined> {
  const random = seededRandom(seed)
  const rules = MOODS[mood]
  const keyMidi = 45 + Math.floor(random() * 8)
  const progression = rules.progressions[Math.floor(random() * rules.progressions.length)] ?? [0]
  const beatSeconds = 60 / rules.beatsPerMinute
  for (let bar = 0; ; bar += 1) {
    const root = progression[bar % progression.length] ?? 0
    const startSeconds = bar * BEATS_PER_BAR * beatSeconds
    const notes = [
      ...padNotes(rules, keyMidi, root, startSeconds, BEATS_PER_BAR * beatSeconds),
      ...bassNotes(rules, keyMidi, root, startSeconds, beatSeconds),
      ...pluckNotes(rules, keyMidi, root, startSeconds, beatSeconds, random),
    ]
    yield { startSeconds, notes: notes.toSorted((a, b) => a.startSeconds - b.startSeconds) }
  }
}

function padNotes(rules: MoodRules, keyMidi: number, root: number, startSeconds: number, holdSeconds: number): Note[] {
  return rules.chord.map((step, index) => ({
    instrument: 'pad', startSeconds, holdSeconds,
    // Folded into one octave and a half: chords then follow each other with small steps instead of jumps.
    frequencyHz: frequency(foldInto(keyMidi + scaleSemitones(rules.scale, root + step), 55, 12) + (step > 6 ? 12 : 0)),
    gain: 0.3, pan: rules.chord.length > 1 ? (index / (rules.chord.length - 1)) * 1.2 - 0.6 : 0,
  }))
}

function bassNotes(rules: MoodRules, keyMidi: number, root: number, barStart: number, beatSeconds: number): Note[] {
  return rules.bassBeats.map((beat) => ({
    instrument: 'bass', startSeconds: barStart + beat * beatSeconds, holdSeconds: beatSeconds * (rules.bassBeats.length > 2 ? 0.5 : BEATS_PER_BAR / rules.bassBeats.length - 0.5),
    frequencyHz: frequency(foldInto(keyMidi + scaleSemitones(rules.scale, root), 38, 12)), gain: 0.55, pan: 0,
  }))
}

function pluckNotes(rules: MoodRules, keyMidi: number, root: number, barStart: number, beatSeconds: number, random: () => number): Note[] {
  const notes: Note[] = []
  rules.pluckChances.forEach((chance, eighth) => {
    // All draws happen for every eighth, so that one mood's chances do not shift what follows.
    const [isSilent, tone, octave, pan] = [random() >= chance, Math.floor(random() * rules.chord.length), random() < 0.35 ? 12 : 0, random() * 1.4 - 0.7]
    if (isSilent) return
    const midi = foldInto(keyMidi + scaleSemitones(rules.scale, root + (rules.chord[tone] ?? 0)), 67, 12) + octave
    notes.push({
      instrument: 'pluck', startSeconds: barStart + (eighth * beatSeconds) / 2, holdSeconds: beatSeconds,
      frequencyHz: frequency(midi), gain: rules.pluckGain * (eighth % 2 === 0 ? 1 : 0.7), pan,
    })
  })
  return notes
}

function scaleSemitones(scale: readonly number[], step: number): number {
  return Math.floor(step / scale.length) * 12 + (scale[step % scale.length] ?? 0)
}

function foldInto(midi: number, lowest: number, span: number): number {
  return lowest + ((((midi - lowest) % span) + span) % span)
}

function frequency(midi: number): number {
  return 440 * 2 ** ((midi - 69) / 12)
}

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
