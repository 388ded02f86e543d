/** Leads from the status bar to the screen that says which device works and why the others do not. */
import { Cpu } from 'lucide-react'
import { useStore } from 'zustand'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { t } from '../../ui/strings/strings.ts'

export function DeviceLink() {
  const studio = useStudio()
  const report = useStore(studio.doctor.state, (state) => state.report)
  const label = report === null ? t.doctor.title : t.doctor.link(t.doctor.deviceNow(report.device.setting, report.device.chosen))
  return <IconButton label={label} side="top" className="status-button" onClick={() => studio.session.state.setState({ openScreen: 'doctor' })}><Cpu size={13} /></IconButton>
}
