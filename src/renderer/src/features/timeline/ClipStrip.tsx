/** The film strip of a clip: small pictures of its take, each from the moment it stands for. */
import { useEffect, useRef } from 'react'
import { takeVideoPath } from '#contracts/studio-api.ts'
import { sourceFrameOf } from '#core/render/graph.ts'
import { useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'

/** A canvas never gets wider than this; longer clips are stretched, which nobody sees at their pictures' size. */
const MOST_CANVAS_PIXELS = 4_000

export function ClipStrip({ shotId, width, posterUrl }: { readonly shotId: string; readonly width: number; readonly posterUrl: string | null }) {
  const studio = useStudio()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [take, trimStartFrames, durationFrames, rate, projectId] = useOpen(({ document, projectId: own }) => {
    const shot = document.shots[shotId]
    const selected = shot?.selectedTakeId ? (document.takes[shot.selectedTakeId] ?? null) : null
    return [selected, shot?.trimStartFrames ?? 0, shot?.durationFrames ?? 1, document.project.frameRate, own] as const
  }, [null, 0, 1, { num: 24, den: 1 }, ''] as const)
  const drawnWidth = Math.round(Math.min(MOST_CANVAS_PIXELS, width))

  useEffect(() => {
    const element = canvas.current
    if (!take || !element) return
    let isWanted = true
    const source = { takeId: take.id, url: studio.mediaUrl(takeVideoPath(projectId, take.id)), frameCount: take.frameCount, frameRate: take.frameRate }
    void studio.strips.of(source).then((pictures) => {
      if (!isWanted || pictures.length === 0) return
      const context = element.getContext('2d')
      const height = element.clientHeight || 60
      const cellWidth = height * (take.frameSize.width / take.frameSize.height)
      const scale = devicePixelRatio
      element.width = Math.round(drawnWidth * scale)
      element.height = Math.round(height * scale)
      for (let x = 0; x < drawnWidth; x += cellWidth) {
        const frameInShot = Math.floor(((x + cellWidth / 2) / drawnWidth) * durationFrames)
        const frame = sourceFrameOf(take, trimStartFrames, Math.max(0, Math.min(durationFrames - 1, frameInShot)), rate)
        const picture = pictures[Math.min(pictures.length - 1, Math.floor((frame / take.frameCount) * pictures.length))]
        if (picture) context?.drawImage(picture, Math.round(x * scale), 0, Math.ceil(cellWidth * scale), element.height)
      }
    })
    return () => {
      isWanted = false
    }
  }, [studio, take, trimStartFrames, durationFrames, rate, projectId, drawnWidth])

  if (!take) return posterUrl === null ? null : <span className="clip-strip clip-poster" style={{ backgroundImage: `url("${posterUrl}")` }} />
  return <canvas ref={canvas} className="clip-strip" aria-hidden />
}
