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
import { listPacks } from './commands/packs.ts'
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
program.command('export').argument('<folder>').description('write one file for a platform')
  .option('--preset <id>', 'platform preset', 'generic-1080x1920').option('--out <file>').option('--overwrite', 'replace an existing file')
  .option('--allow-drafts', 'export takes of the draft model').option('--no-draft-mark', 'do not burn the DRAFT mark into drafts').option('--contact-sheet')
  .action((folder: string, options: ExportOptions) => run((context) => exportProject(context, folder, options)))
program.command('packs').description('list the model packs').option('--verify', 'hash every file')
  .action((options: { verify?: boolean }) => run((context) => listPacks(context, options)))
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
