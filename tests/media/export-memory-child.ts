/** Exports a sequence of the given length at full size and prints the most memory this process ever held, in bytes. */
import { join } from 'node:path'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { exportRequest, sampleProject, SMALL_PRESET, temporaryFolder } from './sample-project.ts'

const durationFrames = Number(process.argv[2])
const tools = createMediaTools()
const project = await sampleProject(tools, [{ durationFrames, takeFrames: 1 + Math.ceil(durationFrames / 3) }])
const preset = { ...SMALL_PRESET, frameSize: { width: 720, height: 1280 } }
await tools.exportSequence(exportRequest(project, join(await temporaryFolder(), 'out.mp4'), { preset }), { signal: new AbortController().signal, onProgress: () => undefined })
tools.dispose()
process.stdout.write(String(process.resourceUsage().maxRSS * 1024))
