/** Plays the sequence: moves the playhead by the clock and mixes the audio plan; pictures follow the playhead by themselves. */
import type { AudioPlan, AudioSegment } from '#core/render/audio.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import type { FrameRate } from '#core/document/schema.ts'
import type { Playhead } from '../stores/playhead.ts'
import type { SessionStore } from '../stores/session-store.ts'

export interface PlayerSource {
  readonly frameRate: FrameRate
  readonly audio: AudioPlan
  mediaUrl(mediaId: string): string
}

/** Sound starts a moment late on purpose, so that every clip can be scheduled before it is due. */
const AUDIO_LEAD_SECONDS = 0.05

export class Player {
  readonly #playhead: Playhead
  readonly #session: SessionStore
  readonly #source: () => PlayerSource | null
  readonly #buffers = new Map<string, Promise<AudioBuffer | null>>()
  readonly #stops: (() => void)[] = []
  #context: AudioContext | null = null
  #gain: GainNode | null = null
  #nodes: AudioBufferSourceNode[] = []
  #anchor = { frame: 0, seconds: 0, rate: 1 }
  #isMoving = false
  #tick = 0

  constructor(playhead: Playhead, session: SessionStore, source: () => PlayerSource | null) {
    this.#playhead = playhead
    this.#session = session
    this.#source = source
    this.#stops.push(
      session.state.subscribe((now, before) => {
        if (now.isPlaying !== before.isPlaying || (now.isPlaying && now.playRate !== before.playRate)) this.#follow()
        if (now.isMuted !== before.isMuted && this.#gain) this.#gain.gain.value = now.isMuted ? 0 : 1
      }),
      playhead.subscribe(() => {
        if (!this.#isMoving && this.#session.state.getState().isPlaying) this.#reanchor()
      }),
    )
  }

  dispose(): void {
    this.#halt()
    for (const stop of this.#stops) stop()
    void this.#context?.close()
  }

  #follow(): void {
    this.#halt()
    const { isPlaying, playRate } = this.#session.state.getState()
    const source = this.#source()
    if (!isPlaying) return
    if (!source || this.#playhead.totalFrames === 0) {
      this.#session.state.setState({ isPlaying: false })
      return
    }
    if (playRate > 0 && this.#playhead.frame >= this.#playhead.lastFrame) this.#playhead.seek(0)
    this.#reanchor()
    const step = (): void => {
      this.#tick = requestAnimationFrame(step)
      this.#advance(source.frameRate)
    }
    this.#tick = requestAnimationFrame(step)
  }

  #advance(rate: FrameRate): void {
    const elapsed = (performance.now() / 1_000 - this.#anchor.seconds) * this.#anchor.rate
    const frame = this.#anchor.frame + Math.floor((elapsed * rate.num) / rate.den + 1e-6)
    const isOver = frame > this.#playhead.lastFrame || frame < 0
    this.#isMoving = true
    this.#playhead.seek(frame)
    this.#isMoving = false
    if (isOver) this.#session.state.setState({ isPlaying: false, playRate: 1 })
  }

  /** Takes the present position and moment as the start: at play, after a jump, at a new speed. */
  #reanchor(): void {
    const { playRate } = this.#session.state.getState()
    this.#anchor = { frame: this.#playhead.frame, seconds: performance.now() / 1_000, rate: playRate }
    this.#silence()
    const source = this.#source()
    if (source && playRate === 1 && source.audio.segments.length > 0) void this.#sound(source, this.#anchor)
  }

  async #sound(source: PlayerSource, anchor: { readonly frame: number; readonly seconds: number }): Promise<void> {
    const context = (this.#context ??= new AudioContext({ sampleRate: source.audio.sampleRate }))
    this.#gain ??= connectGain(context)
    this.#gain.gain.value = this.#session.state.getState().isMuted ? 0 : 1
    if (context.state === 'suspended') await context.resume().catch(() => undefined)
    const from = framesToSeconds(anchor.frame, source.frameRate)
    const due = source.audio.segments.filter((segment) => segment.startSeconds + segment.durationSeconds > from)
    const buffers = await Promise.all(due.map((segment) => this.#load(context, source.mediaUrl(segment.mediaId))))
    if (this.#anchor !== anchor || !this.#session.state.getState().isPlaying) return
    // Loading took its time: sound joins where the pictures are by now.
    const now = from + (performance.now() / 1_000 - anchor.seconds) + AUDIO_LEAD_SECONDS
    const at = context.currentTime + AUDIO_LEAD_SECONDS
    for (const [index, segment] of due.entries()) {
      const buffer = buffers[index]
      if (buffer) this.#nodes.push(...schedule(context, this.#gain, buffer, segment, now, at))
    }
  }

  #load(context: AudioContext, url: string): Promise<AudioBuffer | null> {
    const known = this.#buffers.get(url)
    if (known) return known
    const loading = fetch(url)
      .then(async (response) => (response.ok ? await context.decodeAudioData(await response.arrayBuffer()) : null))
      .catch(() => {
        // Missing sound must not stop the pictures; it is asked for again at the next play.
        this.#buffers.delete(url)
        return null
      })
    this.#buffers.set(url, loading)
    return loading
  }

  #silence(): void {
    for (const node of this.#nodes) node.stop()
    this.#nodes = []
  }

  #halt(): void {
    cancelAnimationFrame(this.#tick)
    this.#silence()
  }
}

function connectGain(context: AudioContext): GainNode {
  const gain = context.createGain()
  gain.connect(context.destination)
  return gain
}

/** Starts one segment; `now` is the sequence's time at the context's time `at`. */
function schedule(context: AudioContext, output: AudioNode, buffer: AudioBuffer, segment: AudioSegment, now: number, at: number): AudioBufferSourceNode[] {
  const skipped = Math.max(0, now - segment.startSeconds)
  const length = segment.durationSeconds - skipped
  if (length <= 0) return []
  const begin = at + Math.max(0, segment.startSeconds - now)
  const node = context.createBufferSource()
  const gain = context.createGain()
  const level = 10 ** (segment.gainDb / 20)
  node.buffer = buffer
  node.connect(gain).connect(output)
  gain.gain.setValueAtTime(segment.fadeInSeconds > skipped ? level * (skipped / segment.fadeInSeconds) : level, begin)
  if (segment.fadeInSeconds > skipped) gain.gain.linearRampToValueAtTime(level, begin + segment.fadeInSeconds - skipped)
  if (segment.fadeOutSeconds > 0) {
    gain.gain.setValueAtTime(level, begin + Math.max(segment.fadeInSeconds - skipped, length - segment.fadeOutSeconds, 0))
    gain.gain.linearRampToValueAtTime(0, begin + length)
  }
  node.start(begin, segment.trimStartSeconds + skipped, length)
  return [node]
}
