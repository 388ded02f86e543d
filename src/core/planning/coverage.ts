/** How much of the timeline a take covers, and how many of a pack's frames a shot needs. */
import type { FrameRate, Shot, Take } from '../document/schema.ts'
import { convertFrames } from '../timeline/time.ts'
import type { PackFacts } from './pack-facts.ts'

/** Project frames that a take fills: floor(frameCount × project rate ÷ take rate). */
export function coverageFrames(take: Pick<Take, 'frameCount' | 'frameRate'>, projectRate: FrameRate): number {
  return convertFrames(take.frameCount, take.frameRate, projectRate, 'floor')
}

/** True where a shot's trimmed stretch lies within its take. */
export function isCovered(shot: Pick<Shot, 'trimStartFrames' | 'durationFrames'>, take: Take, projectRate: FrameRate): boolean {
  return shot.trimStartFrames + shot.durationFrames <= coverageFrames(take, projectRate)
}

/** The trim with which a shot fits a take: its own where that fits, else the nearest that does; 0 where the take is too short anyway. */
export function fitTrim(shot: Pick<Shot, 'trimStartFrames' | 'durationFrames'>, take: Take, projectRate: FrameRate): number {
  return Math.max(0, Math.min(shot.trimStartFrames, coverageFrames(take, projectRate) - shot.durationFrames))
}

/**
 * The trim with which a shot shows the same pictures of another take as of the one it shows: a take that was extended at its
 * start begins earlier than its parent. Fitted to the take.
 */
export function trimFor(shot: Pick<Shot, 'trimStartFrames' | 'durationFrames'>, shown: Take | undefined, take: Take, projectRate: FrameRate): number {
  const later = shown ? framesBefore(take, shown, projectRate) - framesBefore(shown, take, projectRate) : 0
  return fitTrim({ ...shot, trimStartFrames: Math.max(0, shot.trimStartFrames + later) }, take, projectRate)
}

/** Project frames that a take has before the first frame of its parent; 0 where the other take is not its parent. */
function framesBefore(take: Take, parent: Take, projectRate: FrameRate): number {
  const isExtendedBefore = take.operation === 'extend' && take.parentTakeId === parent.id && take.range?.startFrame === 0
  return isExtendedBefore ? convertFrames(take.range?.endFrame ?? 0, take.frameRate, projectRate, 'round') : 0
}

/**
 * The fewest frames that a pack can make which cover `durationFrames` of the project: frameStep × k + 1, at least the pack's
 * minimum. May exceed the pack's maximum: the caller says what that means.
 */
export function packFramesFor(durationFrames: number, projectRate: FrameRate, pack: Pick<PackFacts, 'frameRate' | 'frameStep' | 'minFrames'>): number {
  const needed = Math.max(pack.minFrames, convertFrames(durationFrames, projectRate, pack.frameRate, 'ceil'))
  return Math.ceil((needed - 1) / pack.frameStep) * pack.frameStep + 1
}

/** The longest shot, in project frames, that one clip of the pack can fill. */
export function longestShotFrames(projectRate: FrameRate, pack: Pick<PackFacts, 'frameRate' | 'maxFrames'>): number {
  return convertFrames(pack.maxFrames, pack.frameRate, projectRate, 'floor')
}
