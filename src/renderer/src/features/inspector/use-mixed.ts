/** Whether selected shots differ in a field: it then shows none of their values, so that one shot's words are not taken for all. */
import type { Shot } from '#core/document/schema.ts'
import { useShown } from '../../stores/hooks.ts'

/** `keyOf` gives a value that is equal where the fields are. */
export function useMixed(shotIds: readonly string[], keyOf: (shot: Shot) => string | number | null): boolean {
  return useShown(({ shots }) => {
    const first = shots[shotIds[0] ?? '']
    return first !== undefined && shotIds.some((id) => shots[id] && keyOf(shots[id]) !== keyOf(first))
  }, false)
}
