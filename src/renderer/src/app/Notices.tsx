/** The toast list: what finished and what failed, each with the button that acts on it. */
import { Toast } from '@base-ui/react/toast'
import { CircleCheck, Info, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { Notice } from '../stores/notices-store.ts'
import { useStudio } from '../stores/studio.ts'
import { t } from '../ui/strings/strings.ts'

const ICONS = Object.freeze({ done: CircleCheck, failed: TriangleAlert, note: Info })
const DONE_MS = 6_000

export function Notices() {
  return (
    <Toast.Provider limit={4}>
      <Feed />
      <Toast.Portal>
        <Toast.Viewport className="notices" aria-label={t.notices.list}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

/** Hands new notices of the store to the toast list. */
function Feed() {
  const studio = useStudio()
  const manager = Toast.useToastManager<{ readonly notice: Notice }>()
  const notices = useStore(studio.notices.state, (state) => state.notices)
  const lastShown = useRef(0)
  useEffect(() => {
    for (const notice of notices) {
      if (notice.id <= lastShown.current) continue
      lastShown.current = notice.id
      manager.add({
        title: notice.title, description: notice.text ?? undefined, type: notice.kind, data: { notice },
        timeout: notice.kind === 'failed' ? 0 : DONE_MS, priority: notice.kind === 'failed' ? 'high' : 'low',
        onClose: () => studio.notices.remove(notice.id),
      })
    }
  }, [studio, manager, notices])
  return null
}

function List() {
  const { toasts, close } = Toast.useToastManager<{ readonly notice: Notice }>()
  return toasts.map((toast) => {
    const notice = toast.data?.notice
    const Icon = ICONS[(toast.type ?? 'note') as Notice['kind']]
    return (
      <Toast.Root key={toast.id} toast={toast} className={`notice notice-${toast.type ?? 'note'}`} swipeDirection={['right', 'down']}>
        <Icon size={16} aria-hidden className="notice-icon" />
        <div className="notice-words">
          <Toast.Title className="notice-title" />
          <Toast.Description className="notice-text" />
          {notice?.action && (
            <button type="button" className="notice-action" onClick={() => { notice.action?.run(); close(toast.id) }}>{notice.action.label}</button>
          )}
        </div>
        <Toast.Close className="button icon-button button-quiet notice-close" aria-label={t.common.dismiss}><X size={14} /></Toast.Close>
      </Toast.Root>
    )
  })
}
