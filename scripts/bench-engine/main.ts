/**
 * `npm run bench:engine`: how little the engine adds to the model, as ratios of two measurements of the same run. Ratios are what
 * counts: seconds depend on whatever else the machine does. Options: --rounds N (default 5), --only NAME (may be repeated).
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { physicalCores } from '#engine/inference/physical-cores.ts'
import { table } from '../bench/statistics.ts'
import type { Figure } from '../bench/statistics.ts'
import { measureCancel } from './cancel-latency.ts'
import { measureDevice } from './device-steps.ts'
import { measureMemory } from './tile-memory.ts'
import { measureOverhead } from './overhead.ts'
import { measureSameTake } from './same-take.ts'
import { measureSessions } from './session-cache.ts'
import { measureTiles } from './tiled-decode.ts'

const MEASUREMENTS: Readonly<Record<string, (rounds: number) => Promise<readonly Figure[]>>> = Object.freeze({
  overhead: measureOverhead, sessions: measureSessions, same: measureSameTake, cancel: measureCancel, tiles: measureTiles, memory: measureMemory, device: measureDevice,
})

const { rounds, only } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', multiple: true } } }).values
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${physicalCores()} cores used, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds`)
say('Ratios are what counts; seconds are those of this machine at this moment.')
const figures: Figure[] = []
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (only !== undefined && !only.includes(name)) continue
  say(`measuring ${name}…`)
  figures.push(...await measure(Number(rounds)))
}
say(table(figures))
