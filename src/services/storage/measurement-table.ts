/** How long this machine takes for a denoising step: what the estimates of a build plan are made of. */
import type { FrameSize } from '#core/document/schema.ts'
import type { SqlDatabase } from './database.ts'

export interface Measurement {
  readonly packId: string
  readonly packDigest: string
  readonly frameSize: FrameSize
  readonly frameCount: number
  readonly provider: string
  readonly secondsPerStep: number
}

export interface MeasurementTable {
  record(measurement: Measurement): void
  /** The newest measure of a pack's exact content; null before its first run here. */
  newestSecondsPerStep(packId: string, packDigest: string): number | null
}

export function measurementTable(database: SqlDatabase): MeasurementTable {
  return {
    record: ({ packId, packDigest, frameSize, frameCount, provider, secondsPerStep }) => {
      database.run(
        `INSERT INTO measurements (pack_id, pack_digest, frame_width, frame_height, frame_count, provider, seconds_per_step, measured_order)
         VALUES (:packId, :packDigest, :width, :height, :frameCount, :provider, :secondsPerStep, (SELECT coalesce(max(measured_order), 0) + 1 FROM measurements))
         ON CONFLICT (pack_id, pack_digest, frame_width, frame_height, frame_count, provider)
         DO UPDATE SET seconds_per_step = excluded.seconds_per_step, measured_order = excluded.measured_order`,
        { packId, packDigest, width: frameSize.width, height: frameSize.height, frameCount, provider, secondsPerStep },
      )
    },
    newestSecondsPerStep: (packId, packDigest) => {
      const row = database.get(
        `SELECT seconds_per_step FROM measurements INDEXED BY measurements_newest
         WHERE pack_id = :packId AND pack_digest = :packDigest ORDER BY measured_order DESC LIMIT 1`,
        { packId, packDigest },
      )
      return row ? Number(row['seconds_per_step']) : null
    },
  }
}
