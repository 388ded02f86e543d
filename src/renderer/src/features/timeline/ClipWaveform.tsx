/** The waveform of a sound's clip: the part of the media that the clip plays. */
import { useEffect, useRef } from 'react'
import { mediaPath } from '#contracts/studio-api.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'

const MOST_CANVAS_PIXELS = 4_000
/** Width of one bar with its gap, in pixels of the page. */
const BAR_PIXELS = 3

export function ClipWaveform({ audioClipId, width }: { readonly audioClipId: string; readonly width: number }) {
  const studio = useStudio()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [clip, rate, projectId] = useOpen(({ document, projectId: own }) => [document.audioClips[audioClipId] ?? null, document.project.frameRate, own] as const, [null, { num: 24, den: 1 }, ''] as const)
  const drawnWidth = Math.round(Math.min(MOST_CANVAS_PIXELS, width))

  useEffect(() => {
    const element = canvas.current
    if (!clip || !element) return
    let isWanted = true
    void studio.waveforms.of(studio.mediaUrl(mediaPath(projectId, clip.mediaId))).then((waveform) => {
      if (!isWanted || !waveform) return
      const { peaks, seconds } = waveform
      const from = framesToSeconds(clip.trimStartFrames, rate)
      const length = framesToSeconds(clip.durationFrames, rate)
      const height = element.clientHeight
      element.width = Math.round(drawnWidth * devicePixelRatio)
      element.height = Math.round(height * devicePixelRatio)
      const context = element.getContext('2d')
      if (!context) return
      context.scale(devicePixelRatio, devicePixelRatio)
      context.fillStyle = getComputedStyle(element).color
      for (let x = 0; x < drawnWidth; x += BAR_PIXELS) {
        const at = (from + (x / drawnWidth) * length) / seconds
        const peak = at < 1 ? (peaks[Math.floor(at * peaks.length)] ?? 0) : 0
        const bar = Math.max(1, peak * (height - 4))
        context.fillRect(x, (height - bar) / 2, BAR_PIXELS - 1, bar)
      }
    })
    return () => {
      isWanted = false
    }
  }, [studio, clip, rate, projectId, drawnWidth])

  return <canvas ref={canvas} className="clip-wave" aria-hidden />
}
