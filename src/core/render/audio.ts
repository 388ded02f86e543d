/** The audio plan: which stretch of which media sounds when, in seconds, with gains and fades. Preview and export follow it. */
import type { AudioClipId, MediaId } from '../document/ids.ts'
import type { AudioClip, ProjectDocument } from '../document/schema.ts'
import { layoutSequence } from '../timeline/layout.ts'
import { framesToSeconds } from '../timeline/time.ts'

export interface AudioSegment {
  readonly audioClipId: AudioClipId
  readonly mediaId: MediaId
  readonly startSeconds: number
  readonly durationSeconds: number
  /** Seconds skipped at the head of the media. */
  readonly trimStartSeconds: number
  readonly gainDb: number
  /** Fades lie inside the duration and never overlap. */
  readonly fadeInSeconds: number
  readonly fadeOutSeconds: number
  readonly role: AudioClip['role']
}

export interface AudioPlan {
  readonly sampleRate: 48_000
  readonly totalSeconds: number
  /** Sorted by start; muted clips and those behind the end of the pictures are left out. */
  readonly segments: readonly AudioSegment[]
}

/** Sound ends with the pictures: a clip that hangs over is cut, and its fade-out moves to the cut. */
export function audioPlan(document: ProjectDocument, sequenceId: string): AudioPlan {
  const layout = layoutSequence(document, sequenceId)
  const rate = document.project.frameRate
  const segments: AudioSegment[] = []
  for (const { audioClipId, startFrame, endFrame } of layout.audio) {
    const clip = document.audioClips[audioClipId]
    const durationFrames = Math.min(endFrame, layout.totalFrames) - startFrame
    if (!clip || clip.isMuted || durationFrames <= 0) continue
    const { fadeInFrames, fadeOutFrames } = fittedFades(clip, durationFrames)
    segments.push({
      audioClipId, mediaId: clip.mediaId, role: clip.role, gainDb: clip.gainDb,
      startSeconds: framesToSeconds(startFrame, rate),
      durationSeconds: framesToSeconds(durationFrames, rate),
      trimStartSeconds: framesToSeconds(clip.trimStartFrames, rate),
      fadeInSeconds: framesToSeconds(fadeInFrames, rate),
      fadeOutSeconds: framesToSeconds(fadeOutFrames, rate),
    })
  }
  return { sampleRate: 48_000, totalSeconds: framesToSeconds(layout.totalFrames, rate), segments }
}

/** Fades that do not fit side by side are shortened in proportion. */
function fittedFades({ fadeInFrames, fadeOutFrames }: AudioClip, durationFrames: number): { fadeInFrames: number; fadeOutFrames: number } {
  const share = Math.min(1, durationFrames / Math.max(1, fadeInFrames + fadeOutFrames))
  return { fadeInFrames: fadeInFrames * share, fadeOutFrames: fadeOutFrames * share }
}
