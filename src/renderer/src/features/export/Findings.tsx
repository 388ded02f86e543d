/** What the check of an export found, each with what to do and a way to the shot. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { LintFinding, LintSeverity } from '#core/export/lint.ts'
import { seekToShot } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'

const ICONS = Object.freeze({ error: TriangleAlert, warning: CircleAlert, hint: Info } satisfies Record<LintSeverity, unknown>)

export function Findings({ findings }: { readonly findings: readonly LintFinding[] }) {
  const studio = useStudio()
  if (findings.length === 0) return <p className="finding finding-none"><CircleCheck size={14} aria-hidden /><span>{t.deliver.noFindings}</span></p>

  function show(shotId: string): void {
    studio.session.arrange({ view: 'edit' })
    studio.session.selectShots([shotId])
    seekToShot(studio, shotId)
  }

  return (
    <ul className="findings">
      {findings.map(({ severity, code, message, remedy, shotId }, index) => {
        const Icon = ICONS[severity]
        return (
          <li key={`${code}-${shotId ?? index}`} className={`finding finding-${severity}`}>
            <Icon size={14} aria-hidden />
            <span className="finding-words">
              <span>{message}</span>
              <span className="hint">{remedy}</span>
              {shotId && <button type="button" className="text-button" onClick={() => show(shotId)}>{t.deliver.fix}</button>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
