/** Which ffmpeg is used, and the field for one of one's own. */
import { useState, type FormEvent } from 'react'
import { useStore } from 'zustand'
import type { DoctorReport } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Finding, Section } from './Finding.tsx'

export function FfmpegSection({ ffmpeg }: { readonly ffmpeg: DoctorReport['ffmpeg'] }) {
  const studio = useStudio()
  const saved = useStore(studio.doctor.state, (state) => state.ffmpegPath)
  return (
    <Section title={t.doctor.ffmpeg.heading}>
      <ul className="findings">
        {ffmpeg === null
          ? <Finding state="bad" name={t.doctor.ffmpeg.heading} word={t.doctor.packs.missing}><p className="finding-text">{t.doctor.ffmpeg.none}</p></Finding>
          : (
            <Finding state="good" name={t.doctor.ffmpeg.heading} word={t.doctor.device.works} hint={t.doctor.ffmpeg.source[ffmpeg.source] ?? ffmpeg.source}>
              <p className="finding-text">{t.doctor.ffmpeg.version(ffmpeg.version, ffmpeg.encoders)}</p>
              <p className="doctor-path">{ffmpeg.path}</p>
            </Finding>
          )}
      </ul>
      <OwnFfmpeg key={saved} saved={saved} />
    </Section>
  )
}

function OwnFfmpeg({ saved }: { readonly saved: string }) {
  const studio = useStudio()
  const [path, setPath] = useState(saved)
  function submit(event: FormEvent): void {
    event.preventDefault()
    void studio.doctor.saveFfmpegPath(path)
  }
  return (
    <form className="doctor-own" onSubmit={submit}>
      <label className="doctor-own-label">
        <span>{t.doctor.ffmpeg.own}</span>
        <input className="control" value={path} placeholder={t.doctor.ffmpeg.placeholder} spellCheck={false} onChange={(event) => setPath(event.target.value)} />
      </label>
      <Button type="submit" disabled={path.trim() === saved}>{t.doctor.ffmpeg.use}</Button>
    </form>
  )
}
