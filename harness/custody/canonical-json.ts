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
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    const isSafe = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    if (!isSafe || Object.is(value, -0)) throw new TypeError('this number has no canonical form here')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && isPlain(value)) {
    const fields = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([key, inner]) => `${canonicalJson(key)}:${canonicalJson(inner)}`).join(',')}}`
  }
  throw new TypeError(`a ${typeof value} has no canonical form`)
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
