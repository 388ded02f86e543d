/** A thousand random edits: the project stays sound, and undo and redo lead back and forth without loss. */
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { isRejection } from '#core/commands/command.ts'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { findInvariantBreaches } from '#core/document/invariants.ts'
import { parseDocument } from '#core/document/parse.ts'
import { ProjectDocumentSchema, type ProjectDocument, type Shot } from '#core/document/schema.ts'
import { applyDiff, diffDocuments, invertDiff } from '#core/history/diff.ts'
import { parseDiff } from '#core/history/diff-schema.ts'
import { layoutSequence } from '#core/timeline/layout.ts'
import { aProject, type TestProject } from './project.ts'
import { envelopeFor, randomStep, type RandomStep } from './random-edits.ts'
import { seeded } from './seed.ts'

it('a thousand random edits leave a sound project; undo all leads to the start, redo all to the end', { timeout: 120_000 }, () => {
  const thousand = fc.array(randomStep, { minLength: 1_000, maxLength: 1_000 })
  fc.assert(fc.property(thousand, checkRun), seeded({ numRuns: 1, interruptAfterTimeLimit: 50_000 }))
})

it('short runs of random edits keep the same promises, and failing ones shrink to a few steps', { timeout: 120_000 }, () => {
  fc.assert(fc.property(fc.array(randomStep, { maxLength: 30, size: 'max' }), checkRun), seeded({ numRuns: 150, interruptAfterTimeLimit: 50_000 }))
})

it('takes that finish between undo and redo are never lost, and the project stays sound', { timeout: 120_000 }, () => {
  fc.assert(fc.property(fc.array(randomStep, { minLength: 5, maxLength: 40, size: 'max' }), fc.array(randomStep, { maxLength: 40, size: 'max' }), (edits, later) => {
    const project = aProject()
    for (const step of edits) takeStep(project, step)
    const takes = new Set<string>(Object.keys(project.document.takes))
    for (const [index, step] of later.entries()) {
      const kind = index % 3 === 0 ? 'take.add' : index % 3 === 1 ? 'undo' : step.kind
      takeStep(project, { ...step, kind })
      for (const id of Object.keys(project.document.takes)) takes.add(id)
      expect(findInvariantBreaches(project.document)).toEqual([])
      expect(Object.keys(project.document.takes).length).toBe(takes.size)
    }
  }), seeded({ numRuns: 100, interruptAfterTimeLimit: 50_000 }))
})

/** What the engine did to shots during a run: their selection and trim are then not the user's to undo. */
interface Run {
  readonly selectedByEngine: Set<string>
}

function checkRun(steps: readonly RandomStep[]): void {
  const project = aProject().withShots(3)
  project.generate(0)
  project.forgetHistory()
  const start = project.document
  const run: Run = { selectedByEngine: new Set() }
  for (const step of steps) {
    const before = project.document
    takeStep(project, step, run)
    checkEdit(before, project.document)
  }
  // One edit more, so that the end is the end of the history and not the middle of undone steps.
  project.run('project.edit', { title: 'The end' })
  const end = project.document
  while (project.undo()) { /* Every step is taken back. */ }
  expect(withoutEngine(project.document, run)).toEqual(withoutEngine(start, run))
  expect(Object.keys(project.document.takes).length).toBe(Object.keys(end.takes).length)
  while (project.redo()) { /* Every step is made again. */ }
  expect(stateHash(project.document)).toBe(stateHash(end))
  while (project.undo()) { /* And once more, from what redo recorded. */ }
  expect(withoutEngine(project.document, run)).toEqual(withoutEngine(start, run))
}

function takeStep(project: TestProject, step: RandomStep, run?: Run): void {
  if (step.kind === 'undo') project.undo()
  if (step.kind === 'redo') project.redo()
  const envelope = envelopeFor(step, project.document, project.context)
  if (!envelope) return
  const before = project.document
  const outcome = project.attempt(envelope, step.coalesceKey)
  if (isRejection(outcome)) {
    expect(project.document).toBe(before)
    expect(outcome.message.length).toBeGreaterThan(10)
    expect(outcome.remedy.length).toBeGreaterThan(5)
  } else if (outcome.source === 'engine') {
    for (const id of Object.keys(outcome.diff.collections.shots?.updated ?? {})) run?.selectedByEngine.add(id)
  }
  if (step.kind === 'invalid') expect(isRejection(outcome)).toBe(true)
}

function checkEdit(before: ProjectDocument, after: ProjectDocument): void {
  expect(findInvariantBreaches(after)).toEqual([])
  const parsed = ProjectDocumentSchema.safeParse(after)
  expect(parsed.error?.issues ?? []).toEqual([])
  const diff = diffDocuments(before, after)
  expect(stateHash(applyDiff(before, diff))).toBe(stateHash(after))
  const journalled = parseDiff(JSON.parse(JSON.stringify(invertDiff(diff))))
  expect(stateHash(applyDiff(after, journalled))).toBe(stateHash(before))
  expect(invertDiff(invertDiff(diff))).toEqual(diff)
  checkLayout(after)
}

function checkLayout(document: ProjectDocument): void {
  for (const sequenceId of document.project.sequenceIds) {
    const layout = layoutSequence(document, sequenceId)
    const lengths = layout.shots.reduce((sum, shot) => sum + shot.durationFrames, 0)
    const overlaps = layout.transitions.reduce((sum, transition) => sum + transition.durationFrames, 0)
    expect(layout.totalFrames).toBe(lengths - overlaps)
    for (const [index, shot] of layout.shots.entries()) {
      const next = layout.shots[index + 1]
      expect(shot.overlapBeforeFrames + shot.overlapAfterFrames).toBeLessThan(shot.durationFrames)
      if (next) expect(next.startFrame).toBe(shot.endFrame - shot.overlapAfterFrames)
    }
  }
}

it('canonical JSON is stable and reads back to the same project', () => {
  fc.assert(fc.property(fc.array(randomStep, { maxLength: 60, size: 'max' }), (steps) => {
    const project = aProject()
    for (const step of steps) takeStep(project, step)
    const text = canonicalJson(project.document)
    const read = parseDocument(JSON.parse(text))
    expect(read).toEqual(project.document)
    expect(canonicalJson(read)).toBe(text)
    expect(canonicalJson(JSON.parse(canonicalJson(project.document, 2)))).toBe(text)
    expect(canonicalJson(reversedKeys(project.document))).toBe(text)
  }), seeded({ numRuns: 40 }))
})

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toReversed().map(([key, item]) => [key, reversedKeys(item)]))
}

/** The document as far as users made it. */
function withoutEngine(document: ProjectDocument, run: Run): unknown {
  const shots = Object.values(document.shots).map((shot: Shot) => {
    if (!run.selectedByEngine.has(shot.id)) return [shot.id, shot]
    const { selectedTakeId: _take, trimStartFrames: _trim, ...rest } = shot
    return [shot.id, rest]
  })
  return { ...document, shots: Object.fromEntries(shots), takes: {}, media: {} }
}

function stateHash(document: ProjectDocument): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex')
}
