/** Shot size, angle, lens and distance. */
import { CAMERA_ANGLES, SHOT_SIZES, type CameraAngle, type Shot, type ShotSize } from '#core/document/schema.ts'
import { editShots } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Row, Section } from './Section.tsx'
import { useMixed } from './use-mixed.ts'

const SIZE_CHOICES = (['none', ...SHOT_SIZES] as const).map((size) => ({ value: size, label: t.shotSizes[size], ...(size === 'none' ? {} : { hint: t.shotSizesShort[size] }) }))
const ANGLE_CHOICES = (['none', ...CAMERA_ANGLES] as const).map((angle) => ({ value: angle, label: t.angles[angle] }))

export function FramingFields({ shot, targets }: { readonly shot: Shot; readonly targets: readonly string[] }) {
  const studio = useStudio()
  const disabled = shot.isLocked
  const isSizeMixed = useMixed(targets, ({ shotSize }) => shotSize)
  const isAngleMixed = useMixed(targets, ({ angle }) => angle)
  const isLensMixed = useMixed(targets, ({ lensMm }) => lensMm)
  const isDistanceMixed = useMixed(targets, ({ subjectDistanceM }) => subjectDistanceM)
  return (
    <Section title={t.inspector.framing}>
      <Row label={t.inspector.size}>
        <Select<ShotSize | 'none'> label={t.inspector.size} value={isSizeMixed ? null : (shot.shotSize ?? 'none')} choices={SIZE_CHOICES} disabled={disabled} onChange={(size) => editShots(studio, targets, { shotSize: size === 'none' ? null : size })} />
      </Row>
      <Row label={t.inspector.angle}>
        <Select<CameraAngle | 'none'> label={t.inspector.angle} value={isAngleMixed ? null : (shot.angle ?? 'none')} choices={ANGLE_CHOICES} disabled={disabled} onChange={(angle) => editShots(studio, targets, { angle: angle === 'none' ? null : angle })} />
      </Row>
      <Row label={t.inspector.lens}>
        <NumberField label={t.inspector.lens} value={isLensMixed ? null : shot.lensMm} unit="mm" min={4} max={1_200} step={1} digits={1} disabled={disabled} onCommit={(lensMm) => editShots(studio, targets, { lensMm })} />
      </Row>
      <Row label={t.inspector.distance}>
        <NumberField label={t.inspector.distance} value={isDistanceMixed ? null : shot.subjectDistanceM} unit="m" min={0.1} max={1_000} step={0.5} digits={1} disabled={disabled} onCommit={(subjectDistanceM) => editShots(studio, targets, { subjectDistanceM })} />
      </Row>
    </Section>
  )
}
