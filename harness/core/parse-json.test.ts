import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeText } from './decode-text.ts'
import { jsonFaultAt } from './json-fault.ts'
import { parseJson, readJson } from './parse-json.ts'

describe('readJson', () => {
  test.each([
    ['ABCDE-FGH7J-KLMNP-QRSTU', 'is not JSON (line 1, column 1)'],
    ['', 'is not JSON (line 1, column 1)'],
    ['{\n "a": 1,\n "b" 2\n}', 'is not JSON (line 3, column 6)'],
    ['{"a": "x\ny"}', 'is not JSON (line 1, column 9)'],
    ['{"a": "\\x"}', 'is not JSON (line 1, column 8)'],
    ['[1, 2', 'is not JSON (line 1, column 6)'],
    ['[1, 2}', 'is not JSON (line 1, column 6)'],
    ['[1,]', 'is not JSON (line 1, column 4)'],
    ['{"a": 01}', 'is not JSON (line 1, column 8)'],
    ['{} {}', 'is not JSON (line 1, column 4)'],
    ["{'a': 1}", 'is not JSON (line 1, column 2)'],
  ])('says of %j where it goes wrong, and nothing that stands there', (text, fault) => {
    expect(readJson(text)).toEqual({ fault })
  })

  test.each([
    ['{"a": 1,\n "a": 1}', 'is not clear: a field stands there twice (line 2, column 2)'],
    ['[{"b": {"a": 1, "\\u0061" : 2}}]', 'is not clear: a field stands there twice (line 1, column 17)'],
    ['{"__proto__": {}}', 'is not clear: a field has a name that no field may have (line 1, column 2)'],
  ])('refuses %j, of which others read something else', (text, fault) => {
    expect(readJson(text)).toEqual({ fault })
    expect(parseJson(text)).toBeDefined()
  })

  test('takes one name in several objects, and a text like a name', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = JSON.stringify([value, value, { a: 'a', b: ['a', 'a', '":'], c: '"a":' }])
        expect(readJson(text)).toEqual(text.includes('"__proto__":') ? expect.anything() : { value: JSON.parse(text) })
      }),
    )
  })

  test('refuses what would exhaust the stack of whoever walks through it, and counts no bracket within a text', () => {
    for (const deep of ['['.repeat(20_000), `{"units":${'['.repeat(20_000)}${']'.repeat(20_000)}}`]) {
      expect(readJson(deep)).toEqual({ fault: expect.stringMatching(/^is nested more than 64 levels deep \(line 1, /) })
      expect(parseJson(deep)).toBeUndefined()
    }
    expect(readJson(JSON.stringify({ a: '[['.repeat(100), b: '\\"[' }))).toHaveProperty('value')
  })

  test('finds a fault in exactly the texts that the parser refuses', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }))
      .map(([json, at, put]) => json.slice(0, at % (json.length + 1)) + put + json.slice((at % (json.length + 1)) + 1))
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string(), fc.json()), text => {
        const sound = isJson(text)
        const at = jsonFaultAt(text)
        // A sound text has no fault before its end.
        if (sound) expect(at).toBe(text.length)
        else expect(isJson(text.slice(0, at)) && at === text.length).toBe(false)
        const reading = readJson(text)
        // What others read otherwise is refused, too: its own test.
        if ('fault' in reading && reading.fault.startsWith('is not clear')) expect(sound).toBe(true)
        else expect(reading).toHaveProperty(sound ? 'value' : 'fault')
      }),
      { numRuns: 2000 },
    )
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('decodeText', () => {
  const text = '{"serial": "BX2409708", "lot": "März"}'
  const utf16 = (isBigEndian: boolean, mark: string) => {
    const bytes = Buffer.from(mark + text, 'utf16le')
    return isBigEndian ? bytes.swap16() : bytes
  }

  test('takes UTF-8 and both kinds of UTF-16, with a byte order mark and without', () => {
    for (const mark of ['', '\ufeff']) {
      expect(decodeText(Buffer.from(mark + text))).toBe(text)
      expect(decodeText(utf16(false, mark))).toBe(text)
      expect(decodeText(utf16(true, mark))).toBe(text)
    }
  })

  test('guesses at no code page', () => {
    expect(decodeText(Buffer.from('März', 'latin1'))).toBeNull()
    expect(decodeText(new Uint8Array(0))).toBe('')
  })
})
