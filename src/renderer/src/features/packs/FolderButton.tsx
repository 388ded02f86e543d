/** The system's folder dialog, where the host has one; a page in a browser has a text field only. */
import { useStore } from 'zustand'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { t } from '../../ui/strings/strings.ts'

export function FolderButton({ onChoose }: { readonly onChoose: (folder: string) => void }) {
  const studio = useStudio()
  const canPick = useStore(studio.link.state, (state) => state.info?.canPickFiles === true)
  if (!canPick) return null

  async function choose(): Promise<void> {
    const answer = await studio.ask('host.pickFolder', {})
    if (answer?.folder) onChoose(answer.folder)
  }

  return <Button onClick={() => void choose()}>{t.packShop.importing.choose}</Button>
}
