import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadProfile } from '../../products/load-profile.ts'
import { LeakScan } from './leak-scan.node.ts'
import { readingsOf } from './readings.node.ts'

// Nobody's: a vector of BIP38's, a passphrase of the product's alphabet, and a phrase with all that is escaped anywhere.
const wif = '5KN7MzqK5wt2TP1fQCYyHBtDrXdJuXbUzm4A9rKAteGu3Qi5CVR'
const groups = ['T4T3', 'ENAX', '7KMQ', 'PR2W', 'H9BC', 'Z5VU']
const phrase = 'my&secret<pass>"word"\\é/42xyz+q and more'

const hunting = new LeakScan([], { hunt: { profile: loadProfile('assay-reference') } })
const knowing = new LeakScan([{ name: 'known secret 1', bytes: Buffer.from(phrase) }], { hunt: { profile: null } })
const found = (text: string | Buffer, scan = hunting) =>
  scan.bytes(Buffer.from(text), 'x').leaks.map(({ what }) => what)

const codes = (text: string, write: (code: number) => string) =>
  Array.from(text, one => write(one.codePointAt(0)!)).join('')
const hex = (code: number) => code.toString(16).padStart(2, '0').toUpperCase()
/** One character of the text, written otherwise. */
const one = (write: (code: number) => string, text = wif) =>
  text.slice(0, 20) + codes(text[20]!, write) + text.slice(21)
const lines = (text: string, between: string, size = 20) => text.match(new RegExp(`.{1,${size}}`, 'gs'))!.join(between)
const base64 = Buffer.from(`${'x'.repeat(70)} pass: ${wif} ${'y'.repeat(60)}`).toString('base64')
/** As xxd, `hexdump -C`, `od -x` and `od -c` show bytes. */
const dump = (text: string, place: (at: number) => string, row: (bytes: Buffer) => string) =>
  Array.from({ length: Math.ceil(text.length / 16) }, (_, i) => {
    const bytes = Buffer.from(text.slice(16 * i, 16 * i + 16))
    return place(16 * i) + row(bytes)
  }).join('\n')
const inHex = (bytes: Buffer, size: number, isSwapped = false) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => {
    const word = Buffer.from(bytes.subarray(size * i, size * i + size))
    return (isSwapped ? word.reverse() : word).toString('hex')
  }).join(' ')
const place16 = (at: number) => at.toString(16).padStart(8, '0')
const place8 = (at: number) => at.toString(8).padStart(7, '0')
const logged = `some text, key: ${wif}\n`
const packed = gzipSync(Buffer.from(`a text ${wif}`))

function ascii85(bytes: Buffer): string {
  const padded = Buffer.concat([bytes, Buffer.alloc(3)])
  const fives = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) => {
    const value = padded.readUInt32BE(4 * i)
    return [4, 3, 2, 1, 0].map(power => String.fromCharCode(33 + (Math.floor(value / 85 ** power) % 85))).join('')
  })
  return fives.join('').slice(0, Math.ceil((bytes.length * 5) / 4))
}

function uuencoded(bytes: Buffer): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / 45) }, (_, i) => {
    const row = bytes.subarray(45 * i, 45 * i + 45)
    const bits = [...row].map(byte => byte.toString(2).padStart(8, '0')).join('')
    const six = bits.match(/.{1,6}/g)!.map(some => Number.parseInt(some.padEnd(6, '0'), 2))
    return [row.length, ...six].map(value => String.fromCharCode(32 + value)).join('')
  })
  return `begin 644 a\n${rows.join('\n')}\n`
}

describe('a key is found', () => {
  it.each(
    Object.entries({
      'with one JSON escape': one(code => `\\u00${hex(code)}`),
      'with one URL escape': one(code => `%${hex(code)}`),
      'with one HTML escape': one(code => `&#x${hex(code)};`),
      'with one quoted-printable escape': one(code => `=${hex(code)}`),
      'with one escape within an escape': one(code => `%26%23${code}%3B`),
      'in decimal references of many digits': codes(wif, code => `&#${String(code).padStart(5, '0')};`),
      'in references without an end': codes(wif, code => `&#${code} `).replaceAll(' ', ''),
      'in braces': codes(wif, code => `\\u{${hex(code)}}`),
      'in eight digits': codes(wif, code => `\\U000000${hex(code)}`),
      'over a soft line break': lines(wif, '=\n', 40),
      'in base64 with line breaks in JSON': JSON.stringify({ d: lines(base64, '\n', 76) }),
      'in base64 with line breaks in JSON in JSON': JSON.stringify(JSON.stringify({ d: lines(base64, '\r\n', 76) })),
      'in hexadecimal digits with line breaks in JSON': JSON.stringify(lines(packed.toString('hex'), '\n', 60)),
      'in base64 that is quoted': `> ${lines(base64, '\n> ', 60)}`,
      'in base64 of a difference': `+${lines(base64, '\n+', 60)}`,
      'in two runs of a document': `<w:t>${wif.slice(0, 9)}</w:t></w:r><w:r><w:rPr/><w:t>${wif.slice(9)}</w:t>`,
      'in colours': `${wif.slice(0, 9)}\x1b[31;1m${wif.slice(9, 30)}\x1b[0m${wif.slice(30)}`,
      'with soft hyphens and zero widths': `${wif.slice(0, 9)}\u00ad${wif.slice(9, 30)}\u200b${wif.slice(30)}`,
      'in full width': codes(wif, code => String.fromCodePoint(code + 0xfee0)),
      'in two lines': lines(`key: ${wif}`, '\n    ', 30),
      'in two strings': `"${lines(wif, '" +\n  "', 30)}"`,
      'in a dump of xxd': dump(
        logged,
        at => `${place16(at)}: `,
        row => `${inHex(row, 2).padEnd(41)}${row}`,
      ),
      'in a dump of hexdump': dump(logged, place16, row => `  ${inHex(row, 1)}  |${row}|`),
      'in a dump of od -x': dump(logged, place8, row => ` ${inHex(row, 2, true)}`),
      'in a dump of od -c': dump(logged, place8, row => codes(String(row), code => `   ${String.fromCharCode(code)}`)),
      'in ASCII85': `x <~${ascii85(Buffer.from(`key: ${wif}`))}~> y`,
      'in ASCII85 of a PDF': `/Filter/ASCII85Decode>>stream\n${ascii85(Buffer.from(`key: ${wif}`))}~>`,
      'in uuencode': uuencoded(Buffer.from(`key: ${wif} `)),
      'in strings of a PDF': `BT [(${lines(wif, ')-20(', 3)})] TJ ET`,
    }),
  )('%s', (_, text) => {
    expect(found(`log: ${text}\nend`)).toContain('a private key (WIF)')
    expect(JSON.stringify(hunting.bytes(Buffer.from(text), 'x').leaks)).not.toContain(wif.slice(0, 8))
  })
})

describe('a passphrase of a product is found', () => {
  const plain = groups.join('-')
  const onCard = [groups.slice(0, 3).join('-'), groups.slice(3).join('-')] as const
  const glues = [
    '_',
    ', ',
    ' | ',
    '+',
    '–',
    '\n',
    '\r\n',
    '/',
    ' - ',
    '%2D',
    '\\u002d',
    '&#45;',
    '=2D',
    '&ndash;',
    '\u2011',
  ]
  it.each([
    ...glues.map(glue => [`with ${JSON.stringify(glue)} between`, groups.join(glue)]),
    ['as JSON', JSON.stringify(groups)],
    ['as JSON of many lines', JSON.stringify(groups, null, 2)],
    ['in spans', `<span>${groups.join('</span><span>')}</span>`],
    ['in paragraphs', `<p class="g">${groups.join('</p>\n<p class="g">')}</p>`],
    ['numbered', groups.map((group, i) => `${i + 1}. ${group}`).join(' ')],
    ['in small letters', plain.toLowerCase()],
    ['before a year', `${plain}-2026`],
    ['after a year', `2026-${plain}`],
    ['in lines, as on the card', onCard.join('\n')],
    ['in two columns', `BX2409708;${onCard.join(';')};1`],
    ['in two fields', JSON.stringify({ line1: onCard[0], line2: onCard[1] })],
    ['in two fields of many lines', JSON.stringify({ units: [{ serial: 'x', a: onCard[0], b: onCard[1] }] }, null, 2)],
    ['group by group in fields', JSON.stringify(Object.fromEntries(groups.map((group, i) => [`g${i}`, group])))],
    ['in lines of a page', `<div>${onCard.join('</div>\n<div>')}</div>`],
  ])('%s', (_, text) => {
    expect(found(`it reads ${text} !`)).toContain('the passphrase')
  })

  it('and is no columns of short words, addresses, dates or fingerprints', () => {
    const harmless = [
      'that they have been sent with 2346 from here over this hill',
      'fe80:2222:3333:4444:5555:6666:7777:8888',
      '2345-2346-2347-2348-2349-2352',
      'DATA, TEXT, PAGE, 2345, NEXT, PART',
      'DATA-TEXT-PAGE; NEXT-PART-2345',
      JSON.stringify({ from: 'DATA', to: 'TEXT', at: '2345', by: 'PAGE', as: 'NEXT', of: 'PART' }),
      'E101, E102, E103, E104, E105, E106',
      '2a42 f4cd 7e77 aee6 b84a 8b5a 4883 42a4',
    ]
    expect(harmless.flatMap(text => found(text))).toEqual([])
  })
})

describe('a known phrase is found, whatever it holds', () => {
  const html = phrase.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = codes(phrase, code => (code > 0x7e || code === 61 ? '=C3=A9' : String.fromCodePoint(code)))
  it.each(
    Object.entries({
      JSON: JSON.stringify(phrase),
      'JSON in ASCII': JSON.stringify(phrase).replaceAll('é', '\\u00e9').replaceAll('/', '\\/'),
      HTML: html,
      'HTML in an attribute': html.replaceAll('"', '&quot;').replaceAll('é', '&eacute;'.replace('eacute', '#233')),
      URL: encodeURIComponent(phrase),
      'URL, lower case': encodeURIComponent(phrase).replaceAll(/%../g, hex => hex.toLowerCase()),
      'a form': new URLSearchParams({ phrase }).toString(),
      CSV: `"${phrase.replaceAll('"', '""')}"`,
      'a shell': phrase.replaceAll(/[^\w/]/g, '\\$&'),
      'quoted-printable': lines(quoted, '=\r\n', 12),
      'JSON in HTML': JSON.stringify(html).replaceAll('"', '&quot;'),
      'Unicode apart (NFD)': phrase.normalize('NFD'),
    }),
  )('%s', (_, text) => {
    expect(found(`a: ${text} b`, knowing)).not.toEqual([])
  })

  it.each(['latin1', 'utf16le'] as const)('in %s', encoding => {
    expect(found(Buffer.from(`a: ${phrase} b`, encoding), knowing)).not.toEqual([])
  })
})

it('says a secret once that is there in the plain, and where it is found in each packed part', () => {
  const page = `<p>a &amp; b</p> ${wif} <p>100%25 "" \\n</p>`
  expect(found(page)).toEqual(['a private key (WIF)'])
})

it('takes any text, and reads no more of it again than a small multiple', () => {
  const dense = ['\\', '%41', '&#65;', '=41', '<b>', '""', '+', '\n', '\x1b[1m', 'é', ')1(', '-', 'A']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...dense), { maxLength: 2000 }), parts => {
      const text = Buffer.from(parts.join('')).toString('latin1')
      let read = 0
      for (const one of readingsOf(text)) read += one.text.length
      expect(read).toBeLessThan(20 * text.length + 2 ** 15)
    }),
    { numRuns: 40 },
  )
})

it('finds the picture of a page once, however much of the page around it is written otherwise', () => {
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(wif.repeat(80))])
  const page = `<p>a &amp; b</p><img src="data:image/jpeg;base64,${picture.toString('base64')}"><p>c%20d</p>`
  const { pictures } = new LeakScan([]).bytes(Buffer.from(page), 'page.html')
  expect(pictures.map(({ bytes }) => bytes.length)).toEqual([picture.length])
})
