import { describe, expect, it } from 'vitest'
import { createDocument } from '#core/document/create.ts'
import { dispatch } from '#core/commands/dispatch.ts'
import { isRejection } from '#core/commands/command.ts'
import { makeId, type IdKind } from '#core/document/ids.ts'
import { activeSequenceId, shotsByNumber } from './command-context.ts'

let counter = 0
const context = { newId: <K extends IdKind>(kind: K) => makeId(kind, `n${String(counter++).padStart(6, '0')}`) }

function documentWithShots(count: number) {
  let document = createDocument({ title: 'Test', frameRate: { num: 30, den: 1 }, frameSize: { width: 1080, height: 1920 }, packId: 'previz', newId: context.newId })
  for (let index = 0; index < count; index += 1) {
    const outcome = dispatch(document, { type: 'shot.add', payload: { sequenceId: activeSequenceId(document), index, prompt: `shot ${index}` } }, context)
    if (isRejection(outcome)) throw new Error(outcome.message)
    document = outcome.document
  }
  return document
}

describe('naming shots by number', () => {
  const document = documentWithShots(5)
  const ids = document.sequences[activeSequenceId(document)]?.shotIds ?? []

  it('takes single numbers and ranges, in the order given', () => {
    expect(shotsByNumber(document, '3,1-2')).toEqual([ids[2], ids[0], ids[1]])
  })

  it('means all shots when nothing is named', () => {
    expect(shotsByNumber(document, undefined)).toBeNull()
  })

  it.each([['6', 'NOT_FOUND'], ['1-9', 'NOT_FOUND'], ['0', 'NOT_FOUND'], ['x', 'INVALID_INPUT'], ['1-', 'INVALID_INPUT'], ['', 'INVALID_INPUT'], ['1-999999', 'NOT_FOUND']])(
    'refuses %j, naming what there is', (numbers, code) => {
      expect(() => shotsByNumber(document, numbers)).toThrow(expect.objectContaining({ code, remedy: expect.stringContaining('between 1 and 5') }))
    })
})
