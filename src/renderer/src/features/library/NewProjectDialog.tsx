/** Makes a project: its title, shape and frame rate, and the script that becomes its shots. */
import { useMemo, useState } from 'react'
import { DEFAULT_SHOT_SECONDS } from '#core/document/create.ts'
import type { FrameSize } from '#core/document/schema.ts'
import { parseScript } from '#core/script/parse.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { Select } from '../../ui/Select.tsx'
import { t } from '../../ui/strings/strings.ts'

type Format = keyof typeof FORMATS

const FORMATS = Object.freeze({
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
  square: { width: 1080, height: 1080 },
} satisfies Record<string, FrameSize>)

const RATES = ['24', '25', '30', '60'] as const

export function NewProjectDialog({ kind, onClose }: { readonly kind: 'script' | 'blank'; readonly onClose: () => void }) {
  const studio = useStudio()
  const [title, setTitle] = useState('')
  const [script, setScript] = useState('')
  const [format, setFormat] = useState<Format>('portrait')
  const [rate, setRate] = useState<(typeof RATES)[number]>('24')
  const [isCreating, setIsCreating] = useState(false)
  const shots = useMemo(() => parseScript(script), [script])
  const seconds = shots.reduce((sum, shot) => sum + (shot.durationSeconds ?? DEFAULT_SHOT_SECONDS), 0)

  async function create(): Promise<void> {
    setIsCreating(true)
    const isOpen = await studio.openProject(() => studio.link.call('project.create', {
      title: title.trim() || t.newProject.titlePlaceholder, frameSize: FORMATS[format], frameRate: { num: Number(rate), den: 1 }, script: script.trim() === '' ? null : script, folder: null,
    }))
    if (isOpen) studio.session.arrange({ view: kind === 'script' ? 'storyboard' : 'edit' })
    onClose()
  }

  return (
    <Dialog isOpen onClose={onClose} title={kind === 'script' ? t.newProject.heading : t.newProject.headingBlank} width={kind === 'script' ? 680 : 480} footer={(
      <>
        {kind === 'script' && <span className="hint dialog-count" role="status">{t.newProject.found(shots.length, seconds)}</span>}
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button tone="primary" disabled={isCreating} onClick={() => void create()}>{isCreating ? t.newProject.creating : t.newProject.create(shots.length)}</Button>
      </>
    )}>
      <div className="form">
        <label className="form-field"><span className="field-label">{t.newProject.titleLabel}</span>
          <input className="control" autoFocus value={title} maxLength={200} placeholder={t.newProject.titlePlaceholder} onChange={(event) => setTitle(event.target.value)} />
        </label>
        {kind === 'script' && (
          <label className="form-field"><span className="field-label">{t.newProject.scriptLabel}</span>
            <textarea className="text-area" rows={11} value={script} placeholder={t.newProject.scriptPlaceholder} onChange={(event) => setScript(event.target.value)} />
          </label>
        )}
        <div className="form-line">
          <div className="form-field"><span className="field-label">{t.newProject.formatLabel}</span>
            <Segmented<Format> label={t.newProject.formatLabel} value={format} onChange={setFormat} segments={[
              { value: 'portrait', label: `${t.newProject.formats.portrait} 9:16`, content: <Shape ratio="9:16" width={7} height={12} /> },
              { value: 'landscape', label: `${t.newProject.formats.landscape} 16:9`, content: <Shape ratio="16:9" width={14} height={8} /> },
              { value: 'square', label: `${t.newProject.formats.square} 1:1`, content: <Shape ratio="1:1" width={10} height={10} /> },
            ]} />
          </div>
          <div className="form-field rate-field"><span className="field-label">{t.newProject.rateLabel}</span>
            <Select label={t.newProject.rateLabel} value={rate} choices={RATES.map((value) => ({ value, label: t.newProject.rate(value) }))} onChange={setRate} />
          </div>
        </div>
      </div>
    </Dialog>
  )
}

function Shape({ ratio, width, height }: { readonly ratio: string; readonly width: number; readonly height: number }) {
  return <><span className="shape-icon" style={{ width, height }} aria-hidden />{ratio}</>
}
