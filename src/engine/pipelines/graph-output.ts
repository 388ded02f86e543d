/** Reads what a graph gave, and says where a pack does not keep to the pack format. */
import { StudioError } from '#core/errors.ts'
import type { Tensor } from '../inference/inference-port.ts'

/** The named output, or the only one: packs made by other exporters name it as they like. */
export function onlyOutput(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor & { type: 'float32' } {
  const values = Object.values(outputs)
  const tensor = outputs[name] ?? (values.length === 1 ? values[0] : undefined)
  if (tensor === undefined || tensor.type !== 'float32') throw wrongShape(`a graph of it has no float32 output "${name}"`)
  return tensor
}

/** `problem` completes "The pack does not keep to the pack format: …". */
export function wrongShape(problem: string): StudioError {
  return new StudioError({ code: 'MODEL_UNSUPPORTED', message: `The pack does not keep to the pack format: ${problem}.`, remedy: 'Choose another pack; if you made this one, see docs/pack-format.md.' })
}
