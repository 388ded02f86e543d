/** A square button with an icon; its label is its tooltip and its accessible name. */
import type { ReactNode } from 'react'
import type { ButtonProps } from './Button.tsx'
import { Tooltip } from './Tooltip.tsx'

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  readonly label: string
  readonly shortcut?: string | undefined
  readonly isPressed?: boolean
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  readonly children: ReactNode
}

export function IconButton({ label, shortcut, isPressed, side = 'bottom', tone = 'quiet', className = '', children, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut} side={side}>
      <button type="button" aria-label={label} aria-pressed={isPressed} className={`button icon-button button-${tone} ${className}`} {...rest}>
        {children}
      </button>
    </Tooltip>
  )
}
