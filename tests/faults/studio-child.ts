/**
 * A studio in a process that is going to be killed: `edits <data> <folder>` or `jobs <data> <folder>`.
 * Each line that it writes was acknowledged to the caller before.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { systemClock } from '#services/clock.ts'
import { silentLog } from '#services/log.ts'
import { openStudio } from '#services/studio.ts'
import { FIXTURE_PACKS, localEngineHost } from '../services/studio-harness.ts'

const [mode = '', dataFolder = '', folder = ''] = process.argv.slice(2)

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const studio = openStudio({
  dataFolder, packFolders: [FIXTURE_PACKS], embeddedPackFolder: join(dataFolder, 'none'), engineHost: localEngineHost({ stepMs: 2 }),
  // Saving often makes it likely that a kill falls into the middle of it.
  clock: systemClock(), log: silentLog, version: '0.0.0-test', idleSaveMs: 1,
})
const [own, other] = memoryTransportPair()
studio.serve(other)
const client = createClient(STUDIO_CONTRACT, own)
const { document } = await client.call('project.open', { projectId: null, folder })
const projectId = document.project.id
const sequenceId = document.project.sequenceIds[0]
// A process that is killed would never write it, and the next one would compile everything again.
flushCompileCache()
say('open')

if (mode === 'hold') setInterval(() => {}, 60_000)
if (mode === 'edits') {
  for (let number = Object.keys(document.markers).length; ; number += 1) {
    const command = { type: 'marker.add', payload: { sequenceId, anchor: { shotId: null, offsetFrames: 0 }, text: String(number) } }
    const result = await client.call('project.dispatch', { projectId, command, coalesceKey: null })
    if (!result.ok) throw new Error(result.message)
    say(`edit ${number} ${result.revision}`)
    // Lets timers run, the one that saves among them.
    if (number % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
if (mode === 'jobs') {
  client.on('job.updated', (job) => {
    if (job.finishedAt !== null) say(`${job.state} ${job.jobId} ${job.takeId ?? ''}`)
  })
  await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
  setInterval(() => {}, 60_000)
}
