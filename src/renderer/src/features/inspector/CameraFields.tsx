/** The camera move: which one, how far in real units, and how it starts and stops. */
import { useState } from 'react'
import { CAMERA_MOVES, defaultMove, describeMove, directionWord } from '#core/camera/moves.ts'
import { CAMERA_PRESETS, EASINGS, type CameraMove, type CameraPreset, type Easing, type Shot } from '#core/document/schema.ts'
import { editShots } from '../../stores/edits.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { CameraGlyph, PresetGlyph } from '../../ui/CameraGlyph.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { Slider } from '../../ui/Slider.tsx'
import { t } from '../../ui/strings/strings.ts'
import { EasingCurve } from './EasingCurve.tsx'
import { Row, Section } from './Section.tsx'
import { useMixed } from './use-mixed.ts'

const MOVE_CHOICES = CAMERA_PRESETS.map((preset) => ({ value: preset, label: CAMERA_MOVES[preset].label, picture: <PresetGlyph preset={preset} size={16} /> }))
const EASING_CHOICES = EASINGS.map((easing) => ({ value: easing, label: t.easings[easing], picture: <EasingCurve easing={easing} /> }))

export function CameraFields({ shot, targets }: { readonly shot: Shot; readonly targets: readonly string[] }) {
  const studio = useStudio()
  const packs = usePacks()
  const projectPackId = useOpen(({ document }) => document.project.packId, '')
  const pack = packs.find(({ packId }) => packId === (shot.packId ?? projectPackId))
  const set = (camera: CameraMove): void => editShots(studio, targets, { camera })
  const { camera } = shot
  const isMixed = useMixed(targets, (target) => JSON.stringify(target.camera))
  return (
    <Section title={t.inspector.camera} aside={isMixed ? null : <span className="hint camera-words"><CameraGlyph move={camera} size={15} />{describeMove(camera)}</span>}>
      {camera.kind !== 'preset' && !isMixed
        ? <p className="hint">{t.inspector.path}</p>
        : (
          <>
            <Row label={t.inspector.move}>
              <Select<CameraPreset> label={t.inspector.move} value={isMixed || camera.kind !== 'preset' ? null : camera.preset} choices={MOVE_CHOICES} disabled={shot.isLocked} onChange={(preset) => set(defaultMove(preset))} />
            </Row>
            {!isMixed && camera.kind === 'preset' && camera.preset !== 'static' && <AmountRow key={`${shot.id}-${camera.preset}`} camera={camera} disabled={shot.isLocked} onCommit={set} />}
            {!isMixed && camera.kind === 'preset' && hasEasing(camera.preset) && (
              <Row label={t.inspector.easing}>
                <Select<Easing> label={t.inspector.easing} value={camera.easing} choices={EASING_CHOICES} disabled={shot.isLocked} onChange={(easing) => set({ ...camera, easing })} />
              </Row>
            )}
          </>
        )}
      {pack?.camera === 'none' && <p className="hint">{t.inspector.cameraIgnored}</p>}
    </Section>
  )
}

type PresetMove = Extract<CameraMove, { kind: 'preset' }>

/** Sway and whip pans have a course of their own. */
function hasEasing(preset: CameraPreset): boolean {
  return preset !== 'static' && preset !== 'handheld' && preset !== 'whip-pan'
}

function AmountRow({ camera, disabled, onCommit }: { readonly camera: PresetMove; readonly disabled: boolean; readonly onCommit: (camera: CameraMove) => void }) {
  const info = CAMERA_MOVES[camera.preset]
  const [dragged, setDragged] = useState<number | null>(null)
  const amount = dragged ?? camera.amount
  const origin = info.positive === '' ? info.min : camera.preset === 'zoom' ? 1 : 0
  const direction = directionWord(camera.preset, amount)
  return (
    <Row label={t.inspector.amount}>
      <Slider label={t.inspector.amount} value={amount} min={info.min} max={info.max} step={info.step} origin={origin} disabled={disabled} valueText={`${amount} ${info.unit} ${direction}`}
        onChange={setDragged} onCommit={(next) => { setDragged(null); onCommit({ ...camera, amount: next }) }} />
      <NumberField className="amount-field" label={`${t.inspector.amount} ${info.unit}`} value={amount} unit={info.unit} min={info.min} max={info.max} step={info.step} digits={2} disabled={disabled} onCommit={(next) => onCommit({ ...camera, amount: next })} />
    </Row>
  )
}
