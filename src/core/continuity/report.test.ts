/** Continuity hints: what trips an editor is named, what does not is left alone. */
import { describe, expect, it } from 'vitest'
import { aProject, type TestProject } from '#tests/core-properties/project.ts'
import type { Shot } from '../document/schema.ts'
import { continuityReport, type ShotLooks } from './report.ts'
import { showSameSubject } from './same-subject.ts'
import { screenDirection } from './screen-direction.ts'

type Fields = Partial<Pick<Shot, 'prompt' | 'shotSize' | 'angle' | 'lensMm' | 'bearingDegrees' | 'dismissedHints'>>

function film(...shots: Fields[]): TestProject {
  const project = aProject().withShots(shots.length)
  for (const [index, changes] of shots.entries()) project.run('shot.edit', { shotIds: [project.shot(index).id], changes: { prompt: 'a red robot in the desert', ...changes } })
  return project
}

/** "line-crossed 1": kinds, with the place of the first of the pair. */
function hints(project: TestProject, looks?: ShotLooks): string[] {
  return continuityReport(project.document, project.sequenceId, looks).map(({ kind, shotId, isDismissed }) => `${kind} ${project.shotIds.indexOf(shotId) + 1}${isDismissed ? ' dismissed' : ''}`)
}

describe('continuityReport', () => {
  it('finds cameras on opposite sides of the line, and none on it', () => {
    expect(hints(film({ bearingDegrees: 40 }, { bearingDegrees: -40 }))).toEqual(['line-crossed 1'])
    expect(hints(film({ bearingDegrees: 40 }, { bearingDegrees: 130 }))).toEqual([])
    expect(hints(film({ bearingDegrees: 40 }, { bearingDegrees: 5 }, { bearingDegrees: -40 }))).toEqual([])
    expect(hints(film({ bearingDegrees: 40 }, { bearingDegrees: 175 }, { bearingDegrees: -170 }))).toEqual([])
    expect(hints(film({ bearingDegrees: 40 }, { bearingDegrees: -40, prompt: 'a quiet harbour at dawn' }))).toEqual([])
    expect(hints(film({ bearingDegrees: 40 }, {}))).toEqual([])
  })

  it('finds jump cuts by the 30° rule, or by angle and lens where no bearing is known', () => {
    expect(hints(film({ shotSize: 'MS', bearingDegrees: 10 }, { shotSize: 'MS', bearingDegrees: 30 }))).toEqual(['jump-cut 1'])
    expect(hints(film({ shotSize: 'MS', bearingDegrees: 170 }, { shotSize: 'MS', bearingDegrees: -175 }))).toEqual(['jump-cut 1'])
    expect(hints(film({ shotSize: 'MS', bearingDegrees: 10 }, { shotSize: 'MS', bearingDegrees: 45 }))).toEqual([])
    expect(hints(film({ shotSize: 'MS' }, { shotSize: 'MS' }))).toEqual(['jump-cut 1'])
    expect(hints(film({ shotSize: 'MS' }, { shotSize: 'CU' }))).toEqual([])
    expect(hints(film({ shotSize: 'MS', angle: 'low' }, { shotSize: 'MS', angle: 'eye' }))).toEqual([])
    expect(hints(film({ shotSize: 'MS', lensMm: 35 }, { shotSize: 'MS', lensMm: 85 }))).toEqual([])
  })

  it('leaves joins alone that are dissolves or continue one another', () => {
    const dissolved = film({ shotSize: 'MS' }, { shotSize: 'MS' })
    dissolved.run('transition.set', { sequenceId: dissolved.sequenceId, afterShotId: dissolved.shot(0).id, kind: 'dissolve', durationFrames: 6 })
    expect(hints(dissolved)).toEqual([])
    const continued = film({ shotSize: 'MS' }, { shotSize: 'MS' })
    continued.run('shot.edit', { shotIds: [continued.shot(1).id], changes: { continuesFrom: continued.shot(0).id } })
    expect(hints(continued)).toEqual([])
  })

  it('finds the third shot of the same size in a row', () => {
    const prompts = ['a red robot', 'a blue sea', 'a green forest', 'the night sky']
    expect(hints(film(...prompts.map((prompt) => ({ prompt, shotSize: 'LS' as const })))).filter((hint) => hint.startsWith('size'))).toEqual(['size-repeated 2', 'size-repeated 3'])
  })

  it('finds a subject that turns back between two shots', () => {
    expect(hints(film({ prompt: 'a red robot walks left' }, { prompt: 'the red robot walks to the right, dust' }))).toEqual(['direction-reversed 1'])
    expect(hints(film({ prompt: 'a red robot walks left' }, { prompt: 'a blue car drives right' }))).toEqual([])
  })

  it('finds jumps of exposure and colour where looks were measured, at the ends that meet', () => {
    const project = film({}, {})
    const look = (brightness: number, cb = 0) => ({ brightness, colour: [cb, 0] as const })
    const looks = (end: ReturnType<typeof look>, start: ReturnType<typeof look>): ShotLooks => new Map([
      [project.shot(0).id, { start: look(0.9, 0.4), end }], [project.shot(1).id, { start, end: look(0.1, -0.4) }],
    ])
    expect(hints(project, looks(look(0.2), look(0.6)))).toEqual(['exposure-jump 1'])
    expect(hints(project, looks(look(0.5, -0.1), look(0.5, 0.1)))).toEqual(['palette-jump 1'])
    expect(hints(project, looks(look(0.5), look(0.6)))).toEqual([])
  })

  it('keeps dismissed hints, marked', () => {
    expect(hints(film({ shotSize: 'MS', dismissedHints: ['jump-cut'] }, { shotSize: 'MS' }))).toEqual(['jump-cut 1 dismissed'])
  })

  it('has nothing to say of one shot, none, or a sequence that is gone', () => {
    expect(hints(film({}))).toEqual([])
    expect(continuityReport(film({}).document, 'seq_gone')).toEqual([])
  })
})

describe('screenDirection', () => {
  it('reads ways to go and look in three languages, and no places', () => {
    const cases = {
      'a robot walks left': 'left', 'a car driving slowly to the right': 'right', 'she is facing left': 'left', 'horses gallop from left to right': 'right',
      'um carro anda para a direita': 'right', 'o barco segue para a esquerda': 'left', '机器人向左走': 'left', '汽车往右开': 'right',
      'a tree on the left': null, 'a robot stands still': null, 'the right hand of a king': null, 'a red robot': null,
    }
    expect(Object.fromEntries(Object.keys(cases).map((prompt) => [prompt, screenDirection(prompt)]))).toEqual(cases)
  })
})

describe('showSameSubject', () => {
  it('goes by the labels of boxes where both have them, else by shared words', () => {
    const shot = (prompt: string, ...labels: string[]) => ({ prompt, composition: { subjectBoxes: labels.map((label) => ({ label, x: 0, y: 0, width: 0.5, height: 0.5 })) } })
    expect(showSameSubject(shot('x', 'Robot'), shot('y', 'robot ', 'dog'))).toBe(true)
    expect(showSameSubject(shot('the robot', 'Robot'), shot('the robot', 'dog'))).toBe(false)
    expect(showSameSubject(shot('a rusty robot wakes'), shot('the rusty robot'))).toBe(true)
    expect(showSameSubject(shot('a robot in the desert at dawn with dunes'), shot('a boat in the harbour at dusk'))).toBe(false)
    expect(showSameSubject(shot('红色机器人走路'), shot('红色机器人停下'))).toBe(true)
    expect(showSameSubject(shot(''), shot(''))).toBe(false)
  })
})
