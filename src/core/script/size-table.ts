/** Words for shot sizes and camera angles in scripts: English, Portuguese, Chinese. */
import type { CameraAngle, ShotSize } from '../document/schema.ts'

export interface Framing {
  readonly shotSize?: ShotSize
  readonly angle?: CameraAngle
  /** Also an everyday word: a direction only where it stands alone or before "on" or "of". */
  readonly isEveryday?: boolean
}

/** Phrases in lower case, hyphens as spaces; a following "shot", "view" or "plano" belongs to the phrase. */
const SIZE_PHRASES: Readonly<Record<ShotSize, string>> = {
  ECU: 'extreme close up|extreme closeup|macro shot|primeiríssimo plano|close extremo|super close',
  BCU: 'big close up|big closeup|choker|choker shot',
  CU: 'close up|closeup|close shot|tight shot|primeiro plano|plano fechado|grande plano',
  MCU: 'medium close up|medium closeup|mid close up|plano próximo|meio primeiro plano|plano médio fechado',
  MS: 'medium shot|mid shot|midshot|waist shot|plano médio|meio plano',
  MLS: 'medium long shot|medium wide shot|medium wide|medium full shot|cowboy shot|american shot|plano americano|plano médio aberto',
  LS: 'long shot|wide shot|wide angle shot|full shot|full body shot|plano geral|plano aberto|plano conjunto|plano de conjunto|plano inteiro',
  ELS: 'extreme long shot|extreme wide shot|extreme wide|very wide shot|super wide shot|ultra wide shot|wide establishing shot|establishing shot|establishing wide shot|grande plano geral|plano geral aberto|plano de ambientação',
  INSERT: 'insert shot|detail shot|cutaway shot|plano detalhe|plano de detalhe',
  TWO_SHOT: 'two shot|2 shot|plano de dois|plano duplo',
  OTS: 'over the shoulder|over shoulder shot|por cima do ombro|sobre o ombro',
  POV: 'point of view shot|pov shot|subjective shot|first person view|câmera subjetiva|plano subjetivo',
}

const EVERYDAY_SIZE_PHRASES: Partial<Readonly<Record<ShotSize, string>>> = {
  CU: 'close|tight',
  MS: 'medium',
  LS: 'wide',
  ELS: 'establishing|very wide|super wide',
  INSERT: 'insert|cutaway',
  POV: 'pov|point of view|ponto de vista',
}

const ANGLE_PHRASES: Readonly<Record<CameraAngle, string>> = {
  eye: 'eye level shot|eye level angle|at eye level|eye level|na altura dos olhos|nível dos olhos',
  high: 'high angle|high angle shot|ângulo alto|plongée|plongê|câmera alta',
  low: 'low angle|low angle shot|ângulo baixo|contra plongée|contraplongée|contra plongê|câmera baixa',
  overhead: 'overhead shot|overhead view|overhead angle|top down|top down shot|top shot|bird s eye view|bird s eye shot|birds eye view|birds eye|god s eye view|vista de cima|visto de cima|zenital|plano zenital',
  ground: 'ground level shot|ground level angle|ground level|worm s eye view|worms eye view|rente ao chão|nível do chão',
  dutch: 'dutch angle|dutch tilt|dutch shot|canted angle|canted shot|oblique angle|ângulo holandês|plano holandês',
}

/** Seen from an aircraft: far away and from above at once. */
const AERIAL: Framing = { shotSize: 'ELS', angle: 'high' }
const AERIAL_PHRASES = ['aerial shot', 'aerial view', 'drone shot', 'drone view', 'tomada aérea', 'vista aérea', 'plano aéreo']

/** Only in capitals: "ms" and "ls" are no directions. */
export const SIZE_ABBREVIATIONS: ReadonlyMap<string, Framing> = new Map(Object.entries({
  ECU: { shotSize: 'ECU' }, XCU: { shotSize: 'ECU' }, BCU: { shotSize: 'BCU' }, CU: { shotSize: 'CU' }, MCU: { shotSize: 'MCU' },
  MS: { shotSize: 'MS' }, MLS: { shotSize: 'MLS' }, MWS: { shotSize: 'MLS' }, LS: { shotSize: 'LS' }, WS: { shotSize: 'LS' }, FS: { shotSize: 'LS' },
  ELS: { shotSize: 'ELS' }, EWS: { shotSize: 'ELS' }, XLS: { shotSize: 'ELS' }, OTS: { shotSize: 'OTS' }, POV: { shotSize: 'POV' },
} satisfies Record<string, Framing>))

/** Longest phrase of the tables below, in words. */
export const LONGEST_FRAMING_WORDS = 5

/** Phrase -> what it sets. */
export const FRAMINGS: ReadonlyMap<string, Framing> = new Map([
  ...rows(EVERYDAY_SIZE_PHRASES, (shotSize) => ({ shotSize, isEveryday: true })),
  ...rows(SIZE_PHRASES, (shotSize) => ({ shotSize })),
  ...rows(ANGLE_PHRASES, (angle) => ({ angle })),
  ...AERIAL_PHRASES.map((phrase): [string, Framing] => [phrase, AERIAL]),
  ['aerial', { ...AERIAL, isEveryday: true }],
])

/** Chinese has no spaces: the longest entry that a clause starts with counts. */
export const HAN_FRAMINGS: readonly (readonly [string, Framing])[] = longestFirst([
  ...['航拍', '航拍镜头', '空中俯拍'].map((phrase): [string, Framing] => [phrase, AERIAL]),
  ...rows({
    ECU: '大特写|极特写|超级特写|极近特写', CU: '特写|脸部特写|面部特写', MCU: '近景|中近景|胸像', MS: '中景|半身', MLS: '中全景|七分身|膝上景',
    LS: '全景|全身', ELS: '远景|大远景|大全景|超远景', INSERT: '插入镜头|细节特写|空镜特写', TWO_SHOT: '双人镜头|双人', OTS: '过肩镜头|过肩', POV: '主观镜头|第一人称视角|主观视角|POV',
  } satisfies Partial<Record<ShotSize, string>>, (shotSize) => ({ shotSize })),
  ...rows({
    eye: '平视|平拍|平视角', high: '俯拍|俯视|高角度|俯角', low: '仰拍|仰视|低角度|仰角', overhead: '顶拍|鸟瞰|上帝视角|正俯拍|俯瞰', ground: '贴地|地面视角|贴地拍摄', dutch: '荷兰角|斜角|倾斜构图|倾斜镜头',
  } satisfies Record<CameraAngle, string>, (angle) => ({ angle })),
])

function rows<K extends string>(table: Partial<Readonly<Record<K, string>>>, framing: (key: K) => Framing): [string, Framing][] {
  return (Object.entries(table) as [K, string][]).flatMap(([key, phrases]) => phrases.split('|').map((phrase): [string, Framing] => [phrase, framing(key)]))
}

function longestFirst<V>(entries: (readonly [string, V])[]): (readonly [string, V])[] {
  return entries.sort(([a], [b]) => b.length - a.length)
}
