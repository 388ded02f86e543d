/** Turns composed notes into stereo samples, chunk by chunk: wavetable voices, a soft echo, a ceiling. */
import { composeBars, type Instrument, type Mood, type Note } from './tone-score.ts'

export const SAMPLE_RATE = 48_000
const CHUNK_FRAMES = 4_800
const TABLE_SIZE = 2_048

interface Voicing {
  /** Strengths of the harmonics, from the fundamental up. */
  readonly harmonics: readonly number[]
  readonly attackSeconds: number
  /** Time constant of the fading while the note is held; null holds it. */
  readonly decaySeconds: number | null
  readonly releaseSeconds: number
  /** Two voices this many cents apart, left and right. */
  readonly detuneCents: number
  readonly echo: number
}

const VOICINGS: Readonly<Record<Instrument, Voicing>> = {
  pad: { harmonics: [1, 0.4, 0.18, 0.1, 0.05, 0.03], attackSeconds: 0.7, decaySeconds: null, releaseSeconds: 1.1, detuneCents: 9, echo: 0.1 },
  bass: { harmonics: [1, 0.28, 0.08], attackSeconds: 0.02, decaySeconds: 1.4, releaseSeconds: 0.12, detuneCents: 0, echo: 0 },
  pluck: { harmonics: [1, 0.5, 0.22, 0.12, 0.06], attackSeconds: 0.004, decaySeconds: 0.38, releaseSeconds: 0.25, detuneCents: 4, echo: 0.4 },
}

/** Sets each mood to about -17 LUFS, as measured; the moods differ in how densely their notes lie. */
const MOOD_GAIN: Readonly<Record<Mood, number>> = { calm: 0.51, bright: 0.43, tense: 0.51 }

/** Peaks bend from the knee on and never pass the ceiling (-1.5 dBFS). */
const KNEE = 0.6
const CEILING = 0.841

const ECHO_SECONDS = 0.375
const ECHO_FEEDBACK = 0.42

interface Voice {
  readonly table: Float32Array
  readonly startFrame: number
  readonly holdFrames: number
  readonly attackFrames: number
  readonly releaseFrames: number
  readonly decayPerFrame: number
  readonly steps: readonly [number, number]
  readonly phases: [number, number]
  readonly gains: readonly [number, number]
  readonly echo: number
  level: number
}

/**
 * Interleaved stereo samples in [-1, 1], in chunks, `totalFrames` of them in all; the same for the same mood and seed on
 * every machine. The music fades in and out within its length.
 */
export function* synthesise(mood: Mood, seed: number, totalFrames: number): Generator<Float32Array, void, undefined> {
  const tables = buildTables()
  const bars = composeBars(mood, seed)
  const echo = new Echo()
  let nextBar = bars.next().value
  let voices: Voice[] = []
  for (let chunkStart = 0; chunkStart < totalFrames; chunkStart += CHUNK_FRAMES) {
    const frames = Math.min(CHUNK_FRAMES, totalFrames - chunkStart)
    while (nextBar.startSeconds * SAMPLE_RATE < chunkStart + frames) {
      voices.push(...nextBar.notes.map((note) => startVoice(note, tables[note.instrument])))
      nextBar = bars.next().value
    }
    const dry = new Float32Array(frames * 2)
    const wet = new Float32Array(frames * 2)
    for (const voice of voices) playVoice(voice, chunkStart, frames, dry, wet)
    voices = voices.filter((voice) => voice.startFrame + voice.holdFrames + voice.releaseFrames > chunkStart + frames)
    echo.apply(wet, dry)
    finish(dry, chunkStart, totalFrames, MOOD_GAIN[mood])
    yield dry
  }
}

function startVoice(note: Note, table: Float32Array): Voice {
  const voicing = VOICINGS[note.instrument]
  const detune = 2 ** (voicing.detuneCents / 2 / 1_200)
  const step = (note.frequencyHz * TABLE_SIZE) / SAMPLE_RATE
  // Equal power: a note keeps its loudness wherever it sits.
  const angle = ((note.pan + 1) * Math.PI) / 4
  return {
    table,
    startFrame: Math.round(note.startSeconds * SAMPLE_RATE),
    holdFrames: Math.round(note.holdSeconds * SAMPLE_RATE),
    attackFrames: Math.max(1, Math.round(voicing.attackSeconds * SAMPLE_RATE)),
    releaseFrames: Math.round(voicing.releaseSeconds * SAMPLE_RATE),
    decayPerFrame: voicing.decaySeconds === null ? 1 : Math.exp(-1 / (voicing.decaySeconds * SAMPLE_RATE)),
    steps: [step / detune, step * detune],
    phases: [0, 0],
    gains: [note.gain * Math.cos(angle), note.gain * Math.sin(angle)],
    echo: voicing.echo,
    level: 1,
  }
}

function playVoice(voice: Voice, chunkStart: number, frames: number, dry: Float32Array, wet: Float32Array): void {
  const from = Math.max(0, voice.startFrame - chunkStart)
  const until = Math.min(frames, voice.startFrame + voice.holdFrames + voice.releaseFrames - chunkStart)
  for (let frame = from; frame < until; frame += 1) {
    const age = chunkStart + frame - voice.startFrame
    const attack = age < voice.attackFrames ? age / voice.attackFrames : 1
    const release = age < voice.holdFrames ? 1 : 1 - (age - voice.holdFrames) / voice.releaseFrames
    const level = voice.level * attack * release
    voice.level *= voice.decayPerFrame
    for (let side = 0; side < 2; side += 1) {
      const sample = lookUp(voice.table, advance(voice, side)) * level * (voice.gains[side] ?? 0)
      const index = frame * 2 + side
      dry[index] = (dry[index] ?? 0) + sample
      wet[index] = (wet[index] ?? 0) + sample * voice.echo
    }
  }
}

function advance(voice: Voice, side: number): number {
  const phase = voice.phases[side] ?? 0
  const next = phase + (voice.steps[side] ?? 0)
  voice.phases[side] = next >= TABLE_SIZE ? next - TABLE_SIZE : next
  return phase
}

/** Linear interpolation; the table's extra last entry repeats its first. */
function lookUp(table: Float32Array, phase: number): number {
  const index = Math.floor(phase)
  const low = table[index] ?? 0
  return low + ((table[index + 1] ?? 0) - low) * (phase - index)
}

/** Repeats that wander from one side to the other and die away. */
class Echo {
  private readonly ring = new Float32Array(Math.round(ECHO_SECONDS * SAMPLE_RATE) * 2)
  private position = 0

  apply(wet: Float32Array, into: Float32Array): void {
    for (let index = 0; index < wet.length; index += 2) {
      const left = this.ring[this.position] ?? 0
      const right = this.ring[this.position + 1] ?? 0
      into[index] = (into[index] ?? 0) + left
      into[index + 1] = (into[index + 1] ?? 0) + right
      this.ring[this.position] = (wet[index] ?? 0) + right * ECHO_FEEDBACK
      this.ring[this.position + 1] = (wet[index + 1] ?? 0) + left * ECHO_FEEDBACK
      this.position = (this.position + 2) % this.ring.length
    }
  }
}

/** Gain, the fades at both ends, and the ceiling. */
function finish(samples: Float32Array, chunkStart: number, totalFrames: number, gain: number): void {
  const fadeInFrames = Math.min(SAMPLE_RATE, totalFrames / 4)
  const fadeOutFrames = Math.min(2.5 * SAMPLE_RATE, totalFrames / 3)
  for (let index = 0; index < samples.length; index += 1) {
    const frame = chunkStart + (index >> 1)
    const fade = Math.min(1, frame / fadeInFrames, (totalFrames - 1 - frame) / fadeOutFrames)
    // A raised cosine: its slope is zero at both ends, so neither is heard as an edge.
    const shape = 0.5 - 0.5 * Math.cos(Math.PI * Math.max(0, fade))
    samples[index] = softCeiling((samples[index] ?? 0) * gain * shape)
  }
}

/** Unchanged below the knee, bent smoothly towards the ceiling above it. */
export function softCeiling(sample: number): number {
  const size = Math.abs(sample)
  if (size <= KNEE) return sample
  const room = CEILING - KNEE
  return Math.sign(sample) * (KNEE + room * Math.tanh((size - KNEE) / room))
}

function buildTables(): Readonly<Record<Instrument, Float32Array>> {
  return { pad: waveTable(VOICINGS.pad.harmonics), bass: waveTable(VOICINGS.bass.harmonics), pluck: waveTable(VOICINGS.pluck.harmonics) }
}

function waveTable(harmonics: readonly number[]): Float32Array {
  const table = new Float32Array(TABLE_SIZE + 1)
  const total = harmonics.reduce((sum, strength) => sum + strength, 0)
  for (let index = 0; index <= TABLE_SIZE; index += 1) {
    const angle = (2 * Math.PI * index) / TABLE_SIZE
    table[index] = harmonics.reduce((sum, strength, harmonic) => sum + strength * Math.sin(angle * (harmonic + 1)), 0) / total
  }
  return table
}
