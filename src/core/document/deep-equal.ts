/** Equality of JSON-like values: records that say the same are the same, whichever object holds them. */

/** True where two JSON-like values hold the same content; a key that is undefined counts as absent. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => deepEqual(item, right[index]))
  }
  return isSubset(left, right) && isSubset(right, left)
}

function isSubset(inner: object, outer: object): boolean {
  return Object.entries(inner).every(([key, value]) =>
    value === undefined || (Object.hasOwn(outer, key) && deepEqual(value, (outer as Record<string, unknown>)[key])))
}
