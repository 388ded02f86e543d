/** Lines of the form "Camera: pan left": fields that scripts and storyboard tables spell out. */

export type FieldName = 'number' | 'prompt' | 'direction' | 'duration' | 'caption' | 'transition' | 'ignored'

const NAMES: Readonly<Record<FieldName, string>> = {
  number: 'shot|shot no|shot number|no|nr|#|n|nº|plano|cena|tomada|镜号|镜头号|镜头|序号|编号|分镜',
  prompt: 'prompt|description|visual|visuals|picture|image|action|scene|scene description|shot description|content|what we see|descrição|imagem|ação|visual description|画面|画面内容|画面描述|内容|描述|提示词|场景描述|动作',
  direction: 'camera|camera move|camera movement|movement|move|motion|size|shot size|shot type|type|framing|angle|camera angle|lens|câmera|movimento|movimento de câmera|enquadramento|ângulo|tipo de plano|镜头运动|运镜|运动|景别|角度|机位|拍摄角度|镜头语言|拍摄手法',
  duration: 'duration|length|time|timing|seconds|duração|tempo|时长|时间|秒数',
  caption: 'caption|captions|dialogue|dialog|line|lines|voiceover|voice over|voice-over|vo|v.o.|narration|narrator|subtitle|subtitles|text|speech|says|legenda|legendas|diálogo|fala|falas|narração|narrador|locução|台词|对白|旁白|字幕|对话|解说|解说词|配音',
  transition: 'transition|cut|transição|corte|转场|转场方式|过渡',
  ignored: 'notes|note|sound|sfx|audio|music|negative|negative prompt|location|props|cast|fps|aspect|aspect ratio|som|música|notas|备注|音效|音乐|配乐|声音|道具|演员',
}

const BY_NAME: ReadonlyMap<string, FieldName> = new Map(
  (Object.entries(NAMES) as [FieldName, string][]).flatMap(([field, names]) => names.split('|').map((name): [string, FieldName] => [name, field])),
)

const FIELD_LINE = /^\s*(?:[-*•]\s+)?([\p{L}][\p{L}\p{M}.\- ]{0,28}?)\s*(?:[(（][^)）]{1,20}[)）])?\s*[:：]\s*(.*)$/u
/** Somebody's name in front of quoted speech. */
const SPEECH = /^\s*(?:\p{Lu}[\p{L} .'’-]{0,30}|\p{Script=Han}{1,8})\s*(?:[(（][^)）]{1,40}[)）])?\s*[:：]\s*(["“「『].+["”」』])\s*$/u

/** The field that a heading of a table names; null for an unknown one. */
export function fieldNamed(name: string): FieldName | null {
  return BY_NAME.get(name.toLowerCase().replace(/[*_`:：()（）]/gu, '').replace(/\s*(?:\bs\b|秒|sec|seconds)\s*$/u, (unit) => (BY_NAME.has(unit.trim()) ? unit : '')).trim()) ?? null
}

/** A line that states a field; null for running text. "Scene" and "shot" with a colon are running text here. */
export function fieldLine(line: string): { readonly field: FieldName; readonly value: string } | null {
  const match = FIELD_LINE.exec(line)
  const field = match ? BY_NAME.get(match[1]!.toLowerCase()) : undefined
  if (match && field !== undefined && field !== 'number') return { field, value: match[2]!.trim() }
  return SPEECH.test(line) ? { field: 'caption', value: line } : null
}

/** What is said, without the speaker's name and the quotes around it. */
export function spokenText(text: string): string {
  const speech = SPEECH.exec(text)?.[1] ?? text.trim()
  return speech.replace(/^["“«「『](.*)["”»」』]$/u, '$1').trim()
}
