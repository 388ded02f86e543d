/**
 * `npm run bench`: how fast the embedded pack draws on this machine, and how little the studio adds to the model.
 * Sizes and lengths take turns, so that a busy moment of the machine touches all of them alike. Options: --rounds N (default 3).
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { physicalCores } from '#engine/inference/physical-cores.ts'
import { PACK } from '../previz/held-out.ts'
import { timeSameTake } from './same-take.ts'
import { table } from './statistics.ts'
import type { Figure } from './statistics.ts'
import { startTimedEngine } from './timed-engine.ts'
import type { Measured } from './timed-engine.ts'

const SIZES = [{ width: 160, height: 96 }, { width: 96, height: 160 }, { width: 128, height: 128 }]
const LENGTHS = [17, 49]
/** A shot of two seconds is 17 frames at the pack's 8 a second. */
const SHOT_SECONDS = 8
const PREVIEW_SECONDS = 1
const OVERHEAD = 1.05
const SAME_TAKE = 0.02
const PACK_MB = 40

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const rounds = Number(parseArgs({ options: { rounds: { type: 'string', default: '3' } } }).values.rounds)

say(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${physicalCores()} cores used, Node ${process.versions.node}; ${rounds} rounds`)
const { bytes } = await createPackVerifier().verify(PACK)
const cold = await measureCold()
const warm = await measureWarm()
const same = await timeSameTake()
say(table([
  ...warm.map(shotFigure),
  { name: 'first preview, engine just started, 17 frames', values: previews(cold), unit: 's', target: PREVIEW_SECONDS, note: 'pack verified, models loaded' },
  ...warm.map((cell): Figure => ({ name: `first preview, ${cell.title}`, values: previews(cell.runs), unit: 's', target: PREVIEW_SECONDS })),
  ...warm.map((cell): Figure => ({ name: `wall / model, ${cell.title}`, values: cell.runs.map((run) => run.wallSeconds / run.modelSeconds), unit: '', target: OVERHEAD })),
  { name: 'the same shot again / first time, whole studio', values: [same.againSeconds / same.firstSeconds], unit: '', target: SAME_TAKE, note: `${same.firstSeconds.toFixed(2)} s, then ${same.againSeconds.toFixed(3)} s` },
  { name: 'pack on disk', values: [bytes / 1e6], unit: 'MB', target: PACK_MB },
  ...warm.filter((cell) => cell.title.startsWith('160x96')).map((cell): Figure => ({ name: `take on disk, ${cell.title}`, values: cell.runs.map((run) => run.takeBytes / 1e6), unit: 'MB', target: null })),
]))

interface Cell {
  readonly title: string
  readonly frameCount: number
  readonly runs: readonly Measured[]
}

/** A new engine each time: what the first shot after the start costs. */
async function measureCold(): Promise<readonly Measured[]> {
  const runs: Measured[] = []
  for (let round = 0; round < rounds; round++) {
    const engine = startTimedEngine()
    try {
      runs.push(await engine.measure({ seed: round }))
    } finally {
      await engine.dispose()
    }
  }
  return runs
}

async function measureWarm(): Promise<readonly Cell[]> {
  const engine = startTimedEngine()
  const cells = LENGTHS.flatMap((frameCount) => SIZES.map((frameSize) => ({ title: `${frameSize.width}x${frameSize.height} x ${frameCount}`, frameCount, frameSize, runs: [] as Measured[] })))
  try {
    await engine.measure({ steps: 1 })
    for (let round = 0; round < rounds; round++) {
      for (const { frameCount, frameSize, runs } of cells) runs.push(await engine.measure({ frameCount, frameSize, seed: round }))
    }
  } finally {
    await engine.dispose()
  }
  return cells
}

function shotFigure({ title, frameCount, runs }: Cell): Figure {
  return { name: `a shot, ${title}`, values: runs.map((run) => run.wallSeconds), unit: 's', target: frameCount === 17 ? SHOT_SECONDS : null }
}

function previews(runs: readonly Measured[]): readonly number[] {
  return runs.flatMap((run) => (run.firstPreviewSeconds === null ? [] : [run.firstPreviewSeconds]))
}
