/** The studio's answers about work: job.*, media.* and export.presets. */
import type { ContractHandlers } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import { EXPORT_PRESETS } from '#core/export/presets.ts'
import { exportJob } from '../jobs/ask-export.ts'
import { generateJobs } from '../jobs/ask-generate.ts'
import { operateJobs } from '../jobs/ask-operate.ts'
import { addToneBed, importContents, importMedia } from '../media/media-store.ts'
import { mediaStorePorts, type StudioServices } from '../studio-services.ts'

type Handlers = Pick<ContractHandlers<StudioContract>, 'job.generate' | 'job.operate' | 'job.export' | 'job.list' | 'job.cancel' | 'media.import' | 'media.importContents' | 'media.toneBed' | 'export.presets'>

export function jobHandlers(services: StudioServices): Handlers {
  const { projects, queue, engine, mediaEngine } = services
  const media = mediaStorePorts(services)
  return {
    'job.generate': (input) => {
      const { jobs, skipped } = generateJobs(projects.get(input.projectId), input, services)
      engine.revive()
      queue.add(jobs)
      return { jobIds: jobs.map(({ jobId }) => jobId), skipped: [...skipped] }
    },
    'job.operate': ({ projectId, operation }) => {
      const { jobs, shotId } = operateJobs(projects.get(projectId), operation, services)
      engine.revive()
      queue.add(jobs)
      return { jobIds: jobs.map(({ jobId }) => jobId), shotId }
    },
    'job.export': (input) => {
      const job = exportJob(projects.get(input.projectId), input, services)
      mediaEngine.revive()
      queue.add([job])
      return { jobId: job.jobId }
    },
    'job.list': ({ projectId }) => ({ jobs: [...queue.list(projectId)] }),
    'job.cancel': async ({ jobId }) => {
      await queue.cancel(jobId)
      return {}
    },
    'media.import': async ({ projectId, file }) => {
      mediaEngine.revive()
      return { mediaId: await importMedia(projects.get(projectId), file, media) }
    },
    'media.importContents': async ({ projectId, name, base64 }) => {
      mediaEngine.revive()
      return { mediaId: await importContents(projects.get(projectId), name, Buffer.from(base64, 'base64'), media) }
    },
    'media.toneBed': async ({ projectId, seconds, seed, mood }) => {
      mediaEngine.revive()
      return { mediaId: await addToneBed(projects.get(projectId), { seconds, seed, mood }, media) }
    },
    'export.presets': () => ({ presets: [...EXPORT_PRESETS] }),
  }
}
