/** Checks a sequence against an export preset before anything is rendered: what would be refused, cut off or look unfinished. */
import { shotLabel } from '../document/records.ts'
import type { ProjectDocument } from '../document/schema.ts'
import type { ShotState } from '../planning/shot-state.ts'
import { compileSequence, type CompiledSequence } from '../render/graph.ts'
import { audioPlan } from '../render/audio.ts'
import { framesToSeconds } from '../timeline/time.ts'
import type { LintCode, LintFinding, LintSeverity } from './lint-finding.ts'
import { lintTexts } from './lint-texts.ts'
import type { ExportPreset } from './preset.ts'

export type { LintCode, LintFinding, LintSeverity } from './lint-finding.ts'

export type ShotStates = ReadonlyMap<string, Pick<ShotState, 'kind'>>

export interface LintOptions {
  /** Ids of takes and media whose files are not where they should be. */
  readonly offlineIds?: ReadonlySet<string>
}

/** Every platform that was looked at takes 23 to 60 frames a second. */
const PLATFORM_RATES = { min: 23, max: 60 }
/** Shapes that differ by less are not cropped visibly. */
const ASPECT_TOLERANCE = 0.02

const SEVERITY_ORDER: Readonly<Record<LintSeverity, number>> = { error: 0, warning: 1, hint: 2 }

/** Findings with errors first, in the order of the timeline within each severity. */
export function lintExport(document: ProjectDocument, sequenceId: string, preset: ExportPreset, states: ShotStates, options: LintOptions = {}): readonly LintFinding[] {
  const compiled = compileSequence(document, sequenceId)
  if (compiled.totalFrames === 0) {
    return [{ severity: 'error', code: 'EMPTY_SEQUENCE', message: 'The sequence has no shots.', remedy: 'Add a shot and generate it first.' }]
  }
  const findings = [
    ...lintShots(document, compiled, states, options.offlineIds ?? new Set()),
    ...lintLength(compiled, preset),
    ...lintPicture(compiled, preset),
    ...lintAudio(document, sequenceId, options.offlineIds ?? new Set()),
    ...lintTexts(compiled, preset),
    ...lintPlatform(preset),
  ]
  return findings.sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity])
}

/** Whether an export may start: no errors, and drafts only with permission. */
export function isExportBlocked(findings: readonly LintFinding[], { allowDrafts }: { readonly allowDrafts: boolean }): boolean {
  return findings.some(({ severity, code }) => severity === 'error' || (code === 'DRAFT_TAKE' && !allowDrafts))
}

function lintShots(document: ProjectDocument, compiled: CompiledSequence, states: ShotStates, offlineIds: ReadonlySet<string>): LintFinding[] {
  const findings: LintFinding[] = []
  for (const { shot, take } of compiled.shots.values()) {
    const label = shotLabel(document, shot)
    const add = (severity: LintSeverity, code: LintCode, message: string, remedy: string): void => void findings.push({ severity, code, message, remedy, shotId: shot.id })
    if (!take) {
      add('error', 'MISSING_TAKE', `${label} has no take yet.`, 'Generate it, or remove it from the sequence.')
      continue
    }
    if (offlineIds.has(take.id)) add('error', 'OFFLINE_MEDIA', `The video of ${label} is not in the project folder.`, 'Put the file back, choose another take or generate the shot again.')
    if (states.get(shot.id)?.kind === 'stale') add('warning', 'STALE_TAKE', `${label} was changed after its take was made.`, 'Generate it again, or export the take as it is.')
    if (take.isDraft) add('warning', 'DRAFT_TAKE', `${label} is a draft.`, 'Generate it with a full model for the final video; drafts are exported only where you allow it.')
  }
  return findings
}

function lintLength({ totalFrames, frameRate }: CompiledSequence, { name, limits, video, audio }: ExportPreset): LintFinding[] {
  const seconds = framesToSeconds(totalFrames, frameRate)
  const findings: LintFinding[] = []
  if (seconds < limits.minSeconds) {
    findings.push({ severity: 'warning', code: 'TOO_SHORT', message: `The sequence lasts ${shown(seconds)} s; ${name} asks for at least ${limits.minSeconds} s.`, remedy: 'Add shots or lengthen some.' })
  }
  if (seconds > limits.maxSeconds) {
    findings.push({ severity: 'warning', code: 'TOO_LONG', message: `The sequence lasts ${shown(seconds)} s; ${name} takes at most ${limits.maxSeconds} s.`, remedy: 'Shorten it, or export it in parts.' })
  }
  const mostBytes = (seconds * (video.maxBitrateKbps + audio.bitrateKbps) * 1000) / 8
  if (limits.maxBytes !== null && mostBytes > limits.maxBytes) {
    findings.push({ severity: 'warning', code: 'FILE_TOO_LARGE', message: `The file may reach ${megabytes(mostBytes)} MB; ${name} takes ${megabytes(limits.maxBytes)} MB.`, remedy: 'Shorten the sequence or export it with a lower bit rate.' })
  }
  return findings
}

function lintPicture({ frameSize, frameRate }: CompiledSequence, preset: ExportPreset): LintFinding[] {
  const findings: LintFinding[] = []
  const ratio = (frameSize.width * preset.frameSize.height) / (frameSize.height * preset.frameSize.width)
  if (Math.abs(ratio - 1) > ASPECT_TOLERANCE) {
    const lost = Math.round(100 * (1 - Math.min(ratio, 1 / ratio)))
    findings.push({
      severity: 'warning', code: 'ASPECT_CROPPED',
      message: `The project is ${frameSize.width}×${frameSize.height}; ${preset.name} is ${preset.frameSize.width}×${preset.frameSize.height}, so ${lost} % of the picture is cut off at the ${ratio > 1 ? 'sides' : 'top and bottom'}.`,
      remedy: 'Choose a preset of the same shape, or change the frame size of the project.',
    })
  }
  const rate = preset.frameRate ?? frameRate
  const perSecond = rate.num / rate.den
  if (perSecond < PLATFORM_RATES.min || perSecond > PLATFORM_RATES.max) {
    findings.push({
      severity: 'warning', code: 'FRAME_RATE', message: `The project runs at ${shown(perSecond)} frames a second; platforms take ${PLATFORM_RATES.min} to ${PLATFORM_RATES.max}.`,
      remedy: 'Set the project to 24, 25, 30 or 60 frames a second.',
    })
  }
  return findings
}

function lintAudio(document: ProjectDocument, sequenceId: string, offlineIds: ReadonlySet<string>): LintFinding[] {
  const { segments } = audioPlan(document, sequenceId)
  if (segments.length === 0) return [{ severity: 'warning', code: 'NO_AUDIO', message: 'The sequence has no sound.', remedy: 'Add music, a voice or a generated tone bed; a silent track is written otherwise.' }]
  const offline = [...new Set(segments.map(({ mediaId }) => mediaId))].filter((mediaId) => offlineIds.has(mediaId))
  return offline.map((mediaId) => ({
    severity: 'error', code: 'OFFLINE_MEDIA',
    message: `The sound “${document.media[mediaId]?.displayName ?? mediaId}” is not in the project folder.`, remedy: 'Import it again, or delete its clips.',
  }))
}

/** Platforms by the rule on generated pictures that holds where they are used. */
const AI_LABELS: Readonly<Record<string, string>> = {
  'Douyin': 'China’s GB 45438-2025 asks for a visible label in the first two seconds or more, and for “AIGC” metadata.',
  'Kuaishou': 'China’s GB 45438-2025 asks for a visible label in the first two seconds or more, and for “AIGC” metadata.',
  'TikTok': 'TikTok asks that realistic generated pictures be declared when they are posted.',
  'YouTube Shorts': 'YouTube asks that realistic generated pictures be declared when they are uploaded.',
  'Instagram Reels': 'Instagram asks that realistic generated pictures be declared when they are posted.',
}

function lintPlatform({ platform, verified, asOf }: ExportPreset): LintFinding[] {
  const findings: LintFinding[] = []
  const label = Object.hasOwn(AI_LABELS, platform) ? AI_LABELS[platform] : undefined
  if (label !== undefined) findings.push({ severity: 'hint', code: 'AI_LABEL', message: label, remedy: 'Add a title at the start, or use the platform’s own label.' })
  if (!verified && label !== undefined) {
    findings.push({ severity: 'hint', code: 'PRESET_UNVERIFIED', message: `The limits and safe area of ${platform} come from third parties (as of ${asOf}).`, remedy: 'Check the platform’s own help pages if an upload is refused.' })
  }
  return findings
}

function shown(value: number): string {
  return String(Number(value.toFixed(2)))
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000)
}
