/** Scene headings of screenplays: "INT. KITCHEN - NIGHT", "EXT. PRAIA - DIA", "内景 厨房 夜". */

export interface Scene {
  readonly setting: 'interior' | 'exterior' | ''
  readonly place: string
  /** Empty where neither this heading nor the ones before tell. */
  readonly time: string
  /** Written in Chinese. */
  readonly isHan: boolean
}

const LATIN = /^(INT\.?\s?\/\s?EXT|EXT\.?\s?\/\s?INT|I\/E|INT|EXT|EST)(?:\.\s*|\s+|\s*:\s*)(.+)$/iu
const HAN = /^(?:(?:\d{1,4}|[一二三四五六七八九十]{1,3})\s*[.．、]\s*)?(内外景|内景|外景)\s*[.．、:：\s·—-]*(.+)$/u
/** These times continue the one before. */
const SAME_TIME = /^(?:continuous|later|moments later|same|same time|contínuo|mais tarde|momentos depois|连续|稍后|片刻后)$/iu
const HAN_TIME = /^(?:夜|日|晨|昏|傍晚|黄昏|清晨|黎明|白天|夜晚|晚上|早晨|下午|中午|午后|深夜|日出|日落|凌晨)(?:间|晚|里|景)?$/u

interface ReadOptions {
  /** Whether a leading full stop makes any line a scene heading. */
  readonly forced: boolean
  readonly previous?: Scene | null
}

/** null where the line is no scene heading. */
export function readSceneHeading(line: string, { forced, previous = null }: ReadOptions): Scene | null {
  const trimmed = line.trim().replace(/\s*#[^#]{1,12}#$/u, '')
  const han = HAN.exec(trimmed)
  if (han) return hanScene(han[1]!, han[2]!, previous)
  const latin = LATIN.exec(trimmed)
  if (latin && isHeadingCase(latin[1]!, trimmed)) return latinScene(settingOf(latin[1]!), latin[2]!, previous)
  if (forced && /^\.(?!\.)\s*\S/u.test(trimmed)) return latinScene('', trimmed.slice(1).trim(), previous)
  return null
}

/** "Int. kitchen" is a heading, "est" in running text is not: without a full stop it must be in capitals. */
function isHeadingCase(prefix: string, line: string): boolean {
  return prefix === prefix.toUpperCase() || /^(?:int|ext|est)\./iu.test(line) || prefix.includes('/')
}

/** The words that a scene adds to each of its shots: place, inside or outside, time of day. */
export function sceneWords(scene: Scene | null): string {
  if (!scene) return ''
  if (scene.isHan) return [scene.place, scene.setting === 'interior' ? '室内' : scene.setting === 'exterior' ? '室外' : '', scene.time].filter((part) => part !== '').join('，')
  return [scene.place, scene.setting, scene.time].filter((part) => part !== '').join(', ')
}

function latinScene(setting: Scene['setting'], rest: string, previous: Scene | null): Scene {
  const parts = rest.split(/\s+[-–—]+\s+/u).map((part) => part.trim()).filter((part) => part !== '')
  const last = parts.length > 1 ? parts.pop()! : ''
  const time = SAME_TIME.test(last) ? previous?.time ?? '' : last.toLowerCase()
  return { setting, place: parts.join(', ').toLowerCase(), time, isHan: false }
}

function hanScene(prefix: string, rest: string, previous: Scene | null): Scene {
  const parts = rest.split(/[\s,，.．、·—-]+/u).filter((part) => part !== '')
  const last = parts.length > 1 ? parts.at(-1)! : ''
  const isTime = HAN_TIME.test(last) || SAME_TIME.test(last)
  const places = isTime ? parts.slice(0, -1) : parts
  const time = !isTime ? '' : SAME_TIME.test(last) ? previous?.time ?? '' : last
  return { setting: prefix === '内景' ? 'interior' : prefix === '外景' ? 'exterior' : '', place: places.join('，'), time, isHan: true }
}

function settingOf(prefix: string): Scene['setting'] {
  if (prefix.includes('/') || /^est$/iu.test(prefix)) return /^est$/iu.test(prefix) ? 'exterior' : ''
  return /^int$/iu.test(prefix) ? 'interior' : 'exterior'
}
