import { describe, expect, it } from 'vitest'
import { formatBytes } from './format-bytes.ts'

describe('bytes', () => {
  it.each([[0, '0 bytes'], [640, '640 bytes'], [1_000, '1 kB'], [999_600, '1 MB'], [12_345_678, '12.3 MB'], [2_838_000_000, '2.84 GB'], [68_400_000_000, '68.4 GB'], [5e15, '5000 TB']])('%d read as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})
