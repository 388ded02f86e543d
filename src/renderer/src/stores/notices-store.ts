/** Short messages for people: what finished, what failed and what to do; the toast list draws them. */
import { createStore, type StoreApi } from 'zustand/vanilla'

export interface Notice {
  readonly id: number
  readonly kind: 'done' | 'failed' | 'note'
  readonly title: string
  /** For failures: the remedy. */
  readonly text: string | null
  readonly action: { readonly label: string; run(): void } | null
}

export class NoticesStore {
  readonly state: StoreApi<{ readonly notices: readonly Notice[] }> = createStore(() => ({ notices: [] as readonly Notice[] }))
  #lastId = 0

  add(notice: Omit<Notice, 'id' | 'text' | 'action'> & Partial<Pick<Notice, 'text' | 'action'>>): void {
    const entry: Notice = { text: null, action: null, ...notice, id: ++this.#lastId }
    this.state.setState(({ notices }) => ({ notices: [...notices.slice(-19), entry] }))
  }

  remove(id: number): void {
    this.state.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
  }
}
