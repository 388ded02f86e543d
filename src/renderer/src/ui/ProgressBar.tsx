/** A bar for counted progress. */
export function ProgressBar({ label, fraction, isStriped = false }: { readonly label: string; readonly fraction: number; readonly isStriped?: boolean }) {
  const percent = Math.round(Math.max(0, Math.min(1, fraction)) * 100)
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className={`progress ${isStriped ? 'progress-striped' : ''}`}>
      <div className="progress-fill" style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  )
}
