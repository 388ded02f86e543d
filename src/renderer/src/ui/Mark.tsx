/** The mark of the studio: three frames of a strip, the middle one lit. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden className="mark">
      <rect x="1.5" y="4.5" width="4.4" height="11" rx="1.2" fill="var(--grey-7)" />
      <rect x="7.8" y="2.5" width="4.4" height="15" rx="1.2" fill="var(--accent)" />
      <rect x="14.1" y="4.5" width="4.4" height="11" rx="1.2" fill="var(--grey-7)" />
    </svg>
  )
}
