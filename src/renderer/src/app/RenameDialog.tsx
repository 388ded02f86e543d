/** Asks for a new title of the project. */
import { useState } from 'react'
import { useOpen } from '../stores/hooks.ts'
import { useStudio } from '../stores/studio.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { t } from '../ui/strings/strings.ts'

export function RenameDialog({ onClose }: { readonly onClose: () => void }) {
  const studio = useStudio()
  const title = useOpen(({ document }) => document.project.title, '')
  const [text, setText] = useState(title)
  function rename(): void {
    if (text.trim() !== '' && text !== title) void studio.document.dispatch('project.edit', { title: text.trim() })
    onClose()
  }
  return (
    <Dialog isOpen onClose={onClose} title={t.project.rename} width={400} footer={<><Button onClick={onClose}>{t.common.cancel}</Button><Button tone="primary" onClick={rename} disabled={text.trim() === ''}>{t.project.rename}</Button></>}>
      <input className="control" autoFocus aria-label={t.project.renameLabel} value={text} maxLength={200} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && rename()} />
    </Dialog>
  )
}
