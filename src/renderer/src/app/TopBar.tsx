/** The top bar: project menu, the three rooms, undo and redo, and the one thing to do next. */
import { Bookmark, ChevronDown, Command, FolderOpen, Keyboard, Moon, PencilLine, Redo2, Sun, Undo2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { actionById, shortcutOf, type ActionId } from '../stores/actions.ts'
import { useOpen, useSession } from '../stores/hooks.ts'
import type { StudioView } from '../stores/session-store.ts'
import { useStudio } from '../stores/studio.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, type MenuEntry } from '../ui/Menu.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { t } from '../ui/strings/strings.ts'
import { RenameDialog } from './RenameDialog.tsx'
import { Mark } from '../ui/Mark.tsx'

export function TopBar({ build }: { readonly build: ReactNode }) {
  const studio = useStudio()
  const view = useSession((state) => state.view)
  return (
    <header className="top-bar">
      <div className="top-bar-side">
        <ProjectMenu />
      </div>
      <Segmented<StudioView> label={t.views.label} value={view} onChange={(next) => studio.session.arrange({ view: next })} className="top-bar-views"
        segments={[{ value: 'storyboard', label: t.views.storyboard }, { value: 'edit', label: t.views.edit }, { value: 'deliver', label: t.views.deliver }]} />
      <div className="top-bar-side top-bar-end">
        <History />
        {build}
      </div>
    </header>
  )
}

function ProjectMenu() {
  const studio = useStudio()
  const title = useOpen(({ document }) => document.project.title, '')
  const isDark = useSession((state) => state.theme === 'dark')
  const [isRenaming, setIsRenaming] = useState(false)
  const entry = (id: ActionId, label: string, icon: ReactNode, startsGroup = false): MenuEntry => ({ id, label, icon, startsGroup, shortcut: shortcutOf(id), run: () => actionById(id).run(studio) })
  const entries: readonly MenuEntry[] = [
    entry('library', t.project.library, <FolderOpen size={14} />),
    { id: 'rename', label: t.project.rename, icon: <PencilLine size={14} />, run: () => setIsRenaming(true) },
    entry('save', t.project.save, <Bookmark size={14} />),
    entry('toggleTheme', isDark ? t.project.lightTheme : t.project.darkTheme, isDark ? <Sun size={14} /> : <Moon size={14} />, true),
    entry('palette', t.project.palette, <Command size={14} />),
    entry('shortcuts', t.project.shortcuts, <Keyboard size={14} />),
  ]
  return (
    <>
      <h1 className="visually-hidden">{title}</h1>
      <Menu entries={entries} trigger={
        <button type="button" className="button button-quiet project-button" aria-label={t.project.menu(title)}>
          <Mark size={18} />
          <span className="project-title truncate">{title}</span>
          <ChevronDown size={13} aria-hidden />
        </button>
      } />
      {isRenaming && <RenameDialog onClose={() => setIsRenaming(false)} />}
    </>
  )
}

function History() {
  const studio = useStudio()
  const history = useOpen((open) => open.history, { canUndo: false, canRedo: false, undoLabel: null, redoLabel: null })
  return (
    <div className="history">
      <IconButton label={t.project.undo(history.undoLabel)} shortcut={shortcutOf('undo')} disabled={!history.canUndo} onClick={() => void studio.undo()}><Undo2 size={15} /></IconButton>
      <IconButton label={t.project.redo(history.redoLabel)} shortcut={shortcutOf('redo')} disabled={!history.canRedo} onClick={() => void studio.redo()}><Redo2 size={15} /></IconButton>
    </div>
  )
}
