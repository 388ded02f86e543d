/** The continuity report: what an editor may trip over between two neighbouring shots. Hints, never errors. */
import { shotLabel } from '../document/records.ts'
import type { ContinuityHintKind, ProjectDocument, Shot } from '../document/schema.ts'
import { showSameSubject } from './same-subject.ts'
import { screenDirection } from './screen-direction.ts'

export interface ContinuityHint {
  readonly kind: ContinuityHintKind
  /** The pair: the end of the first against the start of the second. */
  readonly shotId: Shot['id']
  readonly nextShotId: Shot['id']
  readonly message: string
  readonly remedy: string
  readonly isDismissed: boolean
}

/** How a take looks on average at one of its ends, measured from its frames. */
export interface FrameLook {
  /** Mean luma, 0 to 1. */
  readonly brightness: number
  /** Mean colour: Cb and Cr, each -0.5 to 0.5. */
  readonly colour: readonly [number, number]
}

/** Looks by shot; shots without are left out of the two measured hints. */
export type ShotLooks = ReadonlyMap<string, { readonly start: FrameLook; readonly end: FrameLook }>

/** The line is a zone: this close to it a camera is on neither side. */
const LINE_ZONE_DEGREES = 10
/** The 30° rule of continuity editing. */
const LEAST_TURN_DEGREES = 30
/** Lenses whose focal lengths differ by less look alike. */
const LENS_RATIO = 1.3
const REPEATED_SIZES = 3
const BRIGHTNESS_JUMP = 0.25
const COLOUR_JUMP = 0.12

/** In the order of the sequence; a dissolve or fade excuses what only a cut shows. Unknown sequences have no hints. */
export function continuityReport(document: ProjectDocument, sequenceId: string, looks: ShotLooks = new Map()): readonly ContinuityHint[] {
  const shots = (document.sequences[sequenceId]?.shotIds ?? []).flatMap((id) => document.shots[id] ?? [])
  const softened = new Set(Object.values(document.transitions).filter((transition) => transition.sequenceId === sequenceId).map(({ afterShotId }) => afterShotId))
  return shots.slice(0, -1).flatMap((shot, index) => {
    const next = shots[index + 1]!
    const pair: Pair = { document, shot, next, before: shots[index - 1] ?? null, isCut: !softened.has(shot.id), looks }
    return CHECKS.flatMap(([kind, check]) => {
      const found = check(pair)
      return found ? [{ kind, shotId: shot.id, nextShotId: next.id, ...found, isDismissed: shot.dismissedHints?.includes(kind) ?? false }] : []
    })
  })
}

interface Pair {
  readonly document: ProjectDocument
  readonly shot: Shot
  readonly next: Shot
  readonly before: Shot | null
  readonly isCut: boolean
  readonly looks: ShotLooks
}

type Finding = Pick<ContinuityHint, 'message' | 'remedy'> | null

const CHECKS: readonly (readonly [ContinuityHintKind, (pair: Pair) => Finding])[] = [
  ['line-crossed', lineCrossed], ['jump-cut', jumpCut], ['size-repeated', sizeRepeated], ['direction-reversed', directionReversed],
  ['exposure-jump', exposureJump], ['palette-jump', paletteJump],
]

/** The line runs through the subject's face and back: a camera at its right hand and one at its left show it mirrored. */
function lineCrossed(pair: Pair): Finding {
  const { shot, next } = pair
  const [side, otherSide] = [sideOfLine(shot.bearingDegrees), sideOfLine(next.bearingDegrees)]
  if (side * otherSide >= 0 || !showSameSubject(shot, next)) return null
  return {
    message: `${names(pair)} see the subject from opposite sides of its line: left and right are swapped.`,
    remedy: `Bring one camera to the other side, or put a shot from the line itself (bearing 0° or 180°) between.`,
  }
}

/** 1 at the subject's right, -1 at its left, 0 near the line or where nobody said. */
function sideOfLine(bearing: number | null | undefined): -1 | 0 | 1 {
  if (bearing === null || bearing === undefined) return 0
  const off = Math.min(Math.abs(bearing), 180 - Math.abs(bearing))
  return off <= LINE_ZONE_DEGREES ? 0 : bearing > 0 ? 1 : -1
}

function jumpCut(pair: Pair): Finding {
  const { shot, next, isCut } = pair
  if (!isCut || next.continuesFrom === shot.id || shot.shotSize === null || shot.shotSize !== next.shotSize || !showSameSubject(shot, next)) return null
  const turn = turnBetween(shot.bearingDegrees, next.bearingDegrees)
  if (turn !== null && turn >= LEAST_TURN_DEGREES) return null
  if (turn === null && (shot.angle !== next.angle || Math.max(shot.lensMm / next.lensMm, next.lensMm / shot.lensMm) >= LENS_RATIO)) return null
  const seen = turn === null ? 'from the same angle' : `from ${Math.round(turn)}° apart`
  return {
    message: `${names(pair)} show the same subject in the same size ${seen}: the cut will look like a jump.`,
    remedy: `Turn one camera by at least ${LEAST_TURN_DEGREES}°, change the shot size, or let the second shot continue the first.`,
  }
}

function turnBetween(left: number | null | undefined, right: number | null | undefined): number | null {
  if (left === null || left === undefined || right === null || right === undefined) return null
  const turn = Math.abs(left - right)
  return Math.min(turn, 360 - turn)
}

/** Told once, where the third of a row comes. */
function sizeRepeated({ document, shot, next, before }: Pair): Finding {
  if (shot.shotSize === null || before?.shotSize !== shot.shotSize || next.shotSize !== shot.shotSize) return null
  return {
    message: `${shotLabel(document, next)} is the ${ordinal(REPEATED_SIZES)} shot of the same size in a row.`,
    remedy: 'Change the size of one of them for rhythm.',
  }
}

function ordinal(count: number): string {
  return count === 3 ? 'third' : `${count}th`
}

function directionReversed(pair: Pair): Finding {
  const { shot, next } = pair
  const [way, otherWay] = [screenDirection(shot.prompt), screenDirection(next.prompt)]
  if (way === null || otherWay === null || way === otherWay || !showSameSubject(shot, next)) return null
  return {
    message: `The subject goes ${way} in ${shotLabel(pair.document, shot)} and ${otherWay} in ${shotLabel(pair.document, next)}, as if it had turned back.`,
    remedy: 'Let it keep its direction, or show the turn.',
  }
}

function exposureJump(pair: Pair): Finding {
  const ends = endsOf(pair)
  if (!ends || Math.abs(ends[0].brightness - ends[1].brightness) < BRIGHTNESS_JUMP) return null
  return {
    message: `${names(pair)} differ in brightness where they meet (${percent(ends[0].brightness)} and ${percent(ends[1].brightness)}).`,
    remedy: 'Give both the same time of day and light, or soften the cut with a dissolve.',
  }
}

function paletteJump(pair: Pair): Finding {
  const ends = endsOf(pair)
  if (!ends || !showSameSubject(pair.shot, pair.next)) return null
  const [{ colour: [cb, cr] }, { colour: [otherCb, otherCr] }] = ends
  if (Math.hypot(cb - otherCb, cr - otherCr) < COLOUR_JUMP) return null
  return { message: `${names(pair)} have different colours where they meet.`, remedy: 'Name the same setting and light in both, or use the project’s style line.' }
}

function endsOf({ shot, next, isCut, looks }: Pair): readonly [FrameLook, FrameLook] | null {
  const [end, start] = [looks.get(shot.id)?.end, looks.get(next.id)?.start]
  return isCut && end && start ? [end, start] : null
}

function names({ document, shot, next }: Pair): string {
  return `${shotLabel(document, shot)} and ${shotLabel(document, next)}`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
