/** Buttons: primary for the one thing to do next, plain for the rest, quiet inside dense rows. */
import { type ButtonHTMLAttributes, type ReactNode, type Ref } from 'react'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly icon?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({ tone = 'plain', icon, children, className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${tone} ${className}`} {...rest}>
      {icon}
      {children !== undefined && <span className="truncate">{children}</span>}
    </button>
  )
}
