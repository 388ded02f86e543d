/** What a shot starts and ends on: given pictures, or the end of the shot before it. */
import { useDerived, useOpen, usePacks } from '../../stores/hooks.ts'
import { nameOf, previousShotOf, whyNotContinue, whyNotPicture } from '../../stores/abilities.ts'
import { editShots } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { Switch } from '../../ui/Switch.tsx'
import { t } from '../../ui/strings/strings.ts'
import type { Shot } from '#core/document/schema.ts'
import { PictureWell } from './PictureWell.tsx'
import { Section } from './Section.tsx'

export function PicturesFields({ shot }: { readonly shot: Shot }) {
  const packs = usePacks()
  const ratio = useOpen(({ document: { project } }) => project.frameSize.width / project.frameSize.height, 16 / 9)
  const cannotFirst = useDerived((_, document) => whyNotPicture(document, shot, 'firstFrame', packs), null)
  const cannotLast = useDerived((_, document) => whyNotPicture(document, shot, 'lastFrame', packs), null)
  return (
    <Section title={t.pictures.heading}>
      <div className="picture-wells">
        <PictureWell shot={shot} place="firstFrame" label={t.pictures.first} ratio={ratio} cannot={cannotFirst} />
        <PictureWell shot={shot} place="lastFrame" label={t.pictures.last} ratio={ratio} cannot={cannotLast} />
      </div>
      {[...new Set([cannotFirst, cannotLast])].map((reason) => reason !== null && !shot.isLocked && <p key={reason} className="hint">{reason}</p>)}
      <ContinueSwitch shot={shot} />
    </Section>
  )
}

function ContinueSwitch({ shot }: { readonly shot: Shot }) {
  const studio = useStudio()
  const packs = usePacks()
  const isOn = shot.continuesFrom !== null
  const cannot = useDerived((_, document) => whyNotContinue(document, shot, packs), null)
  const [sourceId, sourceName, hasTake] = useDerived((_, document) => {
    const id = shot.continuesFrom ?? previousShotOf(document, shot.id)
    return [id, id === null ? '' : nameOf(document, id), id !== null && (document.shots[id]?.selectedTakeId ?? null) !== null] as const
  }, [null, '', false] as const)
  const words = isOn ? (hasTake ? t.pictures.continuesFrom(sourceName) : t.pictures.continuesWaits(sourceName)) : sourceId === null ? '' : t.pictures.continuesOff(sourceName)
  return (
    <Switch label={t.pictures.continues} hint={cannot ?? words} isOn={isOn} disabled={shot.isLocked || (cannot !== null && !isOn)}
      onChange={(next) => editShots(studio, [shot.id], { continuesFrom: next ? (sourceId as Shot['continuesFrom']) : null })} />
  )
}
