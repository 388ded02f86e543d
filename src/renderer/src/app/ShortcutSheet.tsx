/** All keyboard shortcuts on one sheet, from the same table that the keyboard obeys. */
import { ACTIONS, type ActionGroup } from '../stores/actions.ts'
import { useSession } from '../stores/hooks.ts'
import { useStudio } from '../stores/studio.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Keys } from '../ui/Keys.tsx'
import { t } from '../ui/strings/strings.ts'

const GROUPS: readonly ActionGroup[] = ['playback', 'storyboard', 'timeline', 'project', 'view']

export function ShortcutSheet() {
  const studio = useStudio()
  const isOpen = useSession((state) => state.openSheet === 'shortcuts')
  return (
    <Dialog isOpen={isOpen} onClose={() => studio.session.state.setState({ openSheet: null })} title={t.sheet.heading} width={760}>
      <div className="shortcut-columns">
        {GROUPS.map((group) => (
          <section key={group} className="shortcut-group">
            <h3 className="section-title">{t.sheet.groups[group]}</h3>
            {ACTIONS.filter((action) => action.group === group && action.shortcuts.length > 0).map((action) => (
              <div key={action.id} className="shortcut-row">
                <span>{action.label}</span>
                <Keys shortcut={action.shortcuts[0] ?? ''} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  )
}
