import { describe, expect, it } from 'vitest'
import { describeMove } from '../camera/moves.ts'
import { LIMITS, ShotSchema } from '../document/schema.ts'
import { parseScript, type ParsedShot } from './parse.ts'

/** A shot in a line: "name: prompt [size angle, move, 3s] "caption" >transition". */
function line({ name, prompt, shotSize, angle, camera, durationSeconds, caption, transition }: ParsedShot): string {
  const fields = [shotSize, angle, camera && describeMove(camera), durationSeconds === null ? null : `${durationSeconds}s`].filter((part) => part !== null)
  return [name && `${name}:`, prompt, fields.length > 0 && `[${fields.join(', ')}]`, caption !== null && `"${caption}"`, transition && `>${transition}`].filter(Boolean).join(' ')
}

function read(text: string): string[] {
  return parseScript(text).map(line)
}

describe('plain text', () => {
  it('has no shots where it is empty', () => {
    for (const text of ['', '   \n\t\n ', '\ufeff', '---\n\n***', '. , ;']) expect(parseScript(text)).toEqual([])
  })

  it('is a shot a line where there are no blank lines', () => {
    expect(read('A red robot walks\r\nWide shot of a blue boat, pan left (3s)\r\nA dog barks.\n')).toEqual(['A red robot walks', 'a blue boat [LS, Pan left 20°, 3s]', 'A dog barks.'])
  })

  it('is a shot a paragraph where lines are wrapped', () => {
    expect(read('A red robot walks through the\ndesert and looks up.\n\nA blue boat lies on\nthe beach.')).toEqual(['A red robot walks through the desert and looks up.', 'A blue boat lies on the beach.'])
  })

  it('is a shot a line within paragraphs of whole sentences', () => {
    expect(read('A robot wakes.\nIt looks around.\n\nIt runs.')).toEqual(['A robot wakes.', 'It looks around.', 'It runs.'])
  })

  it('is a shot a label, with all that stands under it', () => {
    expect(read(`Shot 1: Wide shot of a desert at dawn (3s)

Shot 2 (4s, close-up) - A red robot wakes.

Its eye glows.
Camera: slow push in
Dialogue: "Good morning."
Sound: wind

SHOT 3. zoom out
CUT TO:
Shot #4
A blue boat.`)).toEqual(['a desert at dawn [LS, 3s]', 'A red robot wakes. Its eye glows. [CU, Dolly in 0.72 m, 4s] "Good morning."', '[Zoom out 1.49×] >cut', 'A blue boat.'])
  })

  it('is a shot a number', () => {
    expect(read('1. a red robot\n2) a dog, pan left\n   in the rain\n10. a boat')).toEqual(['a red robot', 'a dog, in the rain [Pan left 20°]', 'a boat'])
  })

  it('separates shots by rules', () => {
    expect(read('A robot\nin the desert\n---\nA dog\n---\n')).toEqual(['A robot', 'in the desert', 'A dog'])
  })

  it('gives a framing on its own line to the next shot, and a move to the last one', () => {
    expect(read('Wide shot.\n\nA red robot.\n\nPan left.\n\nFade to black.')).toEqual(['A red robot. [LS, Pan left 20°] >fade'])
  })

  it('takes spoken lines as captions', () => {
    expect(read('A robot wakes.\nROBOT: "Hello?"\n\nA dog listens.\nVO: It was late.')).toEqual(['A robot wakes. "Hello?"', 'A dog listens. "It was late."'])
  })
})

describe('Markdown', () => {
  it('is a shot a list item; headings, emphasis and links are dressing', () => {
    expect(read(`# My film

## Opening
- Wide shot, a house in the [mountains](https://example.com)
- **CU** a _robot_, *dolly in* (2s)
> Somebody is up early.

## Ending
* [ ] A blue boat
`)).toEqual(['a house in the mountains [LS]', 'a robot [CU, Dolly in 1.2 m, 2s] "Somebody is up early."', 'A blue boat'])
  })

  it('is a shot a headed section, whose title names it', () => {
    expect(read(`# The last robot

**Scene 1: The Awakening (0:00–0:05)**
Wide establishing shot of a desert at dawn. The camera slowly pushes in on a rusted robot.
*Narrator (V.O.):* "Long ago..."

### 🎬 Shot 2: Walking
- **Camera:** Tracking shot left
- **Visual:** Medium shot of the robot passing ruins
- **Duration:** 5
- **Dialogue:** ROBOT: "Hello?"

### Shot 3: Close-up
Its eye glows red. Cut to black.
`)).toEqual([
      'The Awakening: a desert at dawn. a rusted robot. [ELS, Dolly in 0.72 m, 5s] "Long ago..."',
      'Walking: the robot passing ruins [MS, Tracking left 0.8 m, 5s] "Hello?"',
      'Its eye glows red. [CU] >cut',
    ])
  })

  it('takes headings as shots where there is nothing else', () => {
    expect(read('## A red car\n## A blue boat, zoom in\n')).toEqual(['A red car', 'A blue boat [Zoom in 1.5×]'])
  })

  it('reads storyboard tables by the names of their columns', () => {
    expect(read(`| # | Shot size | Visual | Camera | Dialogue | Duration (s) |
|---|:---:|---|---|---|--:|
| 1 | Wide shot | A desert at dawn | Pan right | - | 3 |
| 2 | CU | The robot's eye \\| red | static | "Hello" | 2.5s |`)).toEqual(['A desert at dawn [LS, Pan right 20°, 3s]', 'The robot\'s eye | red [CU, Static, 2.5s] "Hello"'])
  })
})

describe('Fountain', () => {
  it('carries place and time of scenes into their shots, dialogue into captions, transitions between', () => {
    expect(read(`Title: First light
Author: Somebody

FADE IN:

INT. KITCHEN - NIGHT #12#

A robot stirs a frying pan. [[which pan?]] /* cut this
A dragon enters.
*/

ROBOT
(smiling)
Dinner is *ready*.

MARIA (V.O.)
It was late.

CLOSE ON:

The pan. Steam rises.

MARIA
Smells good.

ROBOT (CONT'D)
I know.

> DISSOLVE TO:

EXT. BEACH - CONTINUOUS

!WIDE SHOT of the sea. Pan right across the water.

.THE ATTIC

@McAvoy
Who is there?

SMASH CUT TO:

EST. CITY - DAWN`)).toEqual([
      'A robot stirs a frying pan. Robot smiling. kitchen, interior, night "Dinner is ready.\nIt was late."',
      'The pan. Steam rises. kitchen, interior, night [CU] "Smells good."',
      'Robot speaking. kitchen, interior, night "I know." >dissolve',
      'the sea. the water. beach, exterior, night [LS, Pan right 20°]',
      'Mcavoy speaking. the attic "Who is there?" >cut',
      'city, exterior, dawn',
    ])
  })

  it('is read in Portuguese', () => {
    expect(read(`INT. COZINHA - NOITE

Um robô mexe uma frigideira. Primeiro plano da chama.

MARIA
(sorrindo)
O jantar está pronto.

CORTA PARA:

EXT. PRAIA - DIA

PLANO GERAL da praia. A câmera sobe lentamente.`)).toEqual([
      'Um robô mexe uma frigideira. chama. Maria sorrindo. cozinha, interior, noite [CU] "O jantar está pronto." >cut',
      'praia. praia, exterior, dia [LS, Pedestal up 0.3 m]',
    ])
  })

  it('is read in Chinese', () => {
    expect(read(`1. 内景 厨房 夜

机器人站在灶台前。特写：它的眼睛。

2. 外景 海滩 日

全景，蓝色的船停在海边，镜头缓慢右摇。`)).toEqual(['机器人站在灶台前。它的眼睛。厨房，室内，夜 [CU]', '蓝色的船停在海边。海滩，室外，日 [LS, Pan right 12°]'])
  })

  it('survives marks that are never closed', () => {
    expect(read('INT. ROOM - DAY\n\nA robot /* never closed [[ nor this\n\n(')).toEqual(['A robot /* never closed [[ nor this, room, interior, day', '(, room, interior, day'])
  })
})

describe('other languages', () => {
  it('reads Portuguese storyboards', () => {
    expect(read(`Plano 1: Plano geral do deserto ao amanhecer. Panorâmica lenta para a direita. (4 segundos)
Plano 2: Close no rosto do robô. A câmera se aproxima.
Narrador: "Era uma vez..."
Plano 3: Câmera na mão, o robô corre pela floresta.`)).toEqual([
      'deserto ao amanhecer. [LS, Pan right 12°, 4s]', 'rosto do robô. [CU, Dolly in 1.2 m] "Era uma vez..."', 'o robô corre pela floresta. [Handheld 1.5°]',
    ])
  })

  it('reads Chinese storyboards and tables', () => {
    expect(read('镜头一：远景，沙漠日出，镜头缓缓推进。（5秒）\n旁白：“很久以前。”\n镜头二：近景，机器人睁开眼睛。3秒\n叠化\n第3镜：手持镜头，机器人在雨中奔跑')).toEqual([
      '沙漠日出。 [ELS, Dolly in 0.72 m, 5s] "很久以前。"', '机器人睁开眼睛。 [MCU, 3s] >dissolve', '机器人在雨中奔跑 [Handheld 1.5°]',
    ])
    expect(read('| 镜号 | 景别 | 运镜 | 画面 | 台词 | 时长 |\n|---|---|---|---|---|---|\n| 1 | 全景 | 右摇 | 清晨的沙漠 | - | 3秒 |\n| 2 | 特写 | 推近 | 机器人的眼睛 | “早上好” | 2 |')).toEqual([
      '清晨的沙漠 [LS, Pan right 20°, 3s]', '机器人的眼睛 [CU, Dolly in 1.2 m, 2s] "早上好"',
    ])
  })
})

describe('any text', () => {
  it('makes prompts within the document’s limit, in further shots rather than cut off', () => {
    for (const text of ['A red robot walks on. '.repeat(5_000), '一个红色的机器人。'.repeat(5_000), 'x'.repeat(100_000), '👩‍🚀'.repeat(10_000)]) {
      const shots = parseScript(text)
      for (const { prompt } of shots) expect(ShotSchema.unwrap().shape.prompt.safeParse(prompt).success).toBe(true)
      expect(shots.map(({ prompt }) => prompt).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      expect(shots.length).toBeLessThan(Math.ceil(text.length / LIMITS.promptCharacters) * 2 + 1)
      for (const { prompt } of shots) expect(prompt.isWellFormed()).toBe(true)
    }
  })

  it('keeps control characters out of prompts', () => {
    expect(read('A robot\u0000 wal\u0007ks\tfar')).toEqual(['A robot walks far'])
  })

  it('is read quickly: two megabytes in a second of processor time', () => {
    const text = `${'A red robot walks in the desert, pan left. '.repeat(100)}\n\n`.repeat(465)
    parseScript(text.slice(0, 200_000))
    // Twice the claim: the processor is shared with other tests.
    expect(secondsToParse(text)).toBeLessThan(2)
  })

  it('is read in time proportional to its length, also where it is meant to be hard', () => {
    const pieces = [
      'Wide shot of a red robot, pan left slowly (3s)\n', '特写：机器人的眼睛，镜头缓慢推进（3秒）\n', 'INT. KITCHEN - NIGHT\n\nA robot stirs a pan.\n\nROBOT\n(smiling)\nDinner is ready.\n\n',
      'a', '(', '[[', '/*', '**', '_a', 'A ', '.', 'INT. ', '|', '| 1 | CU | a robot |\n', '特写', '- ', '#', '"', '\n', 'Shot 1: ', 'camera ', 'x: ',
    ]
    for (const piece of pieces) {
      // Quadratic behaviour would take minutes.
      expect(secondsToParse(piece.repeat(Math.ceil(400_000 / piece.length))), JSON.stringify(piece.slice(0, 30))).toBeLessThan(2)
    }
  })
})

function secondsToParse(text: string): number {
  const before = process.cpuUsage()
  parseScript(text)
  return process.cpuUsage(before).user / 1e6
}

describe('speech on a line of its own', () => {
  it.each([
    ['Wide shot of a harbour.\n"Something is waiting."\n\nClose on a robot.', ['Something is waiting.', null]],
    ['A dog runs.\n\n“Good dog.”\n\nA cat sleeps.', ['Good dog.', null]],
    ['一只狗在跑。\n「好狗。」\n\n一只猫在睡。', ['好狗。', null]],
    ['Um dragão voa sobre a casa.\n— Volte para casa!\n\nUm gato dorme.', ['Volte para casa!', null]],
    ['— A dog runs.\n— A cat sleeps.', [null, null]],
  ])('of %j is the caption of the shot before it', (text, captions) => {
    expect(parseScript(text).map(({ caption }) => caption)).toEqual(captions)
  })

  it('before any shot makes one, so that nothing written is lost', () => {
    expect(parseScript('"Once upon a time."')).toMatchObject([{ caption: 'Once upon a time.' }])
  })
})
