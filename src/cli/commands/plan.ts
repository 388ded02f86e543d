/** `shotwright plan`: says what would be rendered, why, and how long it should take; runs nothing. */
import { planBuild } from '#core/planning/plan.ts'
import { formatSeconds } from '../output.ts'
import { activeSequenceId, openProject, type CommandContext } from '../command-context.ts'

export async function plan(context: CommandContext, folder: string): Promise<void> {
  const { document } = await openProject(context, folder)
  const { packs } = await context.client.call('pack.list', {})
  const sequenceId = activeSequenceId(document)
  const build = planBuild(document, sequenceId, packs)
  const numbers = new Map((document.sequences[sequenceId]?.shotIds ?? []).map((shotId, index) => [shotId as string, index + 1]))
  for (const step of build.steps) {
    const seconds = step.estimatedSeconds === null ? 'not timed yet' : formatSeconds(step.estimatedSeconds)
    context.output.line(`Shot ${numbers.get(step.shotId)}: ${step.frameCount} frames${step.clipCount > 1 ? ` in ${step.clipCount} clips` : ''} with ${step.packId}, ${seconds}. ${step.reasons.map((reason) => reason.message).join(' ')}`)
  }
  for (const skip of build.skipped) if (skip.reason !== 'up-to-date') context.output.line(`Shot ${numbers.get(skip.shotId)} is left out: ${skip.reason}.`)
  const total = build.estimatedSeconds === null ? 'not timed on this machine yet' : formatSeconds(build.estimatedSeconds)
  context.output.line(build.steps.length === 0 ? 'Nothing to render.' : `${build.steps.length} of ${numbers.size} shots to render, ${total}.`)
  context.output.result(build)
}
