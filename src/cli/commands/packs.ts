/** `shotwright packs …`: what is installed, what can be had, and bringing it in, proving and removing it. */
import { resolve } from 'node:path'
import type { CatalogueAnswer, PackInstall, PackSummary } from '#contracts/studio-api.ts'
import { CancelledError, StudioError, type StudioErrorCode } from '#core/errors.ts'
import { formatBytes } from '#core/format-bytes.ts'
import type { CommandContext } from '../command-context.ts'
import { formatSeconds, progressBar } from '../output.ts'

export async function listPacks(context: CommandContext, options: { readonly verify?: boolean }): Promise<void> {
  const { packs } = await context.client.call('pack.list', {})
  const { installs } = await context.client.call('pack.catalogue', {})
  for (const pack of packs) describePack(context, pack)
  for (const install of installs) context.output.line(`${install.installId}  ${install.name}  ${install.state}, ${amount(install)}. Go on with: shotwright packs install ${install.entryId ?? install.installId}`)
  // With --json there is one document: the list, or the error.
  const broken = options.verify === true ? await verifyAll(context, packs) : []
  context.output.result({ packs, installs, broken })
}

export async function showCatalogue(context: CommandContext): Promise<void> {
  const answer = await context.client.call('pack.catalogue', {})
  const { line } = context.output
  for (const { entry, terms, acceptedAt, isInstalled } of answer.entries) {
    line(`${entry.id}  ${entry.name}, ${entry.family}${isInstalled ? '  installed' : ''}`)
    line(`  ${entry.goodFor}`)
    line(`  ${KIND_WORDS[entry.kind]}. On the disk: ${figure(entry.disk)}. Memory: ${entry.memory.map((row) => `${row.width} x ${row.height}, ${row.frames} frames: ${figure(row)}`).join('; ')}`)
    line(`  ${entry.licence.name} (${entry.licence.spdx}).${terms.map((term) => ` ${term}`).join('')}${acceptedAt === null ? '' : ` Accepted on ${acceptedAt}.`}`)
    if (entry.caveat !== null) line(`  ${entry.caveat}`)
  }
  line(`As of ${answer.asOf}. Packs folder: ${answer.folder}${answer.freeBytes === null ? '' : `, ${formatBytes(answer.freeBytes)} free`}. Mirror: ${answer.mirror ?? 'none'}.`)
  context.output.result(answer)
}

const KIND_WORDS: Readonly<Record<CatalogueAnswer['entries'][number]['entry']['kind'], string>> = {
  download: 'Downloaded, every file checked', community: 'Downloaded from a community folder, hashes pinned when it arrives', export: 'Made on your machine from the publisher’s folder',
}

export async function installPack(context: CommandContext, entryId: string, options: { readonly acceptLicence?: boolean }): Promise<void> {
  const { entries } = await context.client.call('pack.catalogue', {})
  const offer = entries.find(({ entry }) => entry.id === entryId)
  if (options.acceptLicence === true && offer && offer.terms.length > 0) {
    for (const term of offer.terms) context.output.line(term)
    await context.client.call('pack.acceptTerms', { entryId })
  }
  const done = await follow(context, entryId, () => context.client.call('pack.install', { entryId }))
  if (done.uncheckedFiles.length > 0) context.output.line(`Nobody has told us the hashes of ${done.uncheckedFiles.length} files: what arrived was pinned, and not compared with a known value.`)
  context.output.line(`"${done.name}" is installed. Use it with: shotwright new … --pack ${done.packId}`)
  context.output.result(done)
}

export async function importPack(context: CommandContext, folder: string, options: { readonly link?: boolean; readonly entry?: string; readonly acceptLicence?: boolean }): Promise<void> {
  const { client, output, signal } = context
  const stop = client.on('pack.installProgress', (install) => {
    if (install.kind === 'import') show(context, install)
  })
  const ask = () => client.call('pack.import', { folder: resolve(folder), mode: options.link === true ? 'link' : 'copy', entryId: options.entry ?? null }, { signal })
  try {
    if (options.acceptLicence === true && options.entry !== undefined) await client.call('pack.acceptTerms', { entryId: options.entry })
    const imported = await ask()
    output.progressDone(`"${imported.name}" is ${options.link === true ? 'used from where it lies' : 'imported'}.`)
    if (imported.uncheckedFiles.length > 0) output.line(`The hashes of ${imported.uncheckedFiles.length} files were computed and pinned; there was no known value to compare them with.`)
    output.result(imported)
  } finally {
    stop()
  }
}

export async function verifyPacks(context: CommandContext, packId: string | undefined): Promise<void> {
  const { packs } = await context.client.call('pack.list', {})
  const chosen = packId === undefined ? packs : packs.filter((pack) => pack.packId === packId)
  if (packId !== undefined && chosen.length === 0) throw new StudioError({ code: 'PACK_UNKNOWN', message: `The pack "${packId}" is not on this machine.`, remedy: 'List the packs with: shotwright packs' })
  await verifyAll(context, chosen)
  context.output.result({ verified: chosen.map((pack) => pack.packId) })
}

export async function repairPack(context: CommandContext, packId: string): Promise<void> {
  const done = await follow(context, `repair-${packId}`, () => context.client.call('pack.repair', { packId }))
  context.output.line(`Every file of "${done.name}" matches its hash.`)
  context.output.result(done)
}

export async function removePack(context: CommandContext, packId: string, options: { readonly yes?: boolean }): Promise<void> {
  const usage = await context.client.call('pack.usage', { packId })
  if (usage.projects.length > 0 && options.yes !== true) {
    throw new StudioError({
      code: 'INVALID_INPUT', message: `${usage.projects.length} projects use "${packId}": ${usage.projects.map(({ title }) => title).join(', ')}.`,
      remedy: 'Their takes stay; new ones need another pack. Remove it nevertheless with --yes.',
    })
  }
  const { freedBytes } = await context.client.call('pack.remove', { packId })
  context.output.line(usage.isLinked ? `"${packId}" is off the list; its files stay where they are.` : `"${packId}" is removed: ${formatBytes(freedBytes)} are free again.`)
  context.output.result({ packId, freedBytes })
}

export async function setMirror(context: CommandContext, address: string | undefined): Promise<void> {
  const answer = await context.client.call('pack.setMirror', { address: address ?? null })
  context.output.line(answer.address === null ? 'Packs are downloaded from huggingface.co.' : `Packs are downloaded from ${answer.address}.`)
  context.output.result(answer)
}

export async function movePacks(context: CommandContext, folder: string | undefined): Promise<void> {
  const answer = await context.client.call('pack.moveFolder', { folder: folder === undefined ? null : resolve(folder) }, { signal: context.signal })
  context.output.line(`Packs lie in ${answer.folder} from now on; ${answer.movedPacks} were moved there.`)
  context.output.result(answer)
}

/** Follows an installation to its end. Ctrl+C pauses: what was fetched stays. */
async function follow(context: CommandContext, installId: string, start: () => Promise<PackInstall>): Promise<PackInstall> {
  const { client, output, signal } = context
  let settle: (install: PackInstall) => void = () => undefined
  const ended = new Promise<PackInstall>((resolveEnd) => { settle = resolveEnd })
  const stop = client.on('pack.installProgress', (install) => {
    if (install.installId !== installId) return
    show(context, install)
    if (install.state === 'done' || install.state === 'failed' || install.state === 'paused' || install.state === 'cancelled') settle(install)
  })
  const onAbort = (): void => { client.call('pack.pause', { installId }).catch(() => { /* It has ended meanwhile. */ }) }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await start()
    if (signal.aborted) onAbort()
    const end = await ended
    if (end.state === 'done') output.progressDone(`${progressBar(1)} ${end.name}, ${formatBytes(end.completedBytes)}`)
    if (end.state === 'paused') output.progressDone(`Paused at ${amount(end)}; the same command goes on from there.`)
    if (end.error) throw asError(end.error)
    if (end.state !== 'done') throw new CancelledError()
    return end
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
  }
}

let lastFile = ''

function show({ output }: CommandContext, install: PackInstall): void {
  if (install.state === 'paused' || install.state === 'failed' || install.state === 'done' || install.state === 'cancelled') return
  if (install.state === 'waiting') {
    output.progress(`Another Shotwright is bringing in "${install.name}"; waiting for it …`)
    return
  }
  const speed = install.bytesPerSecond === null ? '' : `, ${formatBytes(install.bytesPerSecond)}/s`
  const left = install.remainingSeconds === null ? '' : `, ${formatSeconds(install.remainingSeconds)} left`
  const words = install.state === 'retrying' ? `  ${install.error?.message ?? ''} Trying again …` : speed + left
  output.progress(`${progressBar(install.totalBytes ? install.completedBytes / install.totalBytes : 0)} ${amount(install)}${words}  ${install.file ?? ''}`)
  // Where the line cannot overwrite itself, each file is told of once.
  if (install.file !== null && install.file !== lastFile) {
    lastFile = install.file
    output.step(`${install.file} (${install.fileNumber} of ${install.fileCount})`)
  }
}

function amount({ completedBytes, totalBytes }: PackInstall): string {
  return totalBytes === null ? formatBytes(completedBytes) : `${formatBytes(completedBytes)} of ${formatBytes(totalBytes)}`
}

function figure({ bytes, source }: { readonly bytes: number | null; readonly source: string }): string {
  return bytes === null ? source.replace(/\.$/, '') : formatBytes(bytes)
}

function describePack({ output }: CommandContext, pack: PackSummary): void {
  output.line(`${pack.packId}  ${pack.name} ${pack.version}, ${pack.family}, ${formatBytes(pack.bytes)}, ${pack.licence.spdx}  ${pack.state}${typeof pack.linkedFrom === 'string' ? `, linked from ${pack.linkedFrom}` : ''}`)
  if (pack.error) output.line(`  ${pack.error.message} ${pack.error.remedy}`)
  if (pack.licence.excludedRegions.length > 0) output.line(`  Its licence excludes: ${pack.licence.excludedRegions.join(', ')}.`)
}

/** The packs that are not whole; throws MODEL_CORRUPT after all were looked at. */
async function verifyAll(context: CommandContext, packs: readonly PackSummary[]): Promise<readonly string[]> {
  const { client, output, signal } = context
  const stop = client.on('pack.verifyProgress', ({ packId, file, completedBytes, totalBytes }) => output.progress(`${progressBar(totalBytes > 0 ? completedBytes / totalBytes : 1)} ${packId}: ${file}`))
  const broken: string[] = []
  let canRepair = false
  try {
    for (const pack of packs) {
      const problems = await client.call('pack.verify', { packId: pack.packId }, { signal }).then(
        (result) => {
          canRepair ||= result.canRepair && result.badFiles.length > 0
          return result.badFiles.map(({ file, problem }) => `${file}: ${PROBLEM_WORDS[problem]}`)
        },
        (error: unknown) => { if (error instanceof CancelledError) throw error; return [String(error)] },
      )
      // The status line is wiped: what was found is a result, and goes where results go.
      output.progress('')
      output.line(problems.length === 0 ? `${pack.packId}: every file matches its hash.` : `${pack.packId}: ${problems.join('; ')}.`)
      if (problems.length > 0) broken.push(`${pack.packId} (${problems.join('; ')})`)
    }
  } finally {
    stop()
  }
  if (broken.length > 0) {
    throw new StudioError({ code: 'MODEL_CORRUPT', message: `These did not pass verification: ${broken.join(', ')}.`, remedy: canRepair ? 'Fetch only the bad files again with: shotwright packs repair <id>' : 'Install the pack again.' })
  }
  return broken
}

const PROBLEM_WORDS = Object.freeze({ missing: 'is missing', size: 'has another size', contents: 'has other contents', link: 'is a link that leads elsewhere' })

function asError({ code, message, remedy, detail }: NonNullable<PackInstall['error']>): StudioError {
  return new StudioError({ code: code as StudioErrorCode, message, remedy, ...(detail === undefined ? {} : { detail }) })
}
