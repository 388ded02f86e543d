/** Where the film can go, with the figures of each platform. */
import { EXPORT_PRESETS } from '#core/export/presets.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import { chosenPreset } from '../../stores/delivery.ts'
import { useOpen, useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import './export.css'

export function PresetList() {
  const studio = useStudio()
  const projectSize = useOpen(({ document }) => document.project.frameSize, { width: 1080, height: 1920 })
  const chosenId = useSession((state) => chosenPreset(state.presetId, projectSize)?.id)
  return (
    <section className="presets" aria-label={t.deliver.presets}>
      <header className="panel-head"><h2 className="panel-title">{t.deliver.presets}</h2></header>
      <div className="preset-list" role="radiogroup" aria-label={t.deliver.preset}>
        {EXPORT_PRESETS.map((preset) => <PresetRow key={preset.id} preset={preset} isChosen={preset.id === chosenId} onChoose={() => studio.session.arrange({ presetId: preset.id })} />)}
      </div>
    </section>
  )
}

function PresetRow({ preset, isChosen, onChoose }: { readonly preset: ExportPreset; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const { width, height } = preset.frameSize
  const rate = preset.frameRate ? ` · ${Math.round(preset.frameRate.num / preset.frameRate.den)} fps` : ''
  return (
    <button type="button" role="radio" aria-checked={isChosen} className="preset" onClick={onChoose}>
      <span className="preset-shape" aria-hidden><span style={{ aspectRatio: width / height }} /></span>
      <span className="preset-words">
        <span className="preset-name">{preset.name}</span>
        <span className="hint">{`${width} × ${height}${rate}`}</span>
      </span>
    </button>
  )
}
