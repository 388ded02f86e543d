import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { watchInterrupts } from './interrupts.ts'

it('takes the several signals of one Ctrl+C for one wish, and a later press for another', () => {
  const source = new EventEmitter()
  const heard: string[] = []
  let nowMs = 0
  watchInterrupts({ source, monotonicMs: () => nowMs, onFirst: () => heard.push('end well'), onAgain: () => heard.push('end at once') })
  source.emit('SIGINT')
  nowMs = 40
  source.emit('SIGINT')
  source.emit('SIGTERM')
  expect(heard).toEqual(['end well'])
  nowMs = 2_000
  source.emit('SIGINT')
  expect(heard).toEqual(['end well', 'end at once'])
})
