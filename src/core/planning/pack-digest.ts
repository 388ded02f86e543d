/** The identity of a model pack: what two installations that compute the same have in common. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/**
 * sha256 over the sha256 values of a pack's files (components and their external data), sorted, one a line.
 * File names and the manifest's words do not enter: a renamed pack makes the same takes.
 */
export function packDigestOf(fileHashes: readonly string[]): string {
  const lines = [...new Set(fileHashes)].sort().map((hash) => `${hash}\n`)
  return bytesToHex(sha256(utf8ToBytes(lines.join(''))))
}
