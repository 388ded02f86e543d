/** Reopens the project that was open when the window was closed or reloaded. */
import type { Studio } from '../stores/studio.ts'

const KEY = 'shotwright.open-project'

export function rememberOpenProject(studio: Studio): () => void {
  return studio.document.state.subscribe((now, before) => {
    if (now.status === before.status) return
    try {
      if (now.status === 'open' && now.open) window.localStorage.setItem(KEY, now.open.projectId)
      if (now.status === 'closed') window.localStorage.removeItem(KEY)
    } catch {
      // Without storage the library greets the person next time; nothing is lost.
    }
  })
}

export function reopenLastProject(studio: Studio): () => void {
  const projectId = readKey()
  if (!projectId) return () => undefined
  let isWanted = true
  void studio.link.whenReady().then(() => {
    if (isWanted && studio.document.state.getState().status === 'closed') return studio.openById(projectId)
    return undefined
  })
  return () => {
    isWanted = false
  }
}

function readKey(): string | null {
  try {
    return window.localStorage.getItem(KEY)
  } catch {
    return null
  }
}
