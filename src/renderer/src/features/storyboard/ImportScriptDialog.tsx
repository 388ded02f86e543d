/** Adds the shots of a pasted script to the open project. */
import { useMemo, useState } from 'react'
import { parseScript } from '#core/script/parse.ts'
import { useDerived } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'

export function ImportScriptDialog({ onClose }: { readonly onClose: () => void }) {
  const studio = useStudio()
  const sequenceId = useDerived((derived) => derived.sequenceId, '')
  const [text, setText] = useState('')
  const count = useMemo(() => parseScript(text).length, [text])
  async function add(): Promise<void> {
    const result = await studio.document.dispatch('sequence.importScript', { sequenceId, text, index: null })
    if (result?.ok) onClose()
  }
  return (
    <Dialog isOpen onClose={onClose} title={t.importScript.heading} width={600} footer={<><Button onClick={onClose}>{t.common.cancel}</Button><Button tone="primary" disabled={count === 0} onClick={() => void add()}>{t.importScript.add(count)}</Button></>}>
      <p className="hint dialog-lead">{t.importScript.text}</p>
      <textarea className="text-area" rows={12} autoFocus value={text} aria-label={t.newProject.scriptLabel} placeholder={t.newProject.scriptPlaceholder} onChange={(event) => setText(event.target.value)} />
    </Dialog>
  )
}
