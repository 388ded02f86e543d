/** One preset of a camera move: which one, how far in real units, and how it starts and stops. */
import { useState } from 'react'
import { X } from 'lucide-react'
import { HANDHELD_USUAL_HERTZ } from '#core/camera/handheld.ts'
import { CAMERA_MOVES, defaultMove, directionWord, partsOf } from '#core/camera/moves.ts'
import { CAMERA_PRESETS, EASINGS, type CameraPreset, type Easing, type PresetMove } from '#core/document/schema.ts'
import { PresetGlyph } from '../../ui/CameraGlyph.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { Slider } from '../../ui/Slider.tsx'
import { t } from '../../ui/strings/strings.ts'
import { EasingCurve } from './EasingCurve.tsx'
import { Row } from './Section.tsx'

const MOVE_CHOICES = CAMERA_PRESETS.map((preset) => ({ value: preset, label: CAMERA_MOVES[preset].label, picture: <PresetGlyph preset={preset} size={16} /> }))
const EASING_CHOICES = EASINGS.map((easing) => ({ value: easing, label: t.easings[easing], picture: <EasingCurve easing={easing} /> }))

export interface MoveFieldsProps {
  /** null where the selected shots differ. */
  readonly move: PresetMove | null
  readonly disabled: boolean
  readonly onChange: (move: PresetMove) => void
  /** Absent where it is the only move. */
  readonly onRemove?: () => void
}

export function MoveFields({ move, disabled, onChange, onRemove }: MoveFieldsProps) {
  return (
    <>
      <Row label={t.inspector.move}>
        <Select<CameraPreset> label={t.inspector.move} value={move?.preset ?? null} choices={MOVE_CHOICES} disabled={disabled} onChange={(preset) => onChange(presetPart(preset))} />
        {onRemove && move && <IconButton label={t.camera.remove(CAMERA_MOVES[move.preset].label)} disabled={disabled} onClick={onRemove}><X size={14} /></IconButton>}
      </Row>
      {move && move.preset !== 'static' && <AmountRow key={move.preset} move={move} disabled={disabled} onCommit={onChange} />}
      {move?.preset === 'handheld' && (
        <Row label={t.camera.frequency}>
          <NumberField label={t.camera.frequency} value={move.frequencyHz ?? HANDHELD_USUAL_HERTZ} unit="Hz" min={0.1} max={4} step={0.1} digits={1} disabled={disabled} onCommit={(frequencyHz) => onChange({ ...move, frequencyHz })} />
        </Row>
      )}
      {move && hasEasing(move.preset) && (
        <Row label={t.inspector.easing}>
          <Select<Easing> label={t.inspector.easing} value={move.easing} choices={EASING_CHOICES} disabled={disabled} onChange={(easing) => onChange({ ...move, easing })} />
        </Row>
      )}
    </>
  )
}

/** A preset with its default amount, as a part of a move. */
export function presetPart(preset: CameraPreset): PresetMove {
  return partsOf(defaultMove(preset))[0]!
}

/** Sway and whip pans have a course of their own. */
function hasEasing(preset: CameraPreset): boolean {
  return preset !== 'static' && preset !== 'handheld' && preset !== 'whip-pan'
}

function AmountRow({ move, disabled, onCommit }: { readonly move: PresetMove; readonly disabled: boolean; readonly onCommit: (move: PresetMove) => void }) {
  const info = CAMERA_MOVES[move.preset]
  const [dragged, setDragged] = useState<number | null>(null)
  const amount = dragged ?? move.amount
  const origin = info.positive === '' ? info.min : move.preset === 'zoom' ? 1 : 0
  const direction = directionWord(move.preset, amount)
  return (
    <Row label={t.inspector.amount}>
      <Slider label={t.inspector.amount} value={amount} min={info.min} max={info.max} step={info.step} origin={origin} disabled={disabled} valueText={`${amount} ${info.unit} ${direction}`}
        onChange={setDragged} onCommit={(next) => { setDragged(null); onCommit({ ...move, amount: next }) }} />
      <NumberField className="amount-field" label={`${t.inspector.amount} ${info.unit}`} value={amount} unit={info.unit} min={info.min} max={info.max} step={info.step} digits={2} disabled={disabled} onCommit={(next) => onCommit({ ...move, amount: next })} />
    </Row>
  )
}
