/** What the check of an export found, each with what to do and a way to the shot. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { LintFinding, LintSeverity } from '#core/export/lint.ts'
import { seekToShot } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'

const ICONS = Object.freeze({ error: TriangleAlert, warning: CircleAlert, hint: Info } satisfies Record<LintSeverity, unknown>)

export function Findings({ findings }: { readonly findings: readonly LintFinding[] }) {
  if (findings.length === 0) return <p className="finding finding-none"><CircleCheck size={14} aria-hidden /><span>{t.deliver.noFindings}</span></p>
  return (
    <ul className="findings">
      {alike(findings).map((group) => <FindingGroup key={`${group[0].code}-${group[0].message}`} group={group} />)}
    </ul>
  )
}

type Group = readonly [LintFinding, ...LintFinding[]]

function FindingGroup({ group }: { readonly group: Group }) {
  const studio = useStudio()
  const [{ severity, message, remedy }] = group
  const shotIds = group.flatMap(({ shotId }) => shotId ?? [])
  const Icon = ICONS[severity]

  function show(): void {
    studio.session.arrange({ view: 'edit' })
    studio.session.selectShots(shotIds, shotIds[0])
    if (shotIds[0]) seekToShot(studio, shotIds[0])
  }

  return (
    <li className={`finding finding-${severity}`}>
      <Icon size={14} aria-hidden />
      <span className="finding-words">
        <span>{message} {group.length > 1 && t.deliver.alike(group.length - 1)}</span>
        <span className="hint">{remedy}</span>
        {shotIds.length > 0 && <button type="button" className="text-button" onClick={show}>{t.deliver.fix(shotIds.length)}</button>}
      </span>
    </li>
  )
}

/** Findings of one kind on several shots are one thing to decide. */
function alike(findings: readonly LintFinding[]): readonly Group[] {
  const groups = new Map<string, [LintFinding, ...LintFinding[]]>()
  for (const finding of findings) {
    const key = finding.shotId ? `${finding.code} ${finding.remedy}` : `${finding.code} ${finding.message}`
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()]
}
