import { describe, expect, it } from 'vitest'
import { CameraMoveSchema } from '../document/schema.ts'
import { describeMove } from '../camera/moves.ts'
import { extractDirections } from './directions.ts'

/** "prompt | what was found", in short. */
function read(text: string): string {
  const { prompt, directions, transitionBefore } = extractDirections(text)
  const { shotSize, angle, camera, durationSeconds, transition } = directions
  const found = [
    shotSize, angle, camera && describeMove(camera), durationSeconds === null ? null : `${durationSeconds}s`,
    transitionBefore && `${transitionBefore} before`, transition && `${transition} after`,
  ].filter((part) => part !== null)
  return found.length === 0 ? prompt : `${prompt} | ${found.join(', ')}`
}

function expectAll(cases: Readonly<Record<string, string>>): void {
  expect(Object.fromEntries(Object.keys(cases).map((text) => [text, read(text)]))).toEqual(cases)
}

describe('shot sizes and angles', () => {
  it('are read at the start of a clause', () => {
    expectAll({
      'CLOSE ON the robot’s eye.': 'the robot’s eye. | CU',
      'WIDE SHOT: THE VALLEY AT DAWN': 'the valley at dawn | LS',
      'Wide shot of a red robot in a desert': 'a red robot in a desert | LS',
      'Extreme close-up on a hand': 'a hand | ECU',
      'A medium shot of the captain': 'the captain | MS',
      'Low-angle close-up: a dog barks': 'a dog barks | CU, low',
      'Overhead shot of the table': 'the table | overhead',
      'Over-the-shoulder shot of the pilot': 'the pilot | OTS',
      'POV of the dog': 'the dog | POV',
      'Two-shot, Anna and Ben laugh': 'Anna and Ben laugh | TWO_SHOT',
      'INSERT: a broken watch': 'a broken watch | INSERT',
      'Establishing shot – the city at night': 'the city at night | ELS',
      'Wide shot red robot walking': 'red robot walking | LS',
      'CU robot hand': 'robot hand | CU',
      'Dutch angle, a corridor': 'a corridor | dutch',
      'AERIAL: the boat leaves.': 'the boat leaves. | ELS, high',
      'Drone shot of a harbour': 'a harbour | ELS, high',
      'Um dragão. Inclinação para cima.': 'Um dragão. | Tilt up 12°',
      'CLOSE em um robô': 'um robô | CU',
      '航拍：船离开。': '船离开。 | ELS, high',
    })
  })

  it('are read at the end of a clause and in brackets', () => {
    expectAll({
      'A robot seen from a low angle': 'A robot | low',
      'A woman turns round in close-up.': 'A woman turns round. | CU',
      'A man (close-up) waves': 'A man waves | CU',
      'A man (smiling, close-up) waves': 'A man (smiling) waves | CU',
    })
  })

  it('stay in the text where they are part of the story', () => {
    expectAll({
      'A wide smile.': 'A wide smile.',
      'Aerial acrobats fly.': 'Aerial acrobats fly.',
      'A medium-sized dog runs.': 'A medium-sized dog runs.',
      'Close to the river, a robot sleeps.': 'Close to the river, a robot sleeps.',
      'He closes on the thief.': 'He closes on the thief.',
      'Her eyes are wide open.': 'Her eyes are wide open.',
      'A tight rope over the street': 'A tight rope over the street',
      'She finds an insert in the box.': 'She finds an insert in the box.',
      'Ms Paint draws ls -la': 'Ms Paint draws ls -la',
    })
  })

  it('leave second ones in the text, so that nothing is lost', () => {
    expect(read('Wide shot of the sea. Close-up: a shell')).toBe('the sea. Close-up: a shell | LS')
  })
})

describe('camera moves', () => {
  it('are read with direction, tempo and amount', () => {
    expectAll({
      'A robot walks, pan left.': 'A robot walks. | Pan left 20°',
      'A robot walks. Slow pan to the right.': 'A robot walks. | Pan right 12°',
      'The camera slowly pans from left to right.': ' | Pan right 12°',
      'A tower, tilt up 30 degrees': 'A tower | Tilt up 30°',
      'A gate, boom up': 'A gate | Crane up 1.2 m',
      'A car, truck right 2 m': 'A car | Truck right 2 m',
      'Dunes at sunset, dolly in': 'Dunes at sunset | Dolly in 1.2 m',
      'A face, quick zoom out': 'A face | Zoom out 2.08×',
      'A face, zoom in 2x': 'A face | Zoom in 2×',
      'A statue. The camera orbits around it.': 'A statue. | Orbit right 25°',
      'A house, crane up': 'A house | Crane up 1.2 m',
      'Handheld, a man runs': 'a man runs | Handheld 1.5°',
      'Static shot of a lake': 'a lake | Static',
      'A street, pan up': 'A street | Tilt up 12°',
      'Ruins, tracking shot left': 'Ruins | Tracking left 0.8 m',
      'Tracking shot of a runner': 'a runner | Tracking right 0.8 m',
      'Ruins, the camera whip pans left': 'Ruins | Whip pan left 60°',
      'Whip pan to the door': 'the door | Whip pan right 60°',
      'A staircase, dolly zoom': 'A staircase | Dolly zoom in 1 m',
      'Two glasses, rack focus': 'Two glasses | Rack focus 8 m',
      '楼梯，滑动变焦': '楼梯 | Dolly zoom in 1 m',
    })
  })

  it('keep what they lead to', () => {
    expectAll({
      'The camera pulls back to reveal a city.': 'a city. | Dolly out 1.2 m',
      'Slow push in on her face.': 'her face. | Dolly in 0.72 m',
      'Pan right across the skyline': 'the skyline | Pan right 20°',
      'A robot in the field as the camera pans left': 'A robot in the field | Pan left 20°',
    })
  })

  it('are not taken from the story', () => {
    expectAll({
      'A cook holds a frying pan.': 'A cook holds a frying pan.',
      'Pan left behind on the stove': 'Pan left behind on the stove',
      'She zooms past in her car.': 'She zooms past in her car.',
      'Static on the television': 'Static on the television',
      'A handheld radio on the table': 'A handheld radio on the table',
      'The truck turns right.': 'The truck turns right.',
      'A child rolls to the left.': 'A child rolls to the left.',
      'They push in the heavy door.': 'They push in the heavy door.',
      'A still lake, a crane flies up.': 'A still lake, a crane flies up.',
      'A man with a camera waves.': 'A man with a camera waves.',
      'Peter Pan left Neverland': 'Peter Pan left Neverland',
    })
  })

  it('never leave the document’s limits', () => {
    for (const text of ['pan left 900 degrees', 'zoom in 100x', 'dolly out 500 m', '720° orbit', 'crane up 0 m', 'zoom in 0x']) {
      const { camera } = extractDirections(text).directions
      expect(CameraMoveSchema.safeParse(camera).success, text).toBe(true)
    }
  })
})

describe('lengths and transitions', () => {
  it('are read in brackets and in clauses of their own', () => {
    expectAll({
      'A robot (3s)': 'A robot | 3s',
      'A robot [4 seconds]': 'A robot | 4s',
      'A robot, 2.5 sec.': 'A robot. | 2.5s',
      '0:00-0:03 A red robot': 'A red robot | 3s',
      '[0:05–0:09] A red robot': 'A red robot | 4s',
      'A robot (2-6s)': 'A robot | 4s',
      'He waits for 5 seconds by the door': 'He waits for 5 seconds by the door',
      'A bomb with 3 seconds left': 'A bomb with 3 seconds left',
      'A robot (0s)': 'A robot (0s)',
      'Cut to: a blue boat': 'a blue boat | cut before',
      'Dissolve to the sea': 'the sea | dissolve before',
      'The sun sets. Fade to black.': 'The sun sets. | fade after',
      'He cuts to the left': 'He cuts to the left',
    })
  })
})

describe('Portuguese', () => {
  it('is read like English', () => {
    expectAll({
      'Plano geral do deserto, panorâmica lenta para a direita (4 segundos)': 'deserto | LS, Pan right 12°, 4s',
      'Primeiro plano do robô; a câmera se aproxima lentamente': 'robô | CU, Dolly in 0.72 m',
      'Plano americano: um homem na chuva (2,5 seg)': 'um homem na chuva | MLS, 2.5s',
      'Câmera na mão, o robô corre': 'o robô corre | Handheld 1.5°',
      'Um barco azul, a câmera se afasta': 'Um barco azul | Dolly out 1.2 m',
      'Plano detalhe das mãos': 'mãos | INSERT',
      'A mão do robô treme': 'A mão do robô treme',
      'Um plano para fugir': 'Um plano para fugir',
    })
  })
})

describe('Chinese', () => {
  it('is read without spaces', () => {
    expectAll({
      '特写：机器人的眼睛，镜头缓慢推进（3秒）': '机器人的眼睛 | CU, Dolly in 0.72 m, 3s',
      '全景，一辆红色的汽车，镜头向右摇': '一辆红色的汽车 | LS, Pan right 20°',
      '俯拍城市夜景': '城市夜景 | high',
      '中景，仰拍，一位老人': '一位老人 | MS, low',
      '手持镜头，男孩奔跑': '男孩奔跑 | Handheld 1.5°',
      '远景，沙漠日出，5秒': '沙漠日出 | ELS, 5s',
      '环绕拍摄，雕像': '雕像 | Orbit right 25°',
      '放大镜下的蚂蚁': '放大镜下的蚂蚁',
      '她推近椅子': '她推近椅子',
      '固定在墙上的灯': '固定在墙上的灯',
    })
  })
})
