/** The screen "Devices and health": what works on this machine, what was refused and why, and what to do about it. */
import { ArrowLeft, CircleCheck, ClipboardCopy, RefreshCw, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { DoctorReport } from '#contracts/studio-api.ts'
import { doctorLines } from '#core/devices/doctor-text.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { t } from '../../ui/strings/strings.ts'
import { DeviceSection } from './DeviceSection.tsx'
import { CardsSection, LibrarySection, PacksSection, RoomSection } from './Findings.tsx'
import { FfmpegSection } from './FfmpegSection.tsx'
import './doctor.css'

export function DoctorScreen() {
  const studio = useStudio()
  const { isLooking, report, error } = useStore(studio.doctor.state)
  const heading = useRef<HTMLHeadingElement>(null)
  const leave = (): void => studio.session.state.setState({ openScreen: null })

  useEffect(() => {
    heading.current?.focus()
    void studio.doctor.look(false)
    function press(event: KeyboardEvent): void {
      const isInPopup = event.target instanceof HTMLElement && event.target.closest('[role="listbox"], [role="dialog"]') !== null
      if (event.key === 'Escape' && !event.defaultPrevented && !isInPopup) studio.session.state.setState({ openScreen: null })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [studio])

  async function copy(): Promise<void> {
    if (report === null) return
    try {
      await navigator.clipboard.writeText(`${doctorLines(report).join('\n')}\n`)
      studio.notices.add({ kind: 'done', title: t.doctor.copied })
    } catch {
      studio.notices.add({ kind: 'failed', title: t.doctor.copyFailed, text: t.doctor.copyFailedText })
    }
  }

  return (
    <main className="screen doctor" aria-busy={isLooking}>
      <header className="screen-bar">
        <Button tone="quiet" icon={<ArrowLeft size={14} />} onClick={leave}>{t.doctor.back}</Button>
        <h1 ref={heading} tabIndex={-1}>{t.doctor.title}</h1>
        <span className="grow" />
        <Button icon={<ClipboardCopy size={14} />} disabled={report === null} onClick={() => void copy()}>{t.doctor.copy}</Button>
        <Button icon={<RefreshCw size={14} className={isLooking ? 'doctor-turning' : ''} />} aria-disabled={isLooking} onClick={() => { if (!isLooking) void studio.doctor.look(true) }}>{isLooking ? t.doctor.lookingAgain : t.doctor.again}</Button>
      </header>
      <div className="doctor-column">
        {error !== null ? (
          <Empty tone="failed" icon={<TriangleAlert size={24} />} title={t.doctor.failed} text={`${error.message} ${error.remedy}`}>
            <Button tone="primary" onClick={() => void studio.doctor.look(true)}>{t.common.retry}</Button>
          </Empty>
        ) : report === null ? (
          <Waiting />
        ) : (
          <Report report={report} />
        )}
      </div>
    </main>
  )
}

function Report({ report }: { readonly report: DoctorReport }) {
  return (
    <>
      <Verdict problems={report.problems} />
      <div className="doctor-grid">
        <div className="doctor-stack">
          <DeviceSection report={report} />
          <PacksSection packs={report.packs} />
        </div>
        <div className="doctor-stack">
          <CardsSection cards={report.cards} />
          <RoomSection report={report} />
          <FfmpegSection ffmpeg={report.ffmpeg} />
          <LibrarySection library={report.library} />
        </div>
      </div>
      <p className="doctor-versions">{t.doctor.versions(report.version, report.node, report.platform, report.onnxruntime)}</p>
    </>
  )
}

function Verdict({ problems }: { readonly problems: DoctorReport['problems'] }) {
  if (problems.length === 0) return <p className="doctor-verdict doctor-good" role="status"><CircleCheck size={15} aria-hidden />{t.doctor.healthy}</p>
  return (
    <section className="doctor-verdict doctor-bad" aria-label={t.doctor.problems(problems.length)}>
      <h2><TriangleAlert size={15} aria-hidden />{t.doctor.problems(problems.length)}</h2>
      <ul>{problems.map(({ message, remedy }, index) => <li key={index}>{message} <span className="doctor-remedy">{remedy}</span></li>)}</ul>
    </section>
  )
}

/** The places of what is to come, so that nothing jumps when it does. */
function Waiting() {
  return (
    <div className="late" role="status">
      <p className="doctor-verdict">{t.doctor.looking}</p>
      <div className="doctor-grid" aria-hidden>
        <div className="doctor-section doctor-blank doctor-tall" />
        <div className="doctor-stack"><div className="doctor-section doctor-blank" /><div className="doctor-section doctor-blank" /></div>
      </div>
    </div>
  )
}
