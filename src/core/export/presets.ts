/** The export presets that ship with the studio: what each platform asks for, with where and when it was looked up. */
import type { ExportPreset } from './preset.ts'

/** Date of the look-up that the figures below come from. */
const AS_OF = '2026-11-22'

type Video = ExportPreset['video']
type Audio = ExportPreset['audio']
type SafeArea = ExportPreset['safeArea']

const MEGABYTE = 1_000_000
const VERTICAL = Object.freeze({ width: 1080, height: 1920 })
const HORIZONTAL = Object.freeze({ width: 1920, height: 1080 })
const VIDEO: Video = Object.freeze({ codec: 'h264', profile: 'high', crf: 18, maxBitrateKbps: 12_000, keyframeSeconds: 2 })
const AUDIO: Audio = Object.freeze({ codec: 'aac', bitrateKbps: 192, sampleRate: 48_000, channels: 2 })
const OPEN_LIMITS: ExportPreset['limits'] = Object.freeze({ minSeconds: 0, maxSeconds: 36_000, maxBytes: null })

/** What no vertical platform covers: x 108-972, y 384-1536 of 1080x1920, by a third-party comparison. */
const VERTICAL_CORE: SafeArea = Object.freeze({ top: 0.2, right: 0.1, bottom: 0.2, left: 0.1 })
/** Action-safe share of a television picture: 5 % on each side. */
const HORIZONTAL_SAFE: SafeArea = Object.freeze({ top: 0.05, right: 0.05, bottom: 0.05, left: 0.05 })

/**
 * Platform presets first, generic ones last. `verified` is true only where the platform itself states the figures;
 * the others are third-party reports, and safe areas are never official.
 */
export const EXPORT_PRESETS: readonly ExportPreset[] = Object.freeze([
  vertical('tiktok', 'TikTok', {
    source: 'Third-party API documentation: ayrshare/tiktok (MP4, 23-60 fps, 3-600 s, file limit reported as 1 GB and as 10 GB); safe area: houseofmarketers.com',
    limits: { minSeconds: 3, maxSeconds: 600, maxBytes: 1_000 * MEGABYTE },
    safeArea: { top: 0.1, right: 0.15, bottom: 0.2, left: 0.06 },
  }),
  vertical('douyin', 'Douyin', {
    source: 'Third-party: todayonhistory.com/know/72808 (1080x1920, H.264 MP4, up to 4 GB, 24-60 fps); length not found; safe area taken over from TikTok',
    limits: { minSeconds: 3, maxSeconds: 900, maxBytes: 4_000 * MEGABYTE },
    safeArea: { top: 0.1, right: 0.15, bottom: 0.2, left: 0.06 },
  }),
  vertical('youtube-shorts', 'YouTube Shorts', {
    source: 'support.google.com/youtube/answer/1722171 (bit rates, AAC 384 kbps, keyframe interval); the 3 minutes are unsourced; safe area: youraithumbnailgenerator.com',
    video: { ...VIDEO, keyframeSeconds: 0.5 },
    audio: { ...AUDIO, bitrateKbps: 384 },
    limits: { minSeconds: 1, maxSeconds: 180, maxBytes: null },
    safeArea: { top: 0.1, right: 0.12, bottom: 0.25, left: 0.06 },
  }),
  vertical('instagram-reels', 'Instagram Reels', {
    source: 'Third-party API documentation: ayrshare/instagram (9:16, 23-60 fps, 3 s - 15 min, AAC up to 48 kHz, file limit reported as 300 MB and as 1 GB); safe area: houseofmarketers.com',
    limits: { minSeconds: 3, maxSeconds: 900, maxBytes: 300 * MEGABYTE },
    safeArea: { top: 0.14, right: 0.06, bottom: 0.35, left: 0.06 },
  }),
  vertical('kuaishou', 'Kuaishou', {
    source: 'Video figures not found; the generic vertical master is used',
    limits: { minSeconds: 3, maxSeconds: 600, maxBytes: null },
    safeArea: VERTICAL_CORE,
  }),
  Object.freeze({
    ...vertical('generic-1080x1920', 'Generic', {
      source: 'Common vertical master of the design notes; safe area: shortsfire.com',
      limits: OPEN_LIMITS,
      safeArea: VERTICAL_CORE,
    }),
    name: 'Vertical 1080×1920',
  }),
  Object.freeze({
    ...vertical('generic-1920x1080', 'Generic', {
      source: 'Common horizontal master of the design notes',
      limits: OPEN_LIMITS,
      safeArea: HORIZONTAL_SAFE,
    }),
    name: 'Horizontal 1920×1080',
    frameSize: HORIZONTAL,
  }),
])

/** The preset of an id, or null. */
export function findExportPreset(id: string): ExportPreset | null {
  return EXPORT_PRESETS.find((preset) => preset.id === id) ?? null
}

interface PlatformFacts {
  readonly source: string
  readonly video?: Video
  readonly audio?: Audio
  readonly limits: ExportPreset['limits']
  readonly safeArea: SafeArea
}

function vertical(id: string, platform: string, { source, video = VIDEO, audio = AUDIO, limits, safeArea }: PlatformFacts): ExportPreset {
  return Object.freeze({
    id, name: platform, platform, asOf: AS_OF, source, frameSize: VERTICAL, frameRate: null, video, audio,
    limits: Object.freeze({ ...limits }), safeArea: Object.freeze({ ...safeArea }), verified: false,
  })
}
