/** Every command: applied, undone and redone once on a project that has one of everything. */
import { expect, it } from 'vitest'
import { command, COMMANDS, type CommandPayload, type CommandType } from '#core/commands/registry.ts'
import { isRejection } from '#core/commands/command.ts'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { ProjectDocumentSchema } from '#core/document/schema.ts'
import { aProject, found, mediaOf, PREVIZ, takeOf, type TestProject } from './project.ts'

const anchorOf = (project: TestProject) => ({ shotId: project.shot(0).id, offsetFrames: 1 })
const firstOf = <R>(records: Readonly<Record<string, R>>): R => found(Object.values(records)[0])

/** One payload a command; a command without one here fails to compile. */
const EXAMPLES: { readonly [T in CommandType]: (project: TestProject) => CommandPayload<T> } = {
  'shot.add': ({ sequenceId }) => ({ sequenceId, index: 1, prompt: 'a blue boat', shotSize: 'LS', durationFrames: 30 }),
  'shot.delete': (project) => ({ shotIds: [project.shot(0).id, project.shot(2).id] }),
  'shot.move': (project) => ({ shotIds: [project.shot(2).id], toIndex: 0 }),
  'shot.duplicate': (project) => ({ shotId: project.shot(0).id }),
  'shot.split': (project) => ({ shotId: project.shot(0).id, atFrame: 20 }),
  'shot.bridge': (project) => ({
    shotId: project.context.newId('shot'), fromShotId: project.shot(0).id, toShotId: project.shot(1).id, prompt: 'a red boat', durationFrames: 30, trimStartFrames: 3, seed: 5,
  }),
  'shot.edit': (project) => ({ shotIds: [project.shot(0).id], changes: { prompt: 'x', camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'ease-in' }, references: { firstFrame: null, lastFrame: null }, packId: 'wan' } }),
  'shot.trim': (project) => ({ shotId: project.shot(0).id, trimStartFrames: 3, durationFrames: 20 }),
  'shot.setLocked': (project) => ({ shotIds: [project.shot(0).id], isLocked: true }),
  'shot.selectTake': (project) => ({ shotId: project.shot(1).id, takeId: firstOf(project.document.takes).id }),
  'take.add': (project) => ({ take: takeOf(project.document, project.shot(1).id, PREVIZ, project.context), select: true }),
  'take.annotate': ({ document }) => ({ takeId: firstOf(document.takes).id, isStarred: true, note: 'the light is good' }),
  'transition.set': (project) => ({ sequenceId: project.sequenceId, afterShotId: project.shot(1).id, kind: 'wipe', durationFrames: 6 }),
  'caption.add': (project) => ({ sequenceId: project.sequenceId, anchor: anchorOf(project), durationFrames: 10, text: 'hi' }),
  'caption.edit': ({ document }) => ({ captionId: firstOf(document.captions).id, changes: { text: 'ho' } }),
  'caption.delete': ({ document }) => ({ captionIds: [firstOf(document.captions).id] }),
  'title.add': (project) => ({ sequenceId: project.sequenceId, anchor: anchorOf(project), durationFrames: 10, text: 'hi' }),
  'title.edit': ({ document }) => ({ titleId: firstOf(document.titles).id, changes: { size: 0.2 } }),
  'title.delete': ({ document }) => ({ titleIds: [firstOf(document.titles).id] }),
  'audio.add': (project) => ({ sequenceId: project.sequenceId, anchor: anchorOf(project), mediaId: firstOf(project.document.media).id, durationFrames: 10, role: 'music' }),
  'audio.edit': ({ document }) => ({ audioClipId: firstOf(document.audioClips).id, changes: { gainDb: -6, isMuted: true } }),
  'audio.delete': ({ document }) => ({ audioClipIds: [firstOf(document.audioClips).id] }),
  'marker.add': (project) => ({ sequenceId: project.sequenceId, anchor: anchorOf(project), text: 'hi' }),
  'marker.edit': ({ document }) => ({ markerId: firstOf(document.markers).id, changes: { text: 'ho' } }),
  'marker.delete': ({ document }) => ({ markerIds: [firstOf(document.markers).id] }),
  'media.add': ({ context }) => ({ media: mediaOf('image', context) }),
  'project.edit': () => ({ title: 'New title', styleLine: 'film grain', packId: 'wan', frameRate: { num: 30, den: 1 }, frameSize: { width: 1920, height: 1080 } }),
  'sequence.importScript': ({ sequenceId }) => ({ sequenceId, text: 'A red house.\n\nA blue boat.', index: null }),
}

function fullProject(): TestProject {
  const project = aProject().withShots(3)
  const { sequenceId } = project
  project.generate(0)
  const media = mediaOf('audio', project.context)
  project.run('media.add', { media })
  project.run('transition.set', { sequenceId, afterShotId: project.shot(0).id, kind: 'dissolve', durationFrames: 10 })
  project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
  project.run('caption.add', { sequenceId, anchor: anchorOf(project), durationFrames: 10, text: 'a caption' })
  project.run('title.add', { sequenceId, anchor: anchorOf(project), durationFrames: 10, text: 'a title' })
  project.run('marker.add', { sequenceId, anchor: anchorOf(project), text: 'a marker' })
  project.run('audio.add', { sequenceId, anchor: anchorOf(project), mediaId: media.id, durationFrames: 10, role: 'voice' })
  project.forgetHistory()
  return project
}

function check<T extends CommandType>(type: T): void {
  const project = fullProject()
  const before = canonicalJson(project.document)
  const edit = project.run(type, EXAMPLES[type](project))
  const after = canonicalJson(project.document)
  expect(after).not.toBe(before)
  expect(ProjectDocumentSchema.safeParse(project.document).error?.issues).toBeUndefined()
  expect(edit.label).toMatch(/^[A-Z][^.]*$/)
  expect(edit.source).toBe(type === 'take.add' || type === 'media.add' ? 'engine' : 'user')
  // What the engine adds is no step of the user's, and stays.
  expect(project.undo()).toBe(edit.source === 'user')
  expect(canonicalJson(project.document)).toBe(edit.source === 'user' ? before : after)
  project.redo()
  expect(canonicalJson(project.document)).toBe(after)
}

it.each(Object.keys(COMMANDS) as CommandType[])('%s: applies, undoes and redoes to the same projects', (type) => check(type))

it.each(Object.keys(COMMANDS) as CommandType[])('%s: refuses payloads that are no payload, and changes nothing', (type) => {
  const project = fullProject()
  const before = project.document
  for (const payload of [undefined, null, 7, 'text', [], { unknown: 1 }, { ...(EXAMPLES[type](project) as object), extra: true }]) {
    const outcome = project.attempt({ type, payload })
    expect(isRejection(outcome) && outcome.rejected).toBe('invalid-payload')
  }
  expect(project.document).toBe(before)
})

it.each(Object.keys(COMMANDS) as CommandType[])('%s: refuses ids that nothing in the project has', (type) => {
  const project = fullProject()
  const text = JSON.stringify(EXAMPLES[type](project)).replaceAll(/"(shotId|fromShotId|toShotId|takeId|sequenceId|afterShotId|captionId|titleId|audioClipId|markerId|mediaId)":"([a-z]+)_[^"]*"/g, '"$1":"$2_unknown"')
    .replaceAll(/"(shotIds|captionIds|titleIds|audioClipIds|markerIds)":\["([a-z]+)_[^\]]*\]/g, '"$1":["$2_unknown"]')
  // These name nothing but what they bring along; a take of an unknown shot is kept as an orphan.
  if (['take.add', 'media.add', 'project.edit'].includes(type)) return
  const outcome = project.attempt(command(type, JSON.parse(text)))
  expect(isRejection(outcome) && outcome.rejected).toBe('not-found')
})
