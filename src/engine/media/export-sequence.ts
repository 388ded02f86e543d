/** Exports a sequence as one MP4: every frame painted by the code that the preview runs, piped to ffmpeg, checked, then named. */
import { rm, stat } from 'node:fs/promises'
import type { ExportRequest, ExportResult } from '#contracts/engine-api.ts'
import { StudioError } from '#core/errors.ts'
import type { FrameRate } from '#core/document/schema.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import { audioPlan } from '#core/render/audio.ts'
import { compileSequence } from '#core/render/graph.ts'
import type { ExportContext } from '../media-port.ts'
import { mixAudio, mixInput } from './audio-mix.ts'
import { registerFonts } from './canvas-fonts.ts'
import { writeContactSheet } from './contact-sheet.ts'
import { encodePainted } from './encode-in-thread.ts'
import { collectFiles } from './export-checks.ts'
import { outputTiming, paintSequence, type OutputTiming } from './export-frames.ts'
import { ExportProgress } from './export-progress.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { temporaryBeside, writeVerified } from './verified-file.ts'
import { BT709_TAGS, checkVideo, closedGop, hasOddEdge, MP4 } from './video-writer.ts'

export interface ExportSetting extends ExportContext {
  /** null: the fonts of this installation. */
  readonly fontsFolder: string | null
}

/**
 * Throws EXPORT_BLOCKED, MEDIA_MISSING, MEDIA_CORRUPT, FILE_EXISTS, FOLDER_NOT_WRITABLE, DISK_FULL, FFMPEG_FAILED or
 * CancelledError; then no partial file is left, and a file that was there is as it was.
 */
export async function exportSequence(request: ExportRequest, ffmpeg: Ffmpeg, setting: ExportSetting): Promise<ExportResult> {
  const { preset, document } = request
  const { signal } = setting
  if (hasOddEdge(preset.frameSize)) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `${preset.frameSize.width}x${preset.frameSize.height} cannot be delivered: H.264 for platforms needs even edges.`, remedy: 'Choose a preset with even width and height.' })
  }
  if (request.contactSheetFile !== null && !request.overwrite) await refuseExisting(request.contactSheetFile)
  const compiled = compileSequence(document, request.sequenceId)
  const plan = audioPlan(document, request.sequenceId)
  const output = outputTiming(compiled, preset)
  const progress = new ExportProgress(request.jobId, output.frameCount, setting.onProgress)
  progress.stage('verifying', 0)
  registerFonts(setting.fontsFolder)
  const estimatedBytes = estimateBytes(preset, output.seconds)
  const written = await writeVerified({ file: request.outputFile, overwrite: request.overwrite, estimatedBytes }, async (temporary) => {
    const files = await collectFiles(request, compiled, plan, signal)
    const sound = temporaryBeside(request.outputFile, '.pcm')
    try {
      progress.stage('decoding', 0.01)
      await mixAudio(ffmpeg, plan, Math.round(output.seconds * plan.sampleRate), files.sounds, sound, signal)
      const frames = paintSequence({ ffmpeg, compiled, files, preset, output, markDrafts: request.markDrafts, signal, onFrame: (completed) => progress.composed(completed), onLastFrame: () => progress.encodingRest() })
      await encodePainted(ffmpeg.ffmpeg, {
        frames, frameSize: preset.frameSize, frameRate: output.frameRate, otherInputs: [mixInput(sound, plan.sampleRate)], outputOptions: deliveryOptions(preset, output.frameRate),
      }, temporary, signal)
    } finally {
      await rm(sound, { force: true })
    }
    progress.stage('checking', 0.97)
    await checkDelivery(ffmpeg, temporary, preset, output, signal)
    if (request.contactSheetFile !== null) {
      await writeContactSheet(ffmpeg, { file: request.contactSheetFile, overwrite: request.overwrite, video: temporary, heading: document.project.title, frameSize: preset.frameSize, ...output }, signal)
    }
    return {}
  })
  progress.done()
  return {
    file: request.outputFile, bytes: written.bytes, sha256: written.sha256, frameCount: output.frameCount, durationSeconds: output.seconds,
    frameSize: preset.frameSize, contactSheetFile: request.contactSheetFile, wallSeconds: progress.elapsedMs / 1_000,
  }
}

function deliveryOptions(preset: ExportPreset, frameRate: FrameRate): string[] {
  const { video, audio } = preset
  const keyframeFrames = Math.max(1, Math.round((video.keyframeSeconds * frameRate.num) / frameRate.den))
  return [
    '-map', '0:v:0', '-map', '1:a:0', '-c:v', 'libx264', '-preset', 'veryfast',
    '-crf', String(video.crf), '-maxrate', `${video.maxBitrateKbps}k`, '-bufsize', `${video.maxBitrateKbps * 2}k`,
    ...closedGop(keyframeFrames), '-pix_fmt', 'yuv420p', '-profile:v', preset.video.profile, ...BT709_TAGS,
    '-c:a', 'aac', '-b:a', `${audio.bitrateKbps}k`, '-ar', String(audio.sampleRate), '-ac', String(audio.channels), ...MP4,
  ]
}

async function checkDelivery(ffmpeg: Ffmpeg, file: string, preset: ExportPreset, output: OutputTiming, signal: AbortSignal): Promise<void> {
  const { audio, audioStream } = await checkVideo(ffmpeg, file, { frameCount: output.frameCount, frameSize: preset.frameSize, frameRate: output.frameRate }, signal)
  // An AAC frame holds 1024 samples: the sound may be up to two of them longer than the pictures.
  const tolerance = 2_048 / preset.audio.sampleRate + output.frameRate.den / output.frameRate.num
  const seconds = audioStream?.duration ?? 0
  if (audio?.codec === 'aac' && audio.sampleRate === preset.audio.sampleRate && Math.abs(seconds - output.seconds) <= tolerance) return
  throw new StudioError({
    code: 'FFMPEG_FAILED', message: 'The written video does not hold the sound that was mixed.', remedy: 'Try again; if it fails again, name another ffmpeg in FFMPEG_PATH.',
    detail: `${audio?.codec ?? 'no sound'}, ${audio?.sampleRate} Hz, ${seconds} s instead of ${output.seconds} s`,
  })
}

/** What the rate control allows, twice: moving the index to the front needs no second copy, but the sound lies beside it meanwhile. */
function estimateBytes(preset: ExportPreset, seconds: number): number {
  const videoAndSound = ((preset.video.maxBitrateKbps + preset.audio.bitrateKbps) * 1_000 * seconds) / 8
  const rawSound = seconds * 48_000 * 4
  return Math.ceil(videoAndSound + rawSound)
}

async function refuseExisting(file: string): Promise<void> {
  if (!await stat(file).catch(() => null)) return
  throw new StudioError({ code: 'FILE_EXISTS', message: `${file} already exists.`, remedy: 'Choose another name, or allow overwriting.' })
}
