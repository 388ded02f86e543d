/** How many threads one model run should use. */
import { readdirSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, platform } from 'node:os'

const CPU_FOLDER = '/sys/devices/system/cpu'

/**
 * Physical cores that this process may use: two threads on the halves of one core make matrix products slower.
 * Limits of a container or an affinity mask are heeded.
 */
export function physicalCores(): number {
  const usable = availableParallelism()
  return Math.max(1, Math.min(usable, platform() === 'linux' ? linuxCores() ?? usable : guessedCores(usable)))
}

function linuxCores(): number | null {
  try {
    const cpus = readdirSync(CPU_FOLDER).filter((name) => /^cpu\d+$/.test(name))
    const cores = new Set(cpus.map((cpu) => readFileSync(`${CPU_FOLDER}/${cpu}/topology/thread_siblings_list`, 'utf8').trim()))
    return cores.size > 0 ? cores.size : null
  } catch {
    // Some containers hide /sys; the logical count is then the best there is.
    return null
  }
}

/** x64 machines elsewhere mostly run two threads a core; arm64 ones run one. */
function guessedCores(usable: number): number {
  return arch() === 'x64' ? Math.ceil(usable / 2) : usable
}
