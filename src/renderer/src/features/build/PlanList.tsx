/** What a build would do, in order, with the reason and the time of each shot; and what it leaves out. */
import { Boxes } from 'lucide-react'
import { deriveFrom } from '../../stores/derive.ts'
import { useOpen } from '../../stores/hooks.ts'
import { useBuildPlan } from '../../stores/shot-states.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { reasonWords } from '../../ui/StateBadge.tsx'
import { t } from '../../ui/strings/strings.ts'

export function PlanList() {
  const studio = useStudio()
  const plan = useBuildPlan()
  const document = useOpen((open) => open.document, null)
  if (!plan || !document) return null
  const numberOf = (shotId: string): number => deriveFrom(document).numberOf(shotId)
  const left = plan.skipped.filter(({ reason }) => reason !== 'up-to-date')
  return (
    <div className="plan-body">
      <p className="section-title">{plan.steps.length > 0 ? t.build.planLabel : t.build.leftOut}</p>
      {plan.steps.length > 0 && <p className="hint">{t.build.planText}</p>}
      <ol className="plan-list">
        {plan.steps.map((step) => (
          <li key={step.shotId}>
            <button type="button" className="plan-row" onClick={() => studio.session.selectShots([step.shotId])}>
              <span className="plan-number">{numberOf(step.shotId)}</span>
              <span className="plan-words">
                <span className="truncate">{document.shots[step.shotId]?.prompt || t.shot.noPrompt}</span>
                <span className="hint truncate">
                  {reasonWords(step.reasons)}
                  {step.waitsFor.map((id) => ` · ${t.build.waits(numberOf(id))}`)}
                </span>
              </span>
              <span className="hint">{step.estimatedSeconds === null ? '' : t.durations.about(step.estimatedSeconds)}</span>
            </button>
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <ul className="plan-skipped">
          {left.map((skipped) => <li key={skipped.shotId} className="hint">{skipped.message} {skipped.remedy}</li>)}
        </ul>
      )}
      {left.some(({ reason }) => reason === 'pack-missing') && <Button icon={<Boxes size={14} />} onClick={() => studio.session.state.setState({ openScreen: 'packs' })}>{t.status.packScreen}</Button>}
      {plan.steps.length > 0 && (
        <p className="plan-total">
          <span>{t.build.total}</span>
          <span>{plan.estimatedSeconds === null ? t.build.unknownTime : t.durations.about(plan.estimatedSeconds)}</span>
        </p>
      )}
    </div>
  )
}
