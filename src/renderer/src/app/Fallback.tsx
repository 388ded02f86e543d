/** Catches a part of the interface that fails to draw, so that the rest and the project stay usable. */
import { Component, type ReactNode } from 'react'
import { TriangleAlert } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../ui/strings/strings.ts'

export class Fallback extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Empty tone="failed" icon={<TriangleAlert size={24} />} title={t.app.crashedTitle} text={t.app.crashedText}>
        <Button onClick={() => this.setState({ hasFailed: false })}>{t.app.reload}</Button>
      </Empty>
    )
  }
}
