/** What a running installation tells of itself. */
import type { PackInstall } from '#contracts/studio-api.ts'
import type { StudioError } from '#core/errors.ts'

export interface InstallReport {
  state(state: Extract<PackInstall['state'], 'waiting' | 'running' | 'checking'>): void
  plan(plan: { readonly fileCount: number; readonly totalBytes: number | null }): void
  file(name: string, number: number): void
  bytes(completedBytes: number): void
  trouble(trouble: StudioError | null): void
  unchecked(files: readonly string[]): void
}
