/** `shotwright packs`: lists the model packs, and with --verify hashes every file of theirs. */
import { StudioError } from '#core/errors.ts'
import type { CommandContext } from '../command-context.ts'

export async function listPacks(context: CommandContext, options: { readonly verify?: boolean }): Promise<void> {
  const { packs } = await context.client.call('pack.list', {})
  const broken: string[] = []
  for (const pack of packs) {
    const size = `${(pack.bytes / 1e6).toFixed(1)} MB`
    context.output.line(`${pack.packId}  ${pack.name} ${pack.version}, ${pack.family}, ${size}, ${pack.licence.spdx}  ${pack.state}`)
    if (pack.error) context.output.line(`  ${pack.error.message} ${pack.error.remedy}`)
    if (pack.licence.excludedRegions.length > 0) context.output.line(`  Its licence excludes: ${pack.licence.excludedRegions.join(', ')}.`)
    if (options.verify === true) await context.client.call('pack.verify', { packId: pack.packId }).then(
      () => context.output.line('  Every file matches its hash.'),
      (error: unknown) => { broken.push(pack.packId); context.output.line(`  ${String(error)}`) },
    )
  }
  // With --json there is one document: the list, or the error.
  if (broken.length > 0) throw new StudioError({ code: 'MODEL_CORRUPT', message: `${broken.join(', ')} did not pass verification.`, remedy: 'Install the pack again.' })
  context.output.result({ packs, broken })
}
