/** The choice of a device, and every device with what was found: works, or refused and why. */
import { useStudio } from '../../stores/studio.ts'
import type { DoctorReport } from '#contracts/studio-api.ts'
import { Select } from '../../ui/Select.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Finding, Section } from './Finding.tsx'

export function DeviceSection({ report: { device, providers } }: { readonly report: DoctorReport }) {
  const studio = useStudio()
  const names = [...new Set([...providers.map(({ provider }) => provider), ...(device.setting === 'automatic' ? [] : [device.setting])])]
  const choices = [
    { value: 'automatic', label: t.doctor.device.automatic(device.setting === 'automatic' ? device.chosen : null) },
    ...names.map((provider) => ({ value: provider, label: t.doctor.device.name(provider), hint: t.doctor.device.hint(provider) })),
  ]
  return (
    <Section title={t.doctor.device.heading}>
      <div className="doctor-choice">
        <span aria-hidden>{t.doctor.device.choose}</span>
        <Select label={t.doctor.device.choose} value={device.setting} choices={choices} onChange={(value) => void studio.doctor.chooseDevice(value)} />
      </div>
      <p className="doctor-note">{t.doctor.device.promise}</p>
      {providers.length === 0 && <p className="doctor-note">{t.doctor.device.none}</p>}
      <ul className="findings">
        {providers.map(({ provider, available, reason, remedy, probeMs }) => (
          <Finding key={provider} state={available ? 'good' : 'refused'} name={t.doctor.device.name(provider)} hint={t.doctor.device.tried(probeMs)}
            word={provider === device.chosen ? t.doctor.device.inUse : available ? t.doctor.device.works : t.doctor.device.refused}>
            {reason !== null && <p className="finding-text">{reason}</p>}
            {remedy !== null && !available && <p className="finding-text doctor-remedy">{remedy}</p>}
          </Finding>
        ))}
      </ul>
    </Section>
  )
}
