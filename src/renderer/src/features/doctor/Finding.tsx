/** The building blocks of the doctor's sections: a titled section, a row with a state, and a bar of what is free. */
import { CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'

export type FindingState = 'good' | 'refused' | 'bad'

const ICONS: Readonly<Record<FindingState, typeof CircleCheck>> = Object.freeze({ good: CircleCheck, refused: CircleSlash, bad: TriangleAlert })

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section className="doctor-section" aria-labelledby={id}>
      <h2 id={id} className="section-title">{title}</h2>
      {children}
    </section>
  )
}

/** A thing, the word for its state beside a shape, and what there is to say about it. */
export function Finding({ state, word, name, hint, children }: { readonly state: FindingState; readonly word: string; readonly name: string; readonly hint?: string; readonly children?: ReactNode }) {
  const Icon = ICONS[state]
  return (
    <li className={`finding finding-${state}`}>
      <Icon size={14} aria-hidden className="finding-icon" />
      <div className="finding-words">
        <p className="finding-head"><span className="finding-name">{name}</span><span className="finding-word">{word}</span>{hint && <span className="finding-hint">{hint}</span>}</p>
        {children}
      </div>
    </li>
  )
}

/** How much of something is taken; the words say how much is free. */
export function Room({ label, words, takenFraction }: { readonly label: string; readonly words: string; readonly takenFraction: number | null }) {
  return (
    <div className="room">
      <p className="room-words"><span>{label}</span><span className="room-free">{words}</span></p>
      {takenFraction !== null && <div className="room-bar" aria-hidden><div className={`room-taken ${takenFraction > 0.92 ? 'room-tight' : ''}`} style={{ transform: `scaleX(${Math.min(1, Math.max(0, takenFraction))})` }} /></div>}
    </div>
  )
}
