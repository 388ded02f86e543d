/** Where the film goes, and what that means for the picture: the viewer shows texts where this export will put them. */
import { EXPORT_PRESETS } from '#core/export/presets.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import type { FrameSize } from '#core/document/schema.ts'
import { DEFAULT_SAFE_AREA, type PaintOptions } from '#core/render/paint-context.ts'
import type { SessionState } from './session-store.ts'

const ASPECT_TOLERANCE = 0.02

/** The preset chosen, or the first one of the project's shape. */
export function chosenPreset(presetId: string | null, projectSize: FrameSize): ExportPreset | null {
  return EXPORT_PRESETS.find(({ id }) => id === presetId) ?? EXPORT_PRESETS.find(({ frameSize }) => isSameShape(frameSize, projectSize)) ?? EXPORT_PRESETS[0] ?? null
}

export interface Framing extends PaintOptions {
  readonly frameSize: FrameSize
}

/** How frames are painted: as the project while editing, as the export in Deliver. */
export function framingOf(state: Pick<SessionState, 'view' | 'presetId' | 'markDrafts'>, projectSize: FrameSize): Framing {
  const preset = chosenPreset(state.presetId, projectSize)
  if (state.view === 'deliver' && preset) return { frameSize: preset.frameSize, safeArea: preset.safeArea, markDrafts: state.markDrafts }
  const fits = preset && isSameShape(preset.frameSize, projectSize)
  return { frameSize: projectSize, safeArea: fits ? preset.safeArea : DEFAULT_SAFE_AREA, markDrafts: false }
}

function isSameShape(one: FrameSize, other: FrameSize): boolean {
  return Math.abs((one.width * other.height) / (one.height * other.width) - 1) < ASPECT_TOLERANCE
}
