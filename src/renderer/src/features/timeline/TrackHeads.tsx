/** The names of the tracks, beside them. */
import { AudioLines, Captions, Film, Type } from 'lucide-react'
import { t } from '../../ui/strings/strings.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import type { ReactElement } from 'react'

export function TrackHeads({ hasAudio }: { readonly hasAudio: boolean }) {
  return (
    <div className="track-heads">
      <div className="track-head track-head-ruler" />
      <Head label={t.timeline.tracks.titles} className="track-head-text"><Type size={13} /></Head>
      <Head label={t.timeline.tracks.captions} className="track-head-text"><Captions size={14} /></Head>
      <Head label={t.timeline.tracks.shots} className="track-head-shots"><Film size={14} /></Head>
      {hasAudio && <Head label={t.timeline.tracks.music} className="track-head-audio"><AudioLines size={14} /></Head>}
    </div>
  )
}

function Head({ label, className, children }: { readonly label: string; readonly className: string; readonly children: ReactElement }) {
  return <Tooltip label={label} side="right"><div className={`track-head ${className}`} aria-label={label} role="img">{children}</div></Tooltip>
}
