/** A shot's fields in the order in which a director thinks: picture, words, framing, camera, timing, takes, the cut after it. */
import { Dices, RefreshCw, Sparkles } from 'lucide-react'
import { LockOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { editShots, rollSeeds, toggleLock } from '../../stores/edits.ts'
import { shortcutOf } from '../../stores/actions.ts'
import { useDerived, useOpen, usePacks, useShot } from '../../stores/hooks.ts'
import { useShotPresence } from '../../stores/shot-presence.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { StateBadge, staleWords } from '../../ui/StateBadge.tsx'
import { stageWords } from '../../ui/stage-words.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { t } from '../../ui/strings/strings.ts'
import { CameraFields } from './CameraFields.tsx'
import { CaptionFields } from './CaptionFields.tsx'
import { FramingFields } from './FramingFields.tsx'
import { BridgeButton } from './BridgeButton.tsx'
import { PicturesFields } from './PicturesFields.tsx'
import { PromptFields } from './PromptFields.tsx'
import { RemakeRow } from './RemakeRow.tsx'
import { Row, Section } from './Section.tsx'
import { TextField } from './TextField.tsx'
import { TimingFields } from './TimingFields.tsx'
import { TransitionFields } from './TransitionFields.tsx'
import { useMixed } from './use-mixed.ts'

const PROJECT_PACK = 'project'

export function ShotInspector({ shotId, shotIds, operation, takes }: { readonly shotId: string; readonly shotIds: readonly string[]; readonly operation: ReactNode; readonly takes: ReactNode }) {
  const studio = useStudio()
  const shot = useShot(shotId)
  const number = useDerived((derived) => derived.numberOf(shotId), 0)
  const hasNext = useDerived((derived) => derived.shotIds.at(-1) !== shotId, false)
  const targets = shotIds.includes(shotId) ? shotIds : [shotId]
  const isSeedMixed = useMixed(targets, ({ seed }) => seed)
  if (!shot) return null
  const isSeveral = targets.length > 1
  return (
    <>
      <header className="panel-head inspector-head">
        {isSeveral
          ? <h2 className="panel-title truncate">{t.inspector.several(targets.length)}</h2>
          : <TextField key={shotId} className="name-field" label={t.inspector.nameLabel} value={shot.name} placeholder={t.shot.numbered(number)} disabled={shot.isLocked} onCommit={(name) => editShots(studio, [shotId], { name })} />}
        <HeadState shotId={shotId} />
      </header>
      {shot.isLocked && (
        <div className="locked-note">
          <span>{t.inspector.locked}</span>
          <Button className="button-small" icon={<LockOpen size={12} />} onClick={() => toggleLock(studio, targets)}>{t.storyboard.unlock}</Button>
        </div>
      )}
      <div className="inspector-scroll">
        {!isSeveral && operation}
        <fieldset className="plain-fieldset" disabled={shot.isLocked}>
          <PromptFields key={`prompt-${targets.length}`} shot={shot} targets={targets} />
          <GenerateRow shotId={shotId} targets={targets} isLocked={shot.isLocked} hasTake={shot.selectedTakeId !== null} />
          {!isSeveral && <RemakeRow shotId={shotId} />}
        </fieldset>
        {/* Of a locked shot too, takes can be looked at, compared and annotated. */}
        {!isSeveral && takes}
        <fieldset className="plain-fieldset fields-after-takes" disabled={shot.isLocked}>
          {!isSeveral && <PicturesFields shot={shot} />}
          <FramingFields shot={shot} targets={targets} />
          <CameraFields shot={shot} targets={targets} />
          {!isSeveral && <TimingFields shot={shot} />}
          <Section title={t.inspector.generation}>
            <Row label={t.inspector.seed}>
              <NumberField label={t.inspector.seed} value={isSeedMixed ? null : shot.seed} min={0} max={0xffff_ffff} disabled={shot.isLocked} onCommit={(seed) => editShots(studio, targets, { seed })} />
              <IconButton label={t.inspector.dice} disabled={shot.isLocked} onClick={() => rollSeeds(studio, targets)}><Dices size={15} /></IconButton>
            </Row>
            <PackRow targets={targets} packId={shot.packId} isLocked={shot.isLocked} />
          </Section>
          {!isSeveral && hasNext && <Section title={t.inspector.transition}><TransitionFields afterShotId={shotId} /><BridgeButton shotId={shotId} /></Section>}
          {!isSeveral && <CaptionFields shotId={shotId} />}
        </fieldset>
      </div>
    </>
  )
}

function HeadState({ shotId }: { readonly shotId: string }) {
  const { kind, job, reasons } = useShotPresence(shotId)
  const detail = kind === 'stale' ? staleWords(reasons) : kind === 'drafting' && job ? stageWords(job) : null
  const messages = kind === 'stale' ? reasons.map(({ message }) => message).join(' ') : null
  const badge = <span className="head-state" tabIndex={messages ? 0 : undefined}><StateBadge kind={kind} detail={detail} /></span>
  return messages ? <Tooltip label={messages}>{badge}</Tooltip> : badge
}

function GenerateRow({ shotId, targets, isLocked, hasTake }: { readonly shotId: string; readonly targets: readonly string[]; readonly isLocked: boolean; readonly hasTake: boolean }) {
  const studio = useStudio()
  const { kind } = useShotPresence(shotId)
  const isUnderWay = kind === 'drafting' || kind === 'queued'
  return (
    <div className="generate-row">
      <Button icon={hasTake ? <RefreshCw size={13} /> : <Sparkles size={13} />} disabled={isLocked || isUnderWay} onClick={() => void studio.generate(targets)}>
        {targets.length > 1 ? t.storyboard.generate(targets.length) : hasTake ? t.inspector.regenerate : t.inspector.generate}
      </Button>
      <Tooltip label={t.inspector.dice} shortcut={shortcutOf('newVariation')}>
        <Button icon={<Dices size={14} />} disabled={isLocked || isUnderWay} onClick={() => void studio.generate(targets, true)}>{t.inspector.variation}</Button>
      </Tooltip>
    </div>
  )
}

function PackRow({ targets, packId, isLocked }: { readonly targets: readonly string[]; readonly packId: string | null; readonly isLocked: boolean }) {
  const studio = useStudio()
  const packs = usePacks()
  const projectPackId = useOpen(({ document }) => document.project.packId, '')
  const isMixed = useMixed(targets, (shot) => shot.packId)
  const projectPack = packs.find((pack) => pack.packId === projectPackId)
  const choices = [
    { value: PROJECT_PACK, label: t.inspector.projectPack(projectPack?.name ?? projectPackId) },
    ...packs.map((pack) => ({ value: pack.packId, label: pack.name, ...(pack.state === 'ready' ? {} : { hint: t.inspector.packMissing }) })),
  ]
  return (
    <Row label={t.inspector.pack}>
      <Select label={t.inspector.pack} value={isMixed ? null : (packId ?? PROJECT_PACK)} choices={choices} disabled={isLocked} onChange={(next) => editShots(studio, targets, { packId: next === PROJECT_PACK ? null : next })} />
    </Row>
  )
}
