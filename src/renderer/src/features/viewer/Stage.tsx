/** The canvas: fitted to its room, painted by the same code as the export, repainted when playhead, document or pictures change. */
import { useEffect, useRef, type ReactNode } from 'react'
import type { FrameSize } from '#core/document/schema.ts'
import { framingOf } from '../../stores/delivery.ts'
import { useOpen, useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { StagePainter } from './stage-painter.ts'
import { useFitted } from './use-fitted.ts'

export function Stage({ children }: { readonly children: ReactNode }) {
  const studio = useStudio()
  const room = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const projectSize = useOpen(({ document }) => document.project.frameSize, { width: 1920, height: 1080 })
  const ratio = useSession((state) => shapeOf(framingOf(state, projectSize).frameSize))
  const fitted = useFitted(room, ratio)

  useEffect(() => {
    if (!canvas.current) return
    const painter = new StagePainter(studio, canvas.current)
    return () => painter.dispose()
  }, [studio])

  return (
    <div ref={room} className="stage-room">
      <div className="stage" style={{ width: fitted.width, height: fitted.height }}>
        <canvas ref={canvas} className="stage-canvas" role="img" aria-label={t.viewer.label} />
        <span className="stage-draft">{t.viewer.draft}</span>
        {children}
      </div>
    </div>
  )
}

function shapeOf({ width, height }: FrameSize): number {
  return width / height
}
