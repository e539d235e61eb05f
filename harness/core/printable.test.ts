import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableWithStyle } from './printable.ts'

test.each([
  ['a line break', 'a\nassay: ok PASS.png', 'a\\nassay: ok PASS.png'],
  ['a line taken back', 'FAIL\r\u001b[KPASS', 'FAIL\\r\\u001b[KPASS'],
  ['a title of the window', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
  ['a control of eight bits', '\u009b2J', '\\u009b2J'],
  ['writing turned round', 'gnp.\u202eSSAP', 'gnp.\\u202eSSAP'],
  ['what is invisible', 'PA\u200bSS', 'PA\\u200bSS'],
  ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
  ['half a symbol', 'a\ud800b', 'a\\ud800b'],
  ['a tag beyond the first plane', '\u{e0041}', '\\udb40\\udc41'],
  ['nothing of the kind', 'Größe 20 µm «ß» 漢字 👍', 'Größe 20 µm «ß» 漢字 👍'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
  expect(printableWithStyle(text)).toBe(shown)
})

test('our own colours stay, and nothing that hides', () => {
  const line = '\u001b[1;32mPASS\u001b[0m \u001b[31m✗\u001b[39m'
  expect(printableWithStyle(line)).toBe(line)
  expect(printable(line)).not.toContain('\u001b')
  for (const hiding of ['\u001b[8m', '\u001b[30m', '\u001b[2J', '\u001b[1A', '\u009b31m', '\n[1m']) {
    expect(printableWithStyle(`a${hiding}b`)).not.toContain(hiding)
  }
})

test('whatever the text, one line comes out that says the same, in JSON too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      for (const line of [printable(text), printableWithStyle(text)])
        expect(line.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(1)
      const json = JSON.stringify({ text })
      expect(JSON.parse(printable(json))).toEqual({ text })
    }),
  )
})
