/**
 * `npm run parity`: the engine against golden vectors that the reference implementations made, one table for all families.
 * Options: --json (machine readable), --only TEXT (golden files whose name contains it), --golden FOLDER.
 * Exit code 1 where a target is missed.
 */
import { parseArgs } from 'node:util'
import { compareAll } from './compare-all.ts'
import { GOLDEN_FOLDER } from './golden-file.ts'
import { isMet, LIMITS } from './measure.ts'
import type { Parity } from './measure.ts'

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, golden: { type: 'string', default: GOLDEN_FOLDER } } })
const { rows, others } = await compareAll({ folder: options.golden, only: options.only })
const missed = rows.filter((row) => !isMet(row))
process.stdout.write(options.json ? `${JSON.stringify({ limits: LIMITS, rows: rows.map((row) => ({ ...row, isMet: isMet(row) })), others }, null, 2)}\n` : report())
// A case that is not there proves nothing.
process.exitCode = missed.length > 0 || rows.length === 0 ? 1 : 0

function report(): string {
  const header = ['family', 'case', 'token ids', 'step', 'final latents', 'frames', 'met']
  const lines = [header, ...rows.map(cells)]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)))
  const table = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] as number)).join('  ').trimEnd())
  return [
    ...table, '',
    `Targets: token ids equal; step <= ${LIMITS.step} (largest, relative, with the reference's velocities); final latents <= ${LIMITS.latents} (largest, relative); frames <= ${LIMITS.frames} of 255 levels (mean).`,
    ...missed.filter(({ problem }) => problem !== null).map(({ name, problem }) => `${name}: ${problem}`),
    ...(others.length === 0 ? [] : [`Compared by tests alone: ${others.join(', ')}.`]),
    rows.length === 0 ? 'There is nothing to compare.' : `${rows.length - missed.length} of ${rows.length} met.`, '',
  ].join('\n')
}

function cells(row: Parity): string[] {
  return [row.family, row.name, row.areTokenIdsEqual === null ? '' : row.areTokenIdsEqual ? 'equal' : 'DIFFER', figure(row.stepDifference), figure(row.latentDifference), figure(row.frameDifference), isMet(row) ? 'yes' : 'NO']
}

function figure(value: number | null): string {
  return value === null ? '' : value.toExponential(1)
}
