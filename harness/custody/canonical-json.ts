/**
 * One text for one value, so that what is hashed or signed cannot be written in two ways: keys sorted by code unit, no
 * spaces, strings and numbers as `JSON.stringify` writes them (RFC 8785, but for whole numbers that a double cannot hold).
 *
 * @throws TypeError for what has no such text: NaN, −0, 2⁵³, lone surrogates, functions, class instances
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a text with half a surrogate pair has no canonical form')
    return quoted(value)
  }
  if (typeof value === 'number') {
    const isSafe = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    if (!isSafe || Object.is(value, -0)) throw new TypeError('this number has no canonical form here')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && isPlain(value)) {
    let text = ''
    for (const key of sortedKeys(value)) {
      const inner = (value as Readonly<Record<string, unknown>>)[key]
      if (inner !== undefined) text += `${text === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(inner)}`
    }
    return `{${text}}`
  }
  throw new TypeError(`a ${typeof value} has no canonical form`)
}

/**
 * Is `text` the canonical form of `value`, which `JSON.parse` made of it? Where it is, this is told by what the engine itself writes,
 * in a fraction of the time; false where that does not tell: {@link canonicalJson} does.
 */
export const isWrittenCanonically = (text: string, value: unknown): boolean =>
  // Half a surrogate pair is written as an escape, and has no canonical form.
  JSON.stringify(value) === text && !text.includes('\\ud') && isInOrder(value)

/** Are all keys sorted, and all whole numbers such as a double holds? `__proto__` is for whoever looks closer. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isInOrder)
  let last: string | null = null
  for (const key in value) {
    if ((last !== null && !(last < key)) || key === '__proto__') return false
    last = key
    const inner = (value as Readonly<Record<string, unknown>>)[key]
    if (typeof inner !== 'string' && !isInOrder(inner)) return false
  }
  return true
}

/** What was written in this form comes back sorted: a journal of many entries is read without sorting them again. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value)
  for (let i = 1; i < keys.length; i++) if (!(keys[i - 1]! < keys[i]!)) return keys.sort()
  return keys
}

/** As `JSON.stringify` writes it; most texts hold nothing that it would write otherwise. */
const quoted = (text: string) => (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text) ? `"${text}"` : JSON.stringify(text))

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
