/** The golden vectors, for tests; `npm run parity` reads and compares them with the same functions. */
export { largestDifference, packFolder, readGolden, relativeDifference } from '../../scripts/parity/golden-file.ts'
export type { Golden, GoldenTensor } from '../../scripts/parity/golden-file.ts'
