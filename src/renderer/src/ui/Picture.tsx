/** A picture in a box of known shape: the box is there before the picture, so nothing jumps; what is missing is hatched. */
import { useState, type ReactNode } from 'react'

export function Picture({ src, alt, ratio, children, className = '' }: {
  readonly src: string | null
  readonly alt: string
  /** Width by height. */
  readonly ratio: number
  readonly children?: ReactNode
  readonly className?: string
}) {
  const [failedSrc, setFailedSrc] = useState<string | null>(null)
  const isOffline = src !== null && failedSrc === src
  return (
    <span className={`picture ${src === null ? 'picture-empty' : ''} ${isOffline ? 'picture-offline' : ''} ${className}`} style={{ aspectRatio: ratio }}>
      {src !== null && !isOffline && <img src={src} alt={alt} draggable={false} decoding="async" onError={() => setFailedSrc(src)} />}
      {children}
    </span>
  )
}
