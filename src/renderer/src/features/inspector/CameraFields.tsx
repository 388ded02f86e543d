/** The camera of a shot: its moves, and how they get into the picture. */
import { Plus } from 'lucide-react'
import { cameraCarrier } from '#core/camera/carrier.ts'
import { describeMove, isStaticMove, moveOf, partsOf } from '#core/camera/moves.ts'
import type { PresetMove, Shot } from '#core/document/schema.ts'
import { editShots } from '../../stores/edits.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { CameraGlyph } from '../../ui/CameraGlyph.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { t } from '../../ui/strings/strings.ts'
import { MoveFields, presetPart } from './MoveFields.tsx'
import { Section } from './Section.tsx'
import { useMixed } from './use-mixed.ts'

const MAX_MOVES = 4

export function CameraFields({ shot, targets }: { readonly shot: Shot; readonly targets: readonly string[] }) {
  const studio = useStudio()
  const { camera, isLocked } = shot
  const isMixed = useMixed(targets, (target) => JSON.stringify(target.camera))
  const parts = isMixed ? [] : partsOf(camera)
  const set = (next: readonly PresetMove[]): void => editShots(studio, targets, { camera: moveOf(next) })
  return (
    <Section title={t.inspector.camera} aside={isMixed ? null : <span className="hint camera-words"><CameraGlyph move={camera} size={15} />{describeMove(camera)}</span>}>
      {isMixed && <MoveFields move={null} disabled={isLocked} onChange={(move) => set([move])} />}
      {parts.map((part, index) => (
        <MoveFields key={index} move={part} disabled={isLocked} onChange={(move) => set(parts.with(index, move))}
          {...(parts.length > 1 ? { onRemove: () => set(parts.toSpliced(index, 1)) } : {})} />
      ))}
      {!isMixed && camera.kind === 'keyframes' && (
        <div className="camera-path">
          <p className="hint">{t.inspector.path}</p>
          <Button tone="quiet" disabled={isLocked} onClick={() => set([presetPart('static')])}>{t.camera.toPresets}</Button>
        </div>
      )}
      {parts.length > 0 && parts.length < MAX_MOVES && !isStaticMove(camera) && (
        <Button tone="quiet" icon={<Plus size={14} />} disabled={isLocked} onClick={() => set([...parts, presetPart(nextPreset(parts))])}>{t.camera.add}</Button>
      )}
      {!isMixed && !isStaticMove(camera) && <Carrier shot={shot} targets={targets} />}
    </Section>
  )
}

/** A second move of the same kind would only add up: the first that is not there yet is offered. */
function nextPreset(parts: readonly PresetMove[]): PresetMove['preset'] {
  return (['dolly', 'pan', 'zoom', 'tilt', 'handheld'] as const).find((preset) => parts.every((part) => part.preset !== preset)) ?? 'roll'
}

function Carrier({ shot, targets }: { readonly shot: Shot; readonly targets: readonly string[] }) {
  const studio = useStudio()
  const packs = usePacks()
  const projectPackId = useOpen(({ document }) => document.project.packId, '')
  const pack = packs.find(({ packId }) => packId === (shot.packId ?? projectPackId))
  const isVirtual = shot.framing?.isCameraVirtual ?? false
  const setVirtual = (isCameraVirtual: boolean): void => editShots(studio, targets, { framing: { keyframes: shot.framing?.keyframes ?? [], isCameraVirtual } })
  return (
    <>
      <Switch label={t.camera.virtual} hint={t.camera.virtualHint} isOn={isVirtual} disabled={shot.isLocked} onChange={setVirtual} />
      {pack && <p className="hint">{t.camera.carriers[cameraCarrier(shot, pack.camera)]}</p>}
    </>
  )
}
