/** What a place says while there is nothing in it, or when something went wrong there: what it is, and what to do. */
import type { ReactNode } from 'react'

export function Empty({ icon, title, text, children, tone = 'plain' }: {
  readonly icon?: ReactNode
  readonly title: string
  readonly text?: string | undefined
  readonly children?: ReactNode
  readonly tone?: 'plain' | 'failed'
}) {
  return (
    <div className={`empty empty-${tone}`} role={tone === 'failed' ? 'alert' : undefined}>
      {icon && <div className="empty-icon">{icon}</div>}
      <p className="empty-title">{title}</p>
      {text && <p className="empty-text">{text}</p>}
      {children && <div className="empty-actions">{children}</div>}
    </div>
  )
}
