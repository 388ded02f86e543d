/** The playhead's timecode: always current without React, and a field to type a time into. */
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { formatTimecode, parseTimecode } from '#core/timeline/time.ts'
import { useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'

export function Timecode() {
  const studio = useStudio()
  const field = useRef<HTMLInputElement>(null)
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })

  useEffect(() => {
    const show = (): void => {
      if (field.current && document.activeElement !== field.current) field.current.value = formatTimecode(studio.playhead.frame, rate)
    }
    show()
    return studio.playhead.subscribe(show)
  }, [studio, rate])

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    const frame = event.key === 'Enter' ? parseTimecode(event.currentTarget.value, rate, studio.playhead.frame) : null
    event.currentTarget.blur()
    if (frame !== null) studio.playhead.seek(frame)
    if (field.current) field.current.value = formatTimecode(studio.playhead.frame, rate)
  }

  return (
    <input ref={field} className="timecode" aria-label={t.viewer.timecode} spellCheck={false} autoComplete="off" defaultValue="00:00:00:00"
      onFocus={(event) => event.currentTarget.select()} onKeyDown={press} onBlur={(event) => { event.currentTarget.value = formatTimecode(studio.playhead.frame, rate) }} />
  )
}
