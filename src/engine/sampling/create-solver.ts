/** Which solver a pack's schedule names. */
import type { PackSolver } from '#contracts/pack-manifest.ts'
import { ddim } from './ddim.ts'
import { dmd } from './dmd.ts'
import { flowMatchEuler } from './flow-match-euler.ts'
import type { Solver, SolverRequest } from './solver.ts'
import { uniPc } from './unipc.ts'

const SOLVERS: Readonly<Record<PackSolver, (request: SolverRequest) => Solver>> = Object.freeze({
  'flow-match-euler': flowMatchEuler,
  unipc: uniPc,
  dmd,
  ddim,
})

export function createSolver(name: PackSolver, request: SolverRequest): Solver {
  return SOLVERS[name](request)
}
