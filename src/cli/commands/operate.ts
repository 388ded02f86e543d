/** `shotwright retake | extend | bridge`: new takes of what exists; nothing is overwritten. */
import type { Operation } from '#contracts/studio-api.ts'
import { shotLabel } from '#core/document/records.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { packIdOf } from '#core/planning/shot-state.ts'
import { framesToSeconds, secondsToFrames } from '#core/timeline/time.ts'
import { activeSequenceId, openProject, shotsByNumber, type CommandContext } from '../command-context.ts'
import { describeDrift } from '../describe-drift.ts'
import { followJobs } from '../follow-jobs.ts'
import { formatSeconds } from '../output.ts'

export interface OperateOptions {
  readonly prompt?: string
  readonly seed?: string
  readonly variations: string
}

export interface RetakeOptions extends OperateOptions {
  readonly shot: string
  readonly from: string
  readonly to: string
}

export interface ExtendOptions extends OperateOptions {
  readonly shot: string
  readonly before?: string
  readonly after?: string
}

export interface BridgeOptions extends OperateOptions {
  readonly after: string
  readonly seconds: string
}

/** Seconds of the take that the shot shows, counted from the take's start. */
export function retake(context: CommandContext, folder: string, options: RetakeOptions): Promise<void> {
  return operate(context, folder, options, ({ document }, commons) => {
    const { shot, take } = shownTake(document, options.shot)
    const startFrame = Math.floor(number(options.from, '--from') * rateOf(take))
    const endFrame = Math.min(take.frameCount, Math.ceil(number(options.to, '--to') * rateOf(take)))
    return { kind: 'retake', takeId: take.id, shotId: shot.id, range: { startFrame, endFrame: Math.max(1, endFrame) }, prompt: options.prompt ?? null, ...commons }
  })
}

export function extend(context: CommandContext, folder: string, options: ExtendOptions): Promise<void> {
  return operate(context, folder, options, ({ document }, commons) => {
    if ((options.before === undefined) === (options.after === undefined)) throw invalid('An extension goes before the shot or behind it.', 'Give either --before <seconds> or --after <seconds>.')
    const { shot, take } = shownTake(document, options.shot)
    const [side, seconds] = options.before === undefined ? ['after' as const, number(options.after ?? '', '--after')] : ['before' as const, number(options.before, '--before')]
    return { kind: 'extend', takeId: take.id, shotId: shot.id, side, frames: Math.max(1, secondsToFrames(seconds, take.frameRate)), prompt: options.prompt ?? null, ...commons }
  })
}

export function bridge(context: CommandContext, folder: string, options: BridgeOptions): Promise<void> {
  return operate(context, folder, options, async ({ document }, commons) => {
    const from = oneShot(document, options.after)
    const shotIds = document.sequences[activeSequenceId(document)]?.shotIds ?? []
    const toShotId = shotIds[shotIds.indexOf(from.id) + 1]
    if (toShotId === undefined) throw invalid(`No shot follows ${shotLabel(document, from)}.`, 'Name a shot that has a next one.')
    const { packs } = await context.client.call('pack.list', {})
    const pack = packs.find(({ packId }) => packId === packIdOf(document, from))
    if (!pack) throw new StudioError({ code: 'PACK_UNKNOWN', message: `The pack of ${shotLabel(document, from)} is not installed.`, remedy: 'Install it, or choose another pack.' })
    return { kind: 'bridge', fromShotId: from.id, toShotId, frames: Math.max(1, secondsToFrames(number(options.seconds, '--seconds'), pack.frameRate)), prompt: options.prompt ?? '', ...commons }
  })
}

type Commons = Pick<Operation, 'seed' | 'variations'>

async function operate(context: CommandContext, folder: string, options: OperateOptions, wish: (project: { readonly document: ProjectDocument }, commons: Commons) => Operation | Promise<Operation>): Promise<void> {
  const { client, output } = context
  const snapshot = await openProject(context, folder)
  const projectId = snapshot.document.project.id
  const startedAt = performance.now()
  const commons: Commons = { seed: options.seed === undefined ? null : number(options.seed, '--seed'), variations: number(options.variations, '--variations') }
  const { jobIds, shotId } = await client.call('job.operate', { projectId, operation: await wish(snapshot, commons) })
  const jobs = await followJobs(client, jobIds, output, context.signal)
  await client.call('project.save', { projectId })
  const { document } = await openProject(context, folder)
  const takes = jobs.flatMap(({ takeId }) => document.takes[takeId as Take['id']] ?? [])
  const seconds = (performance.now() - startedAt) / 1_000
  for (const take of takes) {
    const range = take.range === null ? '' : ` Made anew: ${framesToSeconds(take.range.startFrame, take.frameRate).toFixed(2)}–${framesToSeconds(take.range.endFrame, take.frameRate).toFixed(2)} s.`
    output.line(`${take.id}: ${take.frameCount} frames.${range}${describeDrift(take)}`)
  }
  output.line(`Made ${takes.length} ${takes.length === 1 ? 'take' : 'takes'} in ${formatSeconds(seconds)}.`)
  output.result({ shotId, takes: takes.map(({ id, range, frameCount, segments }) => ({ takeId: id, range, frameCount, ...(segments ? { segments } : {}) })), seconds })
}

function shownTake(document: ProjectDocument, text: string): { readonly shot: Shot; readonly take: Take } {
  const shot = oneShot(document, text)
  const take = shot.selectedTakeId === null ? undefined : document.takes[shot.selectedTakeId]
  if (take) return { shot, take }
  throw new StudioError({ code: 'NOT_READY', message: `${shotLabel(document, shot)} has no take yet.`, remedy: 'Render it first.' })
}

function oneShot(document: ProjectDocument, text: string): Shot {
  const shotIds = shotsByNumber(document, text) ?? []
  const shot = shotIds.length === 1 ? document.shots[shotIds[0]!] : undefined
  if (!shot) throw invalid(`"${text}" does not name one shot.`, 'Give the number of one shot, for example 3.')
  return shot
}

function rateOf({ frameRate }: Take): number {
  return frameRate.num / frameRate.den
}

function number(text: string, option: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw invalid(`"${text}" is no number for ${option}.`, 'Give a number, for example 1.5.')
}

function invalid(message: string, remedy: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy })
}
