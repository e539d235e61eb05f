type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end'

const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y
const escaped = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y

/**
 * Where a text that is no JSON (RFC 8259) goes wrong: the offset of the first character that cannot stand there, or its length
 * where it ends too early. Only for texts that `JSON.parse` refuses: what it says itself quotes them.
 */
export function jsonFaultAt(text: string): number {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    while (' \t\n\r'.includes(text[at] ?? '.')) at++
    const sign = text[at]
    if (sign === undefined) return at
    if (expected === 'comma or end' && open.length === 0) return at
    if (expected === 'colon') {
      if (sign !== ':') return at
      expected = 'value'
      at++
    } else if (sign === ',' && expected === 'comma or end') {
      expected = open.at(-1) === '{' ? 'name' : 'value'
      at++
    } else if ((sign === ']' || sign === '}') && expected.endsWith('or end')) {
      if (open.pop() !== (sign === ']' ? '[' : '{')) return at
      expected = 'comma or end'
      at++
    } else if (sign === '"' && expected !== 'comma or end') {
      const end = endOfText(text, at + 1)
      if (text[end] !== '"') return end
      expected = expected.startsWith('name') ? 'colon' : 'comma or end'
      at = end + 1
    } else if (!expected.startsWith('value')) {
      return at
    } else if (sign === '{' || sign === '[') {
      open.push(sign)
      expected = sign === '{' ? 'name or end' : 'value or end'
      at++
    } else {
      literal.lastIndex = at
      if (!literal.test(text)) return at
      expected = 'comma or end'
      at = literal.lastIndex
    }
  }
}

/** Where the closing quote stands, or the first character that no text may hold. */
function endOfText(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (Number.isNaN(code) || code < 0x20 || code === 0x22) return at
    if (code === 0x5c) {
      escaped.lastIndex = at + 1
      if (!escaped.test(text)) return at
      at = escaped.lastIndex
    } else at++
  }
}
