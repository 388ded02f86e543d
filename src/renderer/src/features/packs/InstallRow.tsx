/** A pack on its way: counted progress, speed and time left, and the ways to pause, go on, try again or drop it. */
import { Pause, Play, RotateCw, X } from 'lucide-react'
import type { PackInstall } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { t } from '../../ui/strings/strings.ts'

const WORKING: ReadonlySet<PackInstall['state']> = new Set(['running', 'retrying', 'checking', 'waiting'])

export function InstallRow({ install }: { readonly install: PackInstall }) {
  const studio = useStudio()
  const { installId, name, state, error } = install
  const words = t.packShop.progress
  const isWorking = WORKING.has(state)
  const canPause = install.kind === 'download' || install.kind === 'repair'
  return (
    <li className={`pack-card install install-${state}`}>
      <div className="install-head">
        <span className="pack-name truncate">{name}</span>
        <span className="pack-word">{`${words.kinds[install.kind]} · ${words.states[state]}`}</span>
        <span className="grow" />
        {isWorking && canPause && <IconButton label={words.pause(name)} onClick={() => void studio.ask('pack.pause', { installId })}><Pause size={14} /></IconButton>}
        {state === 'paused' && <IconButton label={words.resume(name)} onClick={() => void studio.ask('pack.resume', { installId })}><Play size={14} /></IconButton>}
        {state === 'failed' && canPause && <IconButton label={words.retry(name)} onClick={() => void studio.ask('pack.resume', { installId })}><RotateCw size={14} /></IconButton>}
        <IconButton label={state === 'failed' && !canPause ? words.dismiss(name) : words.cancel(name)} onClick={() => void studio.ask('pack.cancelInstall', { installId })}><X size={14} /></IconButton>
      </div>
      <ProgressBar label={words.label(name)} fraction={install.totalBytes ? install.completedBytes / install.totalBytes : 0} isStriped={isWorking && install.totalBytes === null} />
      <p className="install-counts">
        <span>{install.totalBytes === null ? t.packShop.bytes(install.completedBytes) : words.counted(t.packShop.bytes(install.completedBytes), t.packShop.bytes(install.totalBytes))}</span>
        {install.bytesPerSecond !== null && isWorking && <span>{words.speed(t.packShop.bytes(Math.round(install.bytesPerSecond)))}</span>}
        {install.remainingSeconds !== null && isWorking && <span>{words.left(install.remainingSeconds)}</span>}
        {install.file !== null && <span className="truncate install-file">{words.file(install.file, install.fileNumber, install.fileCount)}</span>}
      </p>
      {error && <p className={state === 'failed' ? 'pack-error' : 'pack-trouble'} role={state === 'failed' ? 'alert' : undefined}>{error.message} <span className="pack-remedy">{error.remedy}</span></p>}
    </li>
  )
}
