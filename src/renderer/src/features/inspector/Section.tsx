/** A titled group of fields, and one row of it: label on the left, control on the right. */
import type { ReactNode } from 'react'

export function Section({ title, aside, children }: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="section">
      <header className="section-head">
        <h3 className="section-title">{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  )
}

export function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="row">
      <span className="field-label row-label">{label}</span>
      <div className="row-control">{children}</div>
    </div>
  )
}
