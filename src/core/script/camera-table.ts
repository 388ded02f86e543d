/** Words for camera moves in scripts: verbs, the way they go, and how fast; English, Portuguese, Chinese. */
import type { CameraPreset } from '../document/schema.ts'

export type Way = 'left' | 'right' | 'up' | 'down' | 'in' | 'out' | 'clockwise' | 'anticlockwise'
/** Preset and sign of the amount (zoom: 1 is in, -1 is out; 0 where the preset has no direction). */
export interface Direction { readonly preset: CameraPreset; readonly sign: 1 | -1 | 0 }
export type VerbFamily = 'pan' | 'tilt' | 'roll' | 'travel' | 'zoom' | 'orbit' | 'crane' | 'pedestal' | 'handheld' | 'static' | 'in' | 'out' | 'rise' | 'sink' | 'whip' | 'dolly-zoom' | 'focus' | 'tracking'

/** Which preset a verb means, by the way it goes; `none` where no way is given. */
export const FAMILIES: Readonly<Record<VerbFamily, Partial<Readonly<Record<Way | 'none', Direction>>>>> = Object.freeze({
  pan: { left: at('pan', -1), right: at('pan', 1), up: at('tilt', 1), down: at('tilt', -1) },
  tilt: { up: at('tilt', 1), down: at('tilt', -1), left: at('roll', -1), right: at('roll', 1) },
  roll: { clockwise: at('roll', 1), anticlockwise: at('roll', -1), right: at('roll', 1), left: at('roll', -1) },
  travel: { left: at('truck', -1), right: at('truck', 1), up: at('pedestal', 1), down: at('pedestal', -1), in: at('dolly', 1), out: at('dolly', -1) },
  zoom: { in: at('zoom', 1), out: at('zoom', -1) },
  orbit: { left: at('orbit', -1), right: at('orbit', 1), clockwise: at('orbit', -1), anticlockwise: at('orbit', 1), none: at('orbit', 1) },
  crane: { up: at('crane', 1), down: at('crane', -1) },
  pedestal: { up: at('pedestal', 1), down: at('pedestal', -1) },
  handheld: { none: at('handheld', 0) },
  static: { none: at('static', 0) },
  in: { none: at('dolly', 1), in: at('dolly', 1) },
  out: { none: at('dolly', -1), out: at('dolly', -1) },
  rise: { none: at('pedestal', 1), up: at('pedestal', 1) },
  sink: { none: at('pedestal', -1), down: at('pedestal', -1) },
  whip: { left: at('whip-pan', -1), right: at('whip-pan', 1), none: at('whip-pan', 1) },
  'dolly-zoom': { in: at('dolly-zoom', 1), out: at('dolly-zoom', -1), none: at('dolly-zoom', 1) },
  focus: { none: at('rack-focus', 1) },
  tracking: { left: at('tracking', -1), right: at('tracking', 1), none: at('tracking', 1) },
})

/** Moves of two words; they go before the single verbs that they are made of. */
export const VERB_PAIRS: ReadonlyMap<string, VerbFamily> = new Map(Object.entries<VerbFamily>({
  'whip pan': 'whip', 'whip pans': 'whip', 'swish pan': 'whip', 'dolly zoom': 'dolly-zoom', 'dolly zooms': 'dolly-zoom', 'vertigo effect': 'dolly-zoom', 'vertigo shot': 'dolly-zoom',
  'rack focus': 'focus', 'racks focus': 'focus', 'racking focus': 'focus', 'focus pull': 'focus', 'pull focus': 'focus', 'pulls focus': 'focus',
  'tracking shot': 'tracking',
}))

/** Verbs by family. Those in `AFTER_CAMERA_ONLY` are everyday words and count only where the camera does them. */
export const VERBS: ReadonlyMap<string, VerbFamily> = byWord<VerbFamily>({
  pan: 'pan pans panning panorâmica',
  tilt: 'tilt tilts tilting inclina inclinação',
  roll: 'roll rolls rolling',
  travel: 'dolly dollies dollying truck trucks trucking track tracks tracking push pushes pushing pull pulls pulling slide slides sliding move moves moving glide glides gliding travel travels travelling traveling creep creeps creeping drift drifts drifting move-se desloca avança recua',
  zoom: 'zoom zooms zooming',
  orbit: 'orbit orbits orbiting circle circles circling arc arcs arcing revolve revolves orbita circunda contorna',
  crane: 'crane cranes craning jib jibs boom booms grua',
  pedestal: 'pedestal pedestals',
  handheld: 'handheld mão',
  static: 'static locked fixed still motionless fixa estática parada estático',
  in: 'aproxima approaches',
  out: 'afasta',
  rise: 'rises rise ascends sobe',
  sink: 'lowers descends sinks desce',
})

export const AFTER_CAMERA_ONLY: ReadonlySet<string> = new Set(`roll rolls rolling truck trucks slide slides sliding move moves moving glide glides gliding travel travels creep creeps
creeping drift drifts drifting circle circles circling arc arcs arcing revolve revolves rises rise ascends lowers descends sinks still motionless fixed locked approaches
sobe desce fixa parada inclina avança recua desloca aproxima afasta contorna circunda boom booms mão`.split(/\s+/))

export const WAYS: ReadonlyMap<string, Way> = byWord<Way>({
  left: 'left leftward leftwards esquerda',
  right: 'right rightward rightwards direita',
  up: 'up upward upwards cima',
  down: 'down downward downwards baixo',
  in: 'in forward forwards inward closer frente',
  out: 'out back backward backwards outward away trás atrás',
  clockwise: 'clockwise',
  anticlockwise: 'anticlockwise counterclockwise',
})

/** Words that may stand inside a direction without changing it. */
export const CAMERA_FILLERS: ReadonlySet<string> = new Set(`to the towards toward a an and then very from is as shot move movement motion off begins starts continues it is
para o à da de se com em na shots camera câmera`.split(/\s+/))

/** Words for the tempo, as a factor on the default amount. */
export const TEMPOS: ReadonlyMap<string, number> = new Map([
  ...words('slow slowly gentle gently slight slightly subtle subtly gradual gradually smooth smoothly steady steadily lento lenta lentamente suave suavemente devagar', 0.6),
  ...words('quick quickly fast rapid rapidly swift swiftly sudden suddenly whip crash rápido rápida rapidamente brusca', 1.8),
])

export const CAMERA_NOUNS: ReadonlySet<string> = new Set(['camera', 'cam', 'câmera', 'câmara'])

/** Chinese: the longest entry counts. */
export const HAN_MOVES: readonly (readonly [string, Direction])[] = Object.entries({
  ...han('左摇|向左摇|向左摇移|向左摇动|左摇镜头|往左摇|向左转动', 'pan', -1), ...han('右摇|向右摇|向右摇移|向右摇动|右摇镜头|往右摇|向右转动', 'pan', 1),
  ...han('上摇|向上摇|上仰|上摇镜头|往上摇', 'tilt', 1), ...han('下摇|向下摇|下俯|下摇镜头|往下摇', 'tilt', -1),
  ...han('推近|推进|推镜|推镜头|前推|向前推|向前推进|前进|向前移动|往前推', 'dolly', 1), ...han('拉远|拉镜|拉镜头|后拉|向后拉|拉出|后退|向后移动|拉开|往后拉', 'dolly', -1),
  ...han('左移|向左移|向左移动|向左平移|左移镜头', 'truck', -1), ...han('右移|向右移|向右移动|向右平移|横移|平移|右移镜头', 'truck', 1),
  ...han('上升|升起|向上移动|上移|升镜头', 'pedestal', 1), ...han('下降|降下|向下移动|下移|降镜头', 'pedestal', -1),
  ...han('变焦推近|放大|变焦放大|变焦推进', 'zoom', 1), ...han('变焦拉远|缩小|变焦缩小', 'zoom', -1),
  ...han('环绕|环绕拍摄|环绕镜头|绕拍|旋转环绕|围绕|环绕运镜', 'orbit', 1), ...han('向左环绕|逆向环绕', 'orbit', -1), ...han('向右环绕', 'orbit', 1),
  ...han('摇臂上升|吊臂上升', 'crane', 1), ...han('摇臂下降|吊臂下降', 'crane', -1),
  ...han('甩镜|甩镜头|向右甩|甩摇', 'whip-pan', 1), ...han('向左甩|左甩镜头', 'whip-pan', -1), ...han('滑动变焦|希区柯克变焦|眩晕镜头', 'dolly-zoom', 1),
  ...han('移焦|焦点转移|变换焦点', 'rack-focus', 1), ...han('跟拍|跟镜头|跟随镜头|跟随拍摄', 'tracking', 1),
  ...han('手持|手持镜头|手持拍摄|手持晃动', 'handheld', 0), ...han('固定镜头|静止镜头|固定机位|固定|静止|镜头不动', 'static', 0),
}).sort(([a], [b]) => b.length - a.length)

export const HAN_TEMPOS: readonly (readonly [string, number])[] = [
  ['缓缓', 0.6], ['缓慢', 0.6], ['慢慢', 0.6], ['慢速', 0.6], ['轻轻', 0.6], ['轻微', 0.6], ['快速', 1.8], ['迅速', 1.8], ['急速', 1.8], ['猛', 1.8],
]
/** What may open a Chinese direction. Longest first. */
export const HAN_CAMERA_NOUNS: readonly string[] = ['摄像机', '摄影机', '运镜', '镜头', '相机', '画面', '机位']

function at(preset: CameraPreset, sign: 1 | -1 | 0): Direction {
  return { preset, sign }
}

function words<V>(list: string, value: V): [string, V][] {
  return list.split(/\s+/).map((word) => [word, value])
}

function byWord<V extends string>(table: Readonly<Partial<Record<V, string>>>): ReadonlyMap<string, V> {
  return new Map((Object.entries(table) as [V, string][]).flatMap(([value, list]) => words(list, value)))
}

function han(list: string, preset: CameraPreset, sign: 1 | -1 | 0): Record<string, Direction> {
  return Object.fromEntries(list.split('|').map((phrase) => [phrase, at(preset, sign)]))
}
