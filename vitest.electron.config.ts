/** The end-to-end tests that need Electron's own binary; they say why they are skipped where it is missing. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['tests/e2e-electron/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, maxWorkers: 1 },
})
