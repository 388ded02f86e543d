/** The command line `shotwright`: the same services as the app, without a window. */
import { Command } from 'commander'
import { CancelledError, StudioError } from '#core/errors.ts'
import { watchInterrupts } from '#services/interrupts.ts'
import { VERSION } from '#services/local-studio.ts'
import type { CommandContext } from './command-context.ts'
import { demo } from './commands/demo.ts'
import { doctor } from './commands/doctor.ts'
import { exportProject, type ExportOptions } from './commands/export-project.ts'
import { newProject, type NewOptions } from './commands/new-project.ts'
import { importPack, installPack, listPacks, movePacks, removePack, repairPack, setMirror, showCatalogue, verifyPacks } from './commands/packs.ts'
import { bridge, extend, retake, type BridgeOptions, type ExtendOptions, type RetakeOptions } from './commands/operate.ts'
import { plan } from './commands/plan.ts'
import { render, type RenderOptions } from './commands/render.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { createOutput, type Output } from './output.ts'
import { openStudioClient } from './studio-client.ts'

const program = new Command('shotwright')
  .description('Storyboards in, finished videos out: the studio without a window.')
  .version(VERSION)
  .option('--json', 'print one JSON document instead of sentences')
  .option('--data <folder>', 'where the library and settings are kept')

program.command('new').argument('<folder>', 'new project folder').description('make a project, from a script if one is given')
  .option('--from <script>', 'text, Markdown or Fountain file').option('--title <title>')
  .option('--format <ratio>', '9:16, 16:9, 1:1 or 4:5', '9:16').option('--fps <rate>', 'frames a second', '30').option('--pack <id>', 'model pack; the embedded one if left out')
  .action((folder: string, options: NewOptions) => run((context) => newProject(context, folder, options)))
program.command('plan').argument('<folder>').description('say what would be rendered, why and how long it should take')
  .action((folder: string) => run((context) => plan(context, folder)))
program.command('render').argument('<folder>').description('generate the stale shots, or the ones named')
  .option('--shots <numbers>', 'for example 1,3-5').option('--variations <count>', 'takes for each shot', '1').option('--new-seeds', 'draw new seeds')
  .action((folder: string, options: RenderOptions) => run((context) => render(context, folder, options)))
program.command('retake').argument('<folder>').description('make a part of a shot’s take anew; the rest stays as it is')
  .requiredOption('--shot <number>').requiredOption('--from <seconds>', 'of the take').requiredOption('--to <seconds>', 'of the take')
  .option('--prompt <words>', 'for the new part; the shot keeps its own').option('--seed <number>').option('--variations <count>', 'takes to make', '1')
  .action((folder: string, options: RetakeOptions) => run((context) => retake(context, folder, options)))
program.command('extend').argument('<folder>').description('add to a shot’s take, before it or behind it')
  .requiredOption('--shot <number>').option('--before <seconds>').option('--after <seconds>')
  .option('--prompt <words>', 'for the new part; the shot keeps its own').option('--seed <number>').option('--variations <count>', 'takes to make', '1')
  .action((folder: string, options: ExtendOptions) => run((context) => extend(context, folder, options)))
program.command('bridge').argument('<folder>').description('put a shot between two that leads from the end of one to the start of the next')
  .requiredOption('--after <number>', 'the first of the two shots').requiredOption('--seconds <seconds>').option('--prompt <words>')
  .option('--seed <number>').option('--variations <count>', 'takes to make', '1')
  .action((folder: string, options: BridgeOptions) => run((context) => bridge(context, folder, options)))
program.command('export').argument('<folder>').description('write one file for a platform')
  .option('--preset <id>', 'platform preset', 'generic-1080x1920').option('--out <file>').option('--overwrite', 'replace an existing file')
  .option('--allow-drafts', 'export takes of the draft model').option('--no-draft-mark', 'do not burn the DRAFT mark into drafts').option('--contact-sheet')
  .action((folder: string, options: ExportOptions) => run((context) => exportProject(context, folder, options)))
const packs = program.command('packs').description('list, get, prove and remove model packs')
packs.command('list', { isDefault: true }).description('what is installed').option('--verify', 'hash every file')
  .action((options: { verify?: boolean }) => run((context) => listPacks(context, options)))
packs.command('catalogue').description('what can be had, how large it is, and under which terms').action(() => run(showCatalogue))
packs.command('install').argument('<id>', 'entry of the catalogue').description('download a pack; Ctrl+C pauses, the same command goes on')
  .option('--accept-licence', 'accept the limits that its licence sets')
  .action((id: string, options: { acceptLicence?: boolean }) => run((context) => installPack(context, id, options)))
packs.command('import').argument('<folder>').description('bring in a pack from a folder or drive')
  .option('--link', 'use it where it lies instead of copying it').option('--entry <id>', 'the entry of the catalogue that the folder is of').option('--accept-licence', 'with --entry: accept the limits that its licence sets')
  .action((folder: string, options: { link?: boolean; entry?: string; acceptLicence?: boolean }) => run((context) => importPack(context, folder, options)))
packs.command('verify').argument('[id]', 'one pack; all if left out').description('hash every file and name the bad ones')
  .action((id: string | undefined) => run((context) => verifyPacks(context, id)))
packs.command('repair').argument('<id>').description('fetch only the files that are missing or damaged')
  .action((id: string) => run((context) => repairPack(context, id)))
packs.command('remove').argument('<id>').description('remove an installed pack').option('--yes', 'even if projects use it')
  .action((id: string, options: { yes?: boolean }) => run((context) => removePack(context, id, options)))
packs.command('mirror').argument('[address]', 'https address; none if left out').description('where downloads come from instead of huggingface.co')
  .action((address: string | undefined) => run((context) => setMirror(context, address)))
packs.command('folder').argument('[folder]', 'the studio’s own if left out').description('move the packs to another folder')
  .action((folder: string | undefined) => run((context) => movePacks(context, folder)))
program.command('doctor').description('say what works on this machine and what to install')
  .action(() => run(doctor))
program.command('demo').description('render and export the sample project').option('--out <folder>', 'where it goes', 'demo-output')
  .option('--preset <id>', 'platform preset', 'tiktok')
  .action((options: { out: string; preset: string }) => run((context) => demo(context, options)))

async function run(action: (context: CommandContext) => Promise<void>): Promise<void> {
  const options = program.opts<{ json?: boolean; data?: string }>()
  const output = createOutput(options.json ?? false, process)
  const abort = new AbortController()
  watchInterrupts({ onFirst: () => abort.abort(), onAgain: () => process.exit(EXIT.cancelled) })
  try {
    const studio = openStudioClient(options.data ?? null)
    try {
      await action({ client: studio.client, output, signal: abort.signal })
    } finally {
      await studio.dispose()
    }
  } catch (error) {
    process.exitCode = report(error, output)
  }
}

function report(error: unknown, output: Output): number {
  if (error instanceof CancelledError) return EXIT.cancelled
  const shown = error instanceof StudioError ? error : new StudioError({
    code: 'INTERNAL', message: 'The command stopped on an unexpected error.', remedy: 'Nothing that was saved is lost. Run it again; if it happens twice, report the detail below.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error), cause: error,
  })
  output.error(shown)
  return exitCodeOf(shown.code)
}

// A reader that has seen enough (`… | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
await program.parseAsync()
