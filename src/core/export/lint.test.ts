import { describe, expect, it } from 'vitest'
import { aProject, mediaOf, PREVIZ, WAN, type TestProject } from '#tests/core-properties/project.ts'
import type { Take } from '../document/schema.ts'
import { shotState } from '../planning/shot-state.ts'
import { isExportBlocked, lintExport, type LintOptions } from './lint.ts'
import { findExportPreset } from './presets.ts'

/** Shots of two seconds with finished takes and music: nothing to find but the platform's hints. */
function finished(shots = 3, changes: Partial<Take> = {}): TestProject {
  const project = aProject().withShots(shots)
  for (let index = 0; index < shots; index++) project.generate(index, { isDraft: false, ...changes })
  return withMusic(project)
}

function withMusic(project: TestProject): TestProject {
  const media = mediaOf('audio', project.context)
  project.run('media.add', { media })
  project.run('audio.add', {
    sequenceId: project.sequenceId, mediaId: media.id, anchor: { shotId: null, offsetFrames: 0 }, trimStartFrames: 0, durationFrames: 240,
    gainDb: 0, fadeInFrames: 0, fadeOutFrames: 0, role: 'music', isMuted: false,
  })
  return project
}

function lint(project: TestProject, presetId = 'generic-1080x1920', options: LintOptions = {}) {
  const states = new Map(project.shotIds.map((shotId) => [shotId as string, shotState(project.document, shotId, [PREVIZ, WAN])]))
  return lintExport(project.document, project.sequenceId, findExportPreset(presetId)!, states, options)
}

function found(project: TestProject, presetId?: string, options?: LintOptions): string[] {
  return lint(project, presetId, options).map(({ severity, code, shotId }) => [severity, code, shotId === undefined ? '' : project.shotIds.indexOf(shotId)].join(' ').trim())
}

function caption(project: TestProject, text: string, durationFrames = 48): void {
  project.run('caption.add', { sequenceId: project.sequenceId, anchor: { shotId: project.shot(0).id, offsetFrames: 0 }, durationFrames, text })
}

describe('lintExport', () => {
  it('finds nothing in a finished sequence', () => {
    expect(found(finished())).toEqual([])
  })

  it('refuses an empty sequence and one that does not exist', () => {
    expect(found(aProject())).toEqual(['error EMPTY_SEQUENCE'])
    expect(isExportBlocked(lint(aProject()), { allowDrafts: true })).toBe(true)
  })

  it('names each shot without a take, as an error', () => {
    const project = withMusic(aProject().withShots(3))
    project.generate(1, { isDraft: false })
    expect(found(project)).toEqual(['error MISSING_TAKE 0', 'error MISSING_TAKE 2'])
    expect(lint(project)[0]!.message).toContain('Shot 1')
    expect(isExportBlocked(lint(project), { allowDrafts: true })).toBe(true)
  })

  it('wants permission for drafts', () => {
    const project = finished(2, { isDraft: true })
    expect(found(project)).toEqual(['warning DRAFT_TAKE 0', 'warning DRAFT_TAKE 1'])
    expect(isExportBlocked(lint(project), { allowDrafts: false })).toBe(true)
    expect(isExportBlocked(lint(project), { allowDrafts: true })).toBe(false)
  })

  it('warns of shots that were changed after their take', () => {
    const project = finished()
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { prompt: 'a blue boat' } })
    expect(found(project)).toEqual(['warning STALE_TAKE 1'])
    expect(isExportBlocked(lint(project), { allowDrafts: false })).toBe(false)
  })

  it('names files that are gone, pictures and sound, each once', () => {
    const project = finished()
    const takeId = project.shot(2).selectedTakeId!
    const mediaId = Object.keys(project.document.media)[0]!
    expect(found(project, 'generic-1080x1920', { offlineIds: new Set([takeId, mediaId]) })).toEqual(['error OFFLINE_MEDIA 2', 'error OFFLINE_MEDIA'])
  })

  it('warns of a sequence without sound, muted sound included', () => {
    const project = finished()
    const audioClipId = Object.values(project.document.audioClips)[0]!.id
    project.run('audio.edit', { audioClipId, changes: { isMuted: true } })
    expect(found(project)).toEqual(['warning NO_AUDIO'])
  })

  it('warns of a length that the platform does not take', () => {
    expect(found(finished(1), 'tiktok')).toContain('warning TOO_SHORT')
    expect(found(finished(2), 'tiktok')).not.toContain('warning TOO_SHORT')
    const project = finished(1)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { name: 'long' } })
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 24 * 200 })
    expect(found(project, 'youtube-shorts')).toContain('warning TOO_LONG')
    expect(found(project, 'tiktok')).not.toContain('warning TOO_LONG')
    expect(found(project, 'instagram-reels')).toContain('warning FILE_TOO_LARGE')
  })

  it('warns where the picture will be cropped, and says by how much', () => {
    const findings = lint(finished(), 'generic-1920x1080')
    expect(findings.map(({ code }) => code)).toEqual(['ASPECT_CROPPED'])
    expect(findings[0]!.message).toContain('68 % of the picture is cut off at the top and bottom')
  })

  it('warns of frame rates that platforms do not take', () => {
    const project = finished()
    project.run('project.edit', { frameRate: { num: 12, den: 1 } })
    expect(found(project)).toContain('warning FRAME_RATE')
  })

  it('warns of captions that do not fit, in Latin and Chinese, and leaves fitting ones alone', () => {
    for (const text of ['Somebody is up early.', '机器人在沙漠里醒来', 'Off through the trees,\ndown to the water.']) {
      const project = finished()
      caption(project, text)
      expect(found(project, 'instagram-reels').filter((finding) => finding.includes('TEXT')), text).toEqual([])
    }
    for (const text of ['Somebody is up very early today, long before the sun, and walks slowly down to the water where the blue boat of the old man lies and waits for us', '一个红色的机器人'.repeat(12), 'one\ntwo\nthree\nfour']) {
      const project = finished()
      caption(project, text, 144)
      expect(found(project, 'instagram-reels'), text).toContain('warning TEXT_TOO_LONG')
    }
  })

  it('warns of text that stands over the platform’s own, goes on after the end or flies past', () => {
    const project = finished()
    project.run('title.add', { sequenceId: project.sequenceId, anchor: { shotId: null, offsetFrames: 0 }, durationFrames: 48, text: 'A\nB\nC', position: 'centre', size: 0.3, fadeFrames: 0 })
    expect(found(project, 'instagram-reels')).toContain('warning TEXT_OUTSIDE_SAFE_AREA')
    caption(project, 'late', 200)
    expect(found(project)).toContain('warning TEXT_BEHIND_END')
    const fast = finished()
    caption(fast, 'Somebody is up very early today', 12)
    expect(found(fast)).toEqual(['warning TEXT_TOO_FAST'])
  })

  it('tells what platforms ask of generated pictures, by region, as a hint', () => {
    expect(lint(finished(), 'douyin').find(({ code }) => code === 'AI_LABEL')?.message).toContain('GB 45438-2025')
    expect(found(finished(), 'tiktok')).toEqual(['hint AI_LABEL', 'hint PRESET_UNVERIFIED'])
    expect(isExportBlocked(lint(finished(), 'tiktok'), { allowDrafts: false })).toBe(false)
  })

  it('puts errors first', () => {
    const project = aProject().withShots(2)
    expect(found(project, 'generic-1920x1080')).toEqual(['error MISSING_TAKE 0', 'error MISSING_TAKE 1', 'warning ASPECT_CROPPED', 'warning NO_AUDIO'])
  })

  it('gives every finding a sentence and a remedy', () => {
    const project = aProject().withShots(2)
    project.generate(0)
    caption(project, 'word '.repeat(200), 300)
    for (const { message, remedy } of lint(project, 'douyin')) {
      expect(message).toMatch(/^[A-Z“].{10,}[.!?]$/su)
      expect(remedy).toMatch(/^[A-Z].{5,}\.$/su)
    }
  })
})
