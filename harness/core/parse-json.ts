import { jsonFaultAt } from './json-fault.ts'

/** What a JSON text says, or what keeps it from being read: a clause that begins with «is» and holds nothing of the text. */
export type JsonReading = { readonly value: unknown } | { readonly fault: string }

/** No document of ours is nested deeper. What is would exhaust the stack of whoever walks through it. */
const deepest = 64

/**
 * Reads a JSON text. The parser's own error is not passed on: it quotes the text around the fault, which may be a secret.
 */
export function readJson(text: string): JsonReading {
  const { buried, colons } = bracketsOf(text)
  const reading = readAsWritten(text, buried)
  // Every field has a colon: with as many fields none was taken for another, and nobody has to look for it.
  if ('fault' in reading || fieldsIn(reading.value) === colons) return reading
  const { why, at } = unclearField(text)
  return { fault: `is not clear: ${why} (${placeIn(text, at)})` }
}

function readAsWritten(text: string, buried: number | null): JsonReading {
  if (buried !== null) return { fault: `is nested more than ${deepest} levels deep (${placeIn(text, buried)})` }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { fault: `is not JSON (${placeIn(text, jsonFaultAt(text))})` }
  }
}

/**
 * What a JSON text says; undefined when it is none. Of a field that stands there twice the last one counts: for what is signed, and
 * compared as it is written.
 */
export function parseJson(text: string): unknown {
  const reading = readAsWritten(text, bracketsOf(text).buried)
  return 'value' in reading ? reading.value : undefined
}

/** Where a text is nested too deep, null for nowhere, and how many colons stand outside of its strings. */
function bracketsOf(text: string): { readonly buried: number | null; readonly colons: number } {
  let depth = 0
  let colons = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) {
      const end = closingQuote(text, i)
      if (end === -1) break
      i = end
    } else if (code === 0x3a) colons++
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepest) return { buried: i, colons }
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return { buried: null, colons }
}

/** How many fields a value has at any depth; none that can be counted where one has a name that no field may have. */
function fieldsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsIn(item), 0)
  let count = 0
  for (const name of Object.keys(value)) {
    if (name === '__proto__') return Number.NaN
    count += 1 + fieldsIn((value as Record<string, unknown>)[name])
  }
  return count
}

/** Other programs, and people, take the first of two fields: whoever judges by the second judges by what nobody else reads. */
function unclearField(text: string): { readonly at: number; readonly why: string } {
  const fields: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x7b) fields.push(new Set())
    else if (code === 0x5b) fields.push(null)
    else if (code === 0x5d || code === 0x7d) fields.pop()
    else if (code === 0x22) {
      const end = closingQuote(text, i)
      const quoted = text.slice(i, end + 1)
      if (isField(text, end)) {
        const name = String(JSON.parse(quoted))
        const known = fields.at(-1)!
        if (name === '__proto__') return { at: i, why: 'a field has a name that no field may have' }
        if (known?.has(name)) return { at: i, why: 'a field stands there twice' }
        known?.add(name)
      }
      i = end
    }
  }
  throw new TypeError('a text with as many names as fields')
}

/** Only a field's name has a colon behind it. */
function isField(text: string, end: number): boolean {
  let next = end + 1
  while (/[\t\n\r ]/.test(text[next] ?? '')) next++
  return text[next] === ':'
}

/** The quotation mark that closes the one at `open`: no odd number of backslashes stands before it. −1: there is none. */
function closingQuote(text: string, open: number): number {
  for (let end = text.indexOf('"', open + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === 0x5c) before--
    if ((end - before) % 2 === 1) return end
  }
  return -1
}

/** `line 3, column 5` of an offset, both counted from 1. */
function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`
}

/** The format that a document states where it is another version of `format` (`assay-chain-1`); else null. */
export function otherVersion(json: unknown, format: string): string | null {
  const stated = (json as { format?: unknown } | null | undefined)?.format
  if (typeof stated !== 'string' || stated === format) return null
  const kind = format.replace(/\d+$/, '')
  return stated.startsWith(kind) && /^\d{1,4}$/.test(stated.slice(kind.length)) ? stated : null
}
