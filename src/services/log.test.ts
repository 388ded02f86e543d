import { expect, it } from 'vitest'
import { lineLog } from './log.ts'

it('a log whose lines cannot be written stays silent: it is told of full disks where nobody could catch its own failure', () => {
  const full = lineLog(() => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  })
  expect(() => full.write('warn', 'project.json could not be written on idle', { error: new Error('x') })).not.toThrow()
})

it('fields that refer to themselves are named, and the message is kept', () => {
  const lines: string[] = []
  const fields: Record<string, unknown> = { jobId: 'job_1' }
  fields['self'] = fields
  lineLog((line) => lines.push(line)).write('error', 'A job failed', fields)
  expect(lines).toEqual([expect.stringMatching(/error A job failed jobId self$/)])
})
