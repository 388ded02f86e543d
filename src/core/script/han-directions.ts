/** Finds directions in Chinese clauses, which have no spaces: longest table entry first, from the clause's start. */
import { HAN_CAMERA_NOUNS, HAN_MOVES, HAN_TEMPOS } from './camera-table.ts'
import type { FoundDirections } from './found-directions.ts'
import { HAN_FRAMINGS } from './size-table.ts'

/** Small words inside and behind directions. */
const FILLER = /^(?:[\s的地中并和与再然后着了]|一个|用|采用|使用|以|镜头)/u
/** Leads from a direction on to what is seen. */
const CONNECTOR = /^(?:[\s：:，]|镜头|展示|显示|拍摄|展现|到|至|对准)+/u

/** The clause without its directions; the very same text where it holds none. */
export function stripHanDirections(text: string, found: FoundDirections): string {
  const trimmed = text.trimStart()
  const atStart = stripRun(trimmed, found)
  if (atStart !== null) return atStart
  const cameraAt = trimmed.indexOf('镜头')
  if (cameraAt <= 0) return text
  const rest = stripRun(trimmed.slice(cameraAt), found)
  return rest === null ? text : trimmed.slice(0, cameraAt) + rest
}

/** What follows a run of directions; null where the text does not start with one. */
function stripRun(text: string, found: FoundDirections): string | null {
  let rest = text
  let tempo = 1
  let isExplicit = false
  let isTaken = false
  let mayGoOn = false
  for (;;) {
    const noun = HAN_CAMERA_NOUNS.find((word) => rest.startsWith(word))
    const pace = HAN_TEMPOS.find(([word]) => rest.startsWith(word))
    const framing = HAN_FRAMINGS.find(([phrase]) => rest.startsWith(phrase))
    const move = HAN_MOVES.find(([phrase]) => rest.startsWith(phrase))
    if (framing && found.takeFraming(framing[1])) {
      rest = rest.slice(framing[0].length)
      isTaken = mayGoOn = true
    } else if (move && mayTakeMove(rest.slice(move[0].length), isExplicit) && found.takeCamera(move[1], tempo, null)) {
      rest = rest.slice(move[0].length)
      isTaken = mayGoOn = true
    } else if (noun) {
      isExplicit = true
      rest = rest.slice(noun.length)
    } else if (pace) {
      tempo = pace[1]
      rest = rest.slice(pace[0].length)
    } else if (FILLER.test(rest)) {
      rest = rest.replace(FILLER, '')
    } else break
  }
  return isTaken && mayGoOn ? rest.replace(CONNECTOR, '') : null
}

/** Without the camera named, a move must fill the clause: 放大 opens 放大镜 as well. */
function mayTakeMove(behind: string, isExplicit: boolean): boolean {
  return isExplicit || /^[\s的地]*(?:镜头|拍摄)?\s*$/u.test(behind)
}
