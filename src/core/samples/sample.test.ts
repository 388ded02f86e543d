import { describe, expect, it } from 'vitest'
import { createDocument } from '../document/create.ts'
import { findInvariantBreaches } from '../document/invariants.ts'
import { makeId, type IdKind } from '../document/ids.ts'
import { ProjectDocumentSchema } from '../document/schema.ts'
import { layoutSequence } from '../timeline/layout.ts'
import { SAMPLES } from './catalogue.ts'
import { buildSample } from './sample.ts'

let counter = 0
const context = { newId: <K extends IdKind>(kind: K) => makeId(kind, `s${String(counter++).padStart(6, '0')}`) }

describe.each(SAMPLES)('the sample $id', (sample) => {
  const empty = createDocument({ title: sample.title, frameRate: sample.frameRate, frameSize: sample.frameSize, packId: 'previz', newId: context.newId })
  const document = buildSample(empty, sample, context)

  it('is a valid document', () => {
    expect(ProjectDocumentSchema.safeParse(document).success).toBe(true)
    expect(findInvariantBreaches(document)).toEqual([])
  })

  it('shows what the studio can do: five shots, four camera moves, two transitions, a title and captions', () => {
    const moves = new Set(Object.values(document.shots).map((shot) => (shot.camera.kind === 'preset' ? shot.camera.preset : 'keyframes')))
    expect(Object.keys(document.shots).length).toBeGreaterThanOrEqual(5)
    expect(moves.size).toBeGreaterThanOrEqual(4)
    expect(Object.keys(document.transitions).length).toBeGreaterThanOrEqual(2)
    expect(Object.keys(document.titles).length).toBeGreaterThanOrEqual(1)
    expect(Object.keys(document.captions).length).toBeGreaterThanOrEqual(2)
  })

  it('is as long as its shots minus their overlaps', () => {
    const shots = Object.values(document.shots).reduce((sum, shot) => sum + shot.durationFrames, 0)
    const overlaps = Object.values(document.transitions).reduce((sum, transition) => sum + transition.durationFrames, 0)
    expect(layoutSequence(document, document.project.sequenceIds[0] ?? '').totalFrames).toBe(shots - overlaps)
  })
})
