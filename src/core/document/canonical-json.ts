/** Canonical JSON: one text for one value, whatever order its keys were written in; what files, hashes and diffs are made of. */

const MAX_DEPTH = 200

/**
 * Writes a JSON value with sorted keys (by UTF-16 code unit) and no spaces; with `indentSpaces`, one line per entry, so that
 * version control shows what changed. Keys whose value is undefined are left out, as in JSON.
 * Throws a TypeError for what JSON cannot hold: NaN, infinities, functions, or values nested deeper than 200 levels (cycles).
 *
 * canonicalJson({ b: 1, a: [true, null] }) === '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown, indentSpaces = 0): string {
  return writeValue(value, indentSpaces, 0)
}

function writeValue(value: unknown, indentSpaces: number, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`Canonical JSON: nested deeper than ${MAX_DEPTH} levels`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return writeNumber(value)
  if (Array.isArray(value)) return writeList(value.map((item) => writeValue(item, indentSpaces, depth + 1)), '[', ']', indentSpaces, depth)
  if (typeof value === 'object') return writeObject(value, indentSpaces, depth)
  throw new TypeError(`Canonical JSON: cannot write a ${typeof value}`)
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`Canonical JSON: ${value} is not a finite number`)
  return JSON.stringify(value)
}

function writeObject(value: object, indentSpaces: number, depth: number): string {
  const colon = indentSpaces > 0 ? ': ' : ':'
  const entries: string[] = []
  for (const key of Object.keys(value).sort()) {
    const item = (value as Record<string, unknown>)[key]
    if (item !== undefined) entries.push(JSON.stringify(key) + colon + writeValue(item, indentSpaces, depth + 1))
  }
  return writeList(entries, '{', '}', indentSpaces, depth)
}

function writeList(items: readonly string[], open: string, close: string, indentSpaces: number, depth: number): string {
  if (items.length === 0) return open + close
  if (indentSpaces === 0) return open + items.join(',') + close
  const inner = '\n' + ' '.repeat(indentSpaces * (depth + 1))
  return open + inner + items.join(',' + inner) + '\n' + ' '.repeat(indentSpaces * depth) + close
}
