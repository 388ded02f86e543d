import { describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { createOutput, formatSeconds, progressBar } from './output.ts'

function captured(isTTY: boolean) {
  const out: string[] = []
  const err: string[] = []
  return { out, err, streams: { stdout: { write: (text: string) => out.push(text) }, stderr: { write: (text: string) => err.push(text), isTTY, columns: 40 } } }
}

const ERROR = new StudioError({ code: 'FILE_EXISTS', message: 'out.mp4 is there already.', remedy: 'Choose another name or pass --overwrite.' })

describe('what the command line prints', () => {
  it('prints one JSON document and nothing else with --json', () => {
    const { out, err, streams } = captured(true)
    const output = createOutput(true, streams)
    output.line('for people')
    output.progress('working')
    output.progressDone('worked')
    output.result({ shots: 3 })
    expect(JSON.parse(out.join(''))).toEqual({ shots: 3 })
    expect(err).toEqual([])
  })

  it('prints an error as code, message and remedy in JSON too', () => {
    const { out, streams } = captured(false)
    createOutput(true, streams).error(ERROR)
    expect(JSON.parse(out.join(''))).toEqual({ error: { code: 'FILE_EXISTS', message: ERROR.message, remedy: ERROR.remedy } })
  })

  it('writes progress over itself on a terminal, never wider than it', () => {
    const { err, streams } = captured(true)
    createOutput(false, streams).progress('x'.repeat(100))
    expect(err.join('')).toBe(`\r\u001B[2K${'x'.repeat(39)}`)
  })

  it('prints only finished steps where there is no terminal', () => {
    const { err, streams } = captured(false)
    const output = createOutput(false, streams)
    output.progress('step 1')
    output.progressDone('shot 1 done')
    expect(err.join('')).toBe('shot 1 done\n')
  })

  it('shows times and bars as people read them', () => {
    expect([formatSeconds(9.4), formatSeconds(125), formatSeconds(-1)]).toEqual(['9 s', '2 min 5 s', '0 s'])
    expect([progressBar(0), progressBar(0.5), progressBar(2)]).toEqual([`[${'·'.repeat(24)}]`, `[${'█'.repeat(12)}${'·'.repeat(12)}]`, `[${'█'.repeat(24)}]`])
  })
})
