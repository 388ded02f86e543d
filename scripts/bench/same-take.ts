/** How long the whole studio (services, engine process, database) takes for a shot, and for the same shot asked for again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStudioClient } from '#cli/studio-client.ts'
import { followJobs } from '#cli/follow-jobs.ts'
import { createOutput } from '#cli/output.ts'

export interface SameTakeTimes {
  readonly firstSeconds: number
  readonly againSeconds: number
}

/** The shot takes part with its take let go of, so that it has to be made again; what is stored answers. */
export async function timeSameTake(): Promise<SameTakeTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-bench-studio-'))
  const studio = openStudioClient(join(folder, 'data'))
  try {
    const { client } = studio
    const snapshot = await client.call('project.create', {
      title: 'Bench', frameSize: { width: 1080, height: 1920 }, frameRate: { num: 24, den: 1 }, script: 'A red car on a beach at sunset.', folder: join(folder, 'project'),
    })
    const projectId = snapshot.document.project.id
    const shotIds = Object.keys(snapshot.document.shots).slice(0, 1)
    const make = async (): Promise<number> => {
      const startedAt = performance.now()
      const { jobIds } = await client.call('job.generate', { projectId, shotIds, variations: 1, newSeeds: false })
      if (jobIds.length === 0) throw new Error('The shot was not made again.')
      await followJobs(client, jobIds, createOutput(true, process), new AbortController().signal)
      return (performance.now() - startedAt) / 1000
    }
    await client.call('pack.list', {})
    const firstSeconds = await make()
    await client.call('project.dispatch', { projectId, command: { type: 'shot.selectTake', payload: { shotId: shotIds[0], takeId: null } }, coalesceKey: null })
    return { firstSeconds, againSeconds: await make() }
  } finally {
    await studio.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}
