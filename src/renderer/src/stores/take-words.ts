/** What a take is and how it came to be, in words and in order: for the list of takes and for its recipe. */
import { describeMove } from '#core/camera/moves.ts'
import type { ProjectDocument, Take } from '#core/document/schema.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { t } from '../ui/strings/strings.ts'
import { exactNumber } from '../ui/strings/number-words.ts'
import { deriveFrom } from './derive.ts'

export interface TakeNode {
  readonly take: Take
  /** From 1, in order of making; it never changes. */
  readonly number: number
  /** How many takes of this shot it came from, one through the other. */
  readonly depth: number
  readonly made: string
}

/** The takes of a shot as a tree, laid out: each followed by those made from it, newest families last. */
export function takeTree(document: ProjectDocument, shotId: string): readonly TakeNode[] {
  const takes = deriveFrom(document).takesOf(shotId)
  const numbers = new Map(takes.map((take, index) => [take.id as string, index + 1]))
  const children = new Map<string | null, Take[]>()
  for (const take of takes) {
    const parent = take.parentTakeId !== null && numbers.has(take.parentTakeId) ? take.parentTakeId : null
    children.set(parent, [...(children.get(parent) ?? []), take])
  }
  const nodes: TakeNode[] = []
  const stack = (children.get(null) ?? []).toReversed().map((take) => ({ take, depth: 0 }))
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { take, depth } = next
    nodes.push({ take, depth, number: numbers.get(take.id) ?? 0, made: madeWords(take, numbers.get(take.parentTakeId ?? '') ?? 0) })
    for (const child of (children.get(take.id) ?? []).toReversed()) stack.push({ take: child, depth: depth + 1 })
  }
  return nodes
}

/** "Retake 1–2 s of take 3". */
export function madeWords({ operation, range, frameRate }: Take, parentNumber: number): string {
  switch (operation) {
    case 'retake': return t.takes.made.retake(framesToSeconds(range?.startFrame ?? 0, frameRate), framesToSeconds(range?.endFrame ?? 0, frameRate), parentNumber)
    case 'extend': return t.takes.made.extend(framesToSeconds((range?.endFrame ?? 0) - (range?.startFrame ?? 0), frameRate), range?.startFrame === 0 ? 'before' : 'after', parentNumber)
    default: return t.takes.made[operation]
  }
}

/** The recipe as rows of name and value; empty for imported takes. */
export function recipeRows(take: Take, made: string): readonly (readonly [string, string])[] {
  const { recipe } = take
  const { facts } = t.takes
  const rows: (readonly [string, string] | null)[] = [[facts.operation, made], [facts.made, new Date(take.createdAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })]]
  if (recipe) {
    const { part } = recipe
    const unknown = [...new Set([...recipe.unknownWords, ...(part?.unknownWords ?? [])])]
    rows.push(
      [facts.prompt, recipe.said?.prompt ?? recipe.prompt], recipe.said && recipe.said.prompt !== recipe.prompt ? [facts.told, recipe.prompt] : null,
      part ? [facts.partPrompt, part.prompt] : null, recipe.negativePrompt === '' ? null : [facts.negative, recipe.negativePrompt],
      [facts.seed, part ? `${part.seed} (${recipe.seed})` : String(recipe.seed)], [facts.pack, `${recipe.packId} ${recipe.packVersion}`], [facts.camera, describeMove(recipe.said?.camera ?? recipe.camera)],
      [facts.lens, t.takes.lens(recipe.said?.lensMm ?? recipe.lensMm, recipe.said?.subjectDistanceM ?? recipe.subjectDistanceM)],
      [facts.sampling, t.takes.sampling(recipe.steps, recipe.solver, recipe.guidanceScale, recipe.shift)], unknown.length === 0 ? null : [facts.unknown, unknown.join(', ')],
      [facts.machine, `${recipe.provider} · onnxruntime ${recipe.software.onnxruntime} · ${recipe.software.platform} · Shotwright ${recipe.software.shotwright}`], [facts.time, `${exactNumber(recipe.wallSeconds)} s`],
    )
  }
  rows.push([facts.size, `${take.frameSize.width} × ${take.frameSize.height}`], [facts.length, `${exactNumber(framesToSeconds(take.frameCount, take.frameRate))} s · ${t.common.frames(take.frameCount)}`])
  if (take.segments) rows.push([facts.segments, t.takes.drift(take.segments.length, ...driftOf(take.segments))])
  return rows.flatMap((row) => (row === null ? [] : [row]))
}

/** How far the last stretch of a chained take is from its first: brightness and sharpness, as shares of the first. */
function driftOf(segments: NonNullable<Take['segments']>): readonly [number, number] {
  const [first, last] = [segments[0], segments.at(-1)]
  if (!first || !last) return [0, 0]
  return [last.brightness / Math.max(1e-6, first.brightness) - 1, last.sharpness / Math.max(1e-6, first.sharpness) - 1]
}
