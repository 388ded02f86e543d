/** Documents are read whole and sound, or refused with the place of the first problem. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aProject } from '#tests/core-properties/project.ts'
import { StudioError } from '../errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { MIGRATIONS } from './migrations.ts'
import { parseDocument, parseDocumentText } from './parse.ts'
import { SCHEMA_VERSION } from './schema.ts'

/** A document as plain JSON, to be spoiled. */
function plain(): Record<string, Record<string, Record<string, unknown>>> & { schemaVersion: unknown } {
  const project = aProject().withShots(2)
  project.run('caption.add', { sequenceId: project.sequenceId, anchor: { shotId: project.shot(0).id, offsetFrames: 0 }, durationFrames: 10, text: 'hi' })
  return JSON.parse(canonicalJson(project.document))
}

function refusal(json: unknown): StudioError {
  try {
    parseDocument(json)
  } catch (error) {
    if (error instanceof StudioError) return error
    throw error
  }
  throw new Error('The document was accepted')
}

function firstShot(json: ReturnType<typeof plain>): Record<string, unknown> {
  const [shot] = Object.values(json['shots'] ?? {})
  if (!shot) throw new Error('no shot')
  return shot
}

describe('parseDocument', () => {
  it('names the path of the first problem and what would be right', () => {
    const json = plain()
    const shot = firstShot(json)
    shot['durationFrames'] = 'long'
    expect(refusal(json)).toMatchObject({ code: 'PROJECT_MALFORMED', message: `The project document is malformed: shots.${shot['id']}.durationFrames must be of type number, not string.` })
    delete shot['durationFrames']
    expect(refusal(json).message).toContain(`shots.${shot['id']}.durationFrames is missing`)
  })

  it('refuses a prompt of 100,000 characters, naming the limit', () => {
    const json = plain()
    firstShot(json)['prompt'] = 'x'.repeat(100_000)
    expect(refusal(json).message).toMatch(/prompt has 100,000 characters; at most 10,000 are allowed\.$/)
  })

  it('refuses durations of zero, without end, and fractions', () => {
    for (const durationFrames of [0, -1, 1e9, 1.5, null]) {
      const json = plain()
      firstShot(json)['durationFrames'] = durationFrames
      expect(refusal(json).code).toBe('PROJECT_MALFORMED')
    }
  })

  it('refuses a newer version with words that say so, and changes nothing', () => {
    const json = { ...plain(), schemaVersion: SCHEMA_VERSION + 1 }
    const before = canonicalJson(json)
    expect(refusal(json)).toMatchObject({ code: 'PROJECT_NEWER', message: `This project was written by a newer Shotwright (format ${SCHEMA_VERSION + 1}; this one reads up to ${SCHEMA_VERSION}).` })
    expect(canonicalJson(json)).toBe(before)
  })

  it.each([null, 7, 'text', [], {}, { schemaVersion: 'one' }, { schemaVersion: -1 }, { schemaVersion: 1.5 }, { schemaVersion: 1 }, { schemaVersion: 0 }])('refuses %j as malformed', (json) => {
    expect(refusal(json).code).toBe('PROJECT_MALFORMED')
  })

  it('refuses keys that reach into prototypes, wherever they are', () => {
    for (const [key, path] of [['__proto__', 'shots.__proto__'], ['constructor', 'shots.constructor']]) {
      const json = plain()
      json['shots'] = JSON.parse(`{"${key}": {"isLocked": true}}`)
      expect(refusal(json).message).toBe(`The project document is malformed: ${path} is not allowed in a project.`)
      expect(({} as { isLocked?: unknown }).isLocked).toBeUndefined()
    }
  })

  it('refuses values nested without end', () => {
    const json: unknown = JSON.parse('{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000))
    expect(refusal(json).code).toBe('PROJECT_MALFORMED')
  })

  it('refuses a record filed under another id than its own', () => {
    const json = plain()
    const shot = firstShot(json)
    json['shots'] = { ...json['shots'], sht_other1: { ...shot } }
    expect(refusal(json).message).toContain('shots.sht_other1.id')
  })

  it('repairs what only hangs wrong: a caption without its shot, a shot that no sequence lists', () => {
    const json = plain()
    const shot = firstShot(json)
    const [sequence] = Object.values(json['sequences'] ?? {})
    if (!sequence) throw new Error('no sequence')
    sequence['shotIds'] = ['sht_gone01']
    for (const caption of Object.values(json['captions'] ?? {})) caption['anchor'] = { shotId: 'sht_gone01', offsetFrames: 0 }
    const document = parseDocument(json)
    expect(Object.values(document.sequences)[0]?.shotIds).toEqual(Object.keys(document.shots))
    expect(document.shots[String(shot['id'])]).toBeDefined()
    expect(document.captions).toEqual({})
  })
})

describe('parseDocumentText', () => {
  it('says of a file that was cut short that it is not JSON', () => {
    const text = canonicalJson(aProject().document)
    expect(() => parseDocumentText(text.slice(0, -20))).toThrow('The project file is not JSON; it may have been cut short.')
    expect(parseDocumentText(text)).toEqual(aProject().document)
  })
})

describe('migrations', () => {
  it('there is one for every version before this one', () => {
    expect(MIGRATIONS.length).toBe(SCHEMA_VERSION)
  })

  it('version 0: seconds become frames, and what did not exist gets its default', () => {
    const json: unknown = JSON.parse(readFileSync(new URL('../../../tests/core-properties/fixtures/project-v0.json', import.meta.url), 'utf8'))
    const before = canonicalJson(json)
    const shared = { sequenceId: 'seq_old001', angle: null, composition: { subjectBoxes: [] }, overrides: { steps: null, guidanceScale: null }, references: { firstFrame: null, lastFrame: null }, packId: null, selectedTakeId: null }
    expect(parseDocument(json)).toEqual({
      schemaVersion: 1,
      project: { id: 'prj_old001', title: 'An old project', frameRate: { num: 30000, den: 1001 }, frameSize: { width: 1080, height: 1920 }, sequenceIds: ['seq_old001'], packId: 'previz', styleLine: 'film grain' },
      sequences: { seq_old001: { id: 'seq_old001', title: 'Main', shotIds: ['sht_old001', 'sht_old002'] } },
      shots: {
        sht_old001: { ...shared, id: 'sht_old001', name: '', prompt: 'a red house', negativePrompt: '', durationFrames: 120, trimStartFrames: 0, seed: 7, shotSize: 'LS', lensMm: 35, subjectDistanceM: 3, camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'linear' }, continuesFrom: null, isLocked: false },
        sht_old002: { ...shared, id: 'sht_old002', name: 'Boat', prompt: 'a blue boat', negativePrompt: 'people', durationFrames: 1, trimStartFrames: 15, seed: 8, shotSize: null, lensMm: 50, subjectDistanceM: 10, camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, continuesFrom: 'sht_old001', isLocked: true },
      },
      takes: {}, transitions: {}, audioClips: {}, media: {},
      captions: { cap_old001: { id: 'cap_old001', sequenceId: 'seq_old001', anchor: { shotId: 'sht_old001', offsetFrames: 30 }, durationFrames: 60, text: 'Morning.' } },
      titles: { ttl_old001: { id: 'ttl_old001', sequenceId: 'seq_old001', anchor: { shotId: null, offsetFrames: 0 }, durationFrames: 45, text: 'First light', position: 'centre', size: 0.1, fadeFrames: 6 } },
      markers: { mrk_old001: { id: 'mrk_old001', sequenceId: 'seq_old001', anchor: { shotId: null, offsetFrames: 90 }, text: 'check' } },
    })
    expect(canonicalJson(json)).toBe(before)
  })

  it('version 0 with a field that makes no sense is refused by its path, not by a crash', () => {
    const json = JSON.parse(readFileSync(new URL('../../../tests/core-properties/fixtures/project-v0.json', import.meta.url), 'utf8'))
    json.shots.sht_old001.durationSeconds = 'four'
    expect(refusal(json).message).toContain('shots.sht_old001.durationFrames must be of type number')
    json.shots = 'none'
    expect(refusal(json).message).toContain('shots must be of type record')
  })
})
