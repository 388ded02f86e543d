/** Paints the frame under the playhead as soon as all its pictures are decoded; until then the last whole frame stays. */
import type { FrameSize, ProjectDocument } from '#core/document/schema.ts'
import { trimFor } from '#core/planning/coverage.ts'
import type { RenderFrame, RenderLayer, TakeLayer } from '#core/render/frame.ts'
import { frameAt, sourceFrameOf, type CompiledSequence } from '#core/render/graph.ts'
import { paintFrame } from '#core/render/paint.ts'
import type { Picture } from '#core/render/paint-context.ts'
import { takeVideoPath } from '#contracts/studio-api.ts'
import { otherTakeOf } from '../../stores/compare.ts'
import { framingOf } from '../../stores/delivery.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { shownDocument } from '../../stores/hooks.ts'
import type { SessionState } from '../../stores/session-store.ts'
import type { Studio } from '../../stores/studio.ts'
import type { TakeSource } from '../../media/take-frames.ts'

/** What of the session shows in the picture. */
const PAINTED_STATE = ['fontsLoaded', 'view', 'presetId', 'markDrafts'] as const satisfies readonly (keyof SessionState)[]
/** Frames of the sequence that are decoded ahead while it plays. */
const AHEAD_FRAMES = [8, 20, 36]

export class StagePainter {
  readonly #studio: Studio
  readonly #canvas: HTMLCanvasElement
  readonly #stops: (() => void)[] = []
  #request = 0

  constructor(studio: Studio, canvas: HTMLCanvasElement) {
    this.#studio = studio
    this.#canvas = canvas
    const schedule = (): void => this.schedule()
    const observer = new ResizeObserver(schedule)
    observer.observe(canvas)
    this.#stops.push(
      studio.playhead.subscribe(schedule),
      studio.document.state.subscribe(schedule),
      studio.frames.subscribe(schedule),
      studio.operations.state.subscribe((now, before) => (now.isComparing !== before.isComparing || now.compareWith !== before.compareWith) && this.schedule()),
      studio.session.state.subscribe((now, before) => PAINTED_STATE.some((key) => now[key] !== before[key]) && this.schedule()),
      () => observer.disconnect(),
    )
    this.schedule()
  }

  /** At most one painting for each frame of the screen. */
  schedule(): void {
    if (this.#request !== 0) return
    this.#request = requestAnimationFrame(() => {
      this.#request = 0
      this.#paint()
    })
  }

  dispose(): void {
    cancelAnimationFrame(this.#request)
    for (const stop of this.#stops) stop()
  }

  #paint(): void {
    const document = shownDocument(this.#studio.document.state.getState())
    if (!document) return
    const { compiled } = deriveFrom(document)
    const frame = this.#asCompared(document, frameAt(compiled, this.#studio.playhead.frame))
    const takes = frame.layers.filter((layer): layer is TakeLayer => layer.kind === 'take')
    const isReady = takes.map((layer) => this.#want(layer)).every(Boolean)
    this.#prefetch(compiled)
    this.#canvas.dataset['wanted'] = String(frame.frame)
    if (!isReady) return
    const framing = framingOf(this.#studio.session.state.getState(), compiled.frameSize)
    const size = this.#fitBackingStore(framing.frameSize)
    const context = this.#canvas.getContext('2d', { alpha: false })
    if (!context) return
    paintFrame<CanvasImageSource>(context, frame, size, (layer) => this.#pictureOf(layer), framing)
    this.#canvas.dataset['frame'] = String(frame.frame)
    this.#canvas.dataset['takes'] = takes.map(({ takeId }) => takeId).join(' ')
    this.#markDraft(takes.some(({ isDraft }) => isDraft) && !framing.markDrafts)
  }

  /** While takes are compared, every shot in the picture shows its other take at the same moment. */
  #asCompared(document: ProjectDocument, frame: RenderFrame): RenderFrame {
    const operations = this.#studio.operations.state.getState()
    if (!operations.isComparing) return frame
    const derived = deriveFrom(document)
    const swap = (layer: RenderLayer): RenderLayer => {
      const other = layer.kind === 'take' ? otherTakeOf(document, layer.shotId, operations) : null
      const shot = layer.kind === 'take' ? document.shots[layer.shotId] : undefined
      if (layer.kind !== 'take' || !other || !shot) return layer
      const frameInShot = frame.frame - (derived.spanOf(shot.id)?.startFrame ?? 0)
      return { ...layer, takeId: other.id, sourceFrame: sourceFrameOf(other, trimFor(shot, document.takes[layer.takeId], other, document.project.frameRate), frameInShot, document.project.frameRate), isDraft: other.isDraft }
    }
    return { ...frame, layers: frame.layers.map(swap) }
  }

  /** Beside the picture, not in it: what is painted here is what the export would paint. */
  #markDraft(isDraft: boolean): void {
    const stage = this.#canvas.parentElement
    if (stage) stage.toggleAttribute('data-draft', isDraft)
  }

  /** True where the layer's picture is at hand, or can never be had: then it is painted as missing. */
  #want(layer: TakeLayer): boolean {
    const { frames } = this.#studio
    if (frames.peek(layer.takeId, layer.sourceFrame) || frames.failureOf(layer.takeId) !== null) return true
    const source = this.#sourceOf(layer.takeId)
    if (!source) return true
    void frames.want(source, layer.sourceFrame)
    return false
  }

  #prefetch(compiled: CompiledSequence): void {
    if (!this.#studio.session.state.getState().isPlaying) return
    for (const ahead of AHEAD_FRAMES) {
      for (const layer of frameAt(compiled, this.#studio.playhead.frame + ahead).layers) {
        const source = layer.kind === 'take' ? this.#sourceOf(layer.takeId) : null
        if (source && layer.kind === 'take') this.#studio.frames.prefetch(source, layer.sourceFrame)
      }
    }
  }

  #pictureOf(layer: TakeLayer): Picture<CanvasImageSource> | null {
    const image = this.#studio.frames.peek(layer.takeId, layer.sourceFrame)
    return image && { image, width: image.width, height: image.height }
  }

  #sourceOf(takeId: string): TakeSource | null {
    const open = this.#studio.document.state.getState().open
    const take = open?.document.takes[takeId]
    if (!open || !take) return null
    return { takeId, url: this.#studio.mediaUrl(takeVideoPath(open.projectId, takeId)), frameCount: take.frameCount, frameRate: take.frameRate }
  }

  /** As many pixels as are shown, never more than the frame has. */
  #fitBackingStore(frameSize: FrameSize): { readonly width: number; readonly height: number } {
    const scale = Math.min(1, (this.#canvas.clientHeight * devicePixelRatio) / frameSize.height || 1)
    const width = Math.max(1, Math.round(frameSize.width * scale))
    const height = Math.max(1, Math.round(frameSize.height * scale))
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
    }
    return { width, height }
  }
}
