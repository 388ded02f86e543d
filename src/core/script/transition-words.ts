/** Words for transitions in scripts: English, Portuguese, Chinese. */
import type { TransitionKind } from '../document/schema.ts'

/** Where a phrase stands by its sense: before the shot it opens, or after the shot it ends. */
interface TransitionWords { readonly kind: 'cut' | TransitionKind; readonly place: 'before' | 'after' }

const BEFORE: Readonly<Record<'cut' | TransitionKind, string>> = {
  cut: 'cut to|smash cut to|match cut to|hard cut to|jump cut to|back to|intercut with|corta para|corte para|corte seco para|切至|切到|切换到|切入',
  dissolve: 'dissolve to|cross dissolve to|crossfade to|cross fade to|dissolve para|dissolução para|fusão para|fusão|叠化至|叠化到|叠化|溶解|溶至',
  fade: 'fade in|fade up|fade in from black|淡入|渐显',
  dip: 'dip to black|dip to white|flash to white|闪白|闪黑',
  wipe: 'wipe to|cortina para|划像|擦除|划变',
}

const AFTER: Readonly<Record<'cut' | TransitionKind, string>> = {
  cut: 'cut|cut to black|smash cut to black|corta para preto|hard cut|smash cut|corte seco',
  dissolve: 'dissolve|cross dissolve|crossfade|cross fade',
  fade: 'fade out|fade to black|fade to white|fade para preto|fade para branco|escurece|淡出|渐黑|渐隐|黑场',
  dip: 'dip',
  wipe: 'wipe|cortina',
}

const TABLE: ReadonlyMap<string, TransitionWords> = new Map([...rows(BEFORE, 'before'), ...rows(AFTER, 'after')])
/** With its punctuation. */
const LONGEST_PHRASE = 40
/** Phrases that lead on to a picture: "Cut to the robot". */
const LEADS_ON = /^((?:smash |match |hard |jump )?cut to|(?:cross )?dissolve to|cross ?fade to|wipe to|corta para|corte para|dissolve para|fusão para)\s+(?=\S)/iu

/** A clause that is nothing but a transition. */
export function transitionOf(clause: string): TransitionWords | null {
  if (clause.length > LONGEST_PHRASE) return null
  return TABLE.get(clause.toLowerCase().replace(/[-–—\s]+/gu, ' ').replace(/[:：.。>]+$/u, '').trim()) ?? null
}

/** A transition in front of what it leads to, and the rest. */
export function leadingTransition(clause: string): { readonly words: TransitionWords; readonly rest: string } | null {
  const match = LEADS_ON.exec(clause.trimStart())
  const words = match && transitionOf(match[1]!)
  return match && words ? { words, rest: clause.trimStart().slice(match[0].length) } : null
}

function rows(table: Readonly<Record<'cut' | TransitionKind, string>>, place: 'before' | 'after'): [string, TransitionWords][] {
  return (Object.entries(table) as ['cut' | TransitionKind, string][]).flatMap(([kind, phrases]) => phrases.split('|').map((phrase): [string, TransitionWords] => [phrase, { kind, place }]))
}
