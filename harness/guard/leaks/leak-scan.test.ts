import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadProfile } from '../../products/load-profile.ts'
import { LeakScan } from './leak-scan.node.ts'
import { encodings } from './secret-encodings.node.ts'

// Nobody's: BIP38's own vectors, the example of BIP39, a passphrase that was made up, and a key of age's specification.
const epk = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'
const wif = '5KN7MzqK5wt2TP1fQCYyHBtDrXdJuXbUzm4A9rKAteGu3Qi5CVR'
const passphrase = '3515-H0EP-J513-IUL6-0K5Y'
const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const known = { name: 'passphrase of unit 1', bytes: Buffer.from(passphrase), groups: passphrase.split('-') }

const hunting = new LeakScan([], { hunt: { profile: null } })
const knowing = new LeakScan([known])
const hunted = (text: string | Buffer, scan = hunting) =>
  scan.bytes(Buffer.from(text), 'x').leaks.map(({ what }) => what)

/** A zip of one entry, as APPNOTE.TXT has it, without the directory at its end. */
function zipOf(bytes: Buffer, { method = 8, flags = 0 } = {}): Buffer {
  const head = Buffer.alloc(30)
  head.write('PK\x03\x04', 0, 'latin1')
  head.writeUInt16LE(20, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt16LE(method, 8)
  head.writeUInt16LE(1, 26)
  return Buffer.concat([
    head,
    Buffer.from('a'),
    method === 8 ? deflateRawSync(bytes) : bytes,
    Buffer.from('PK\x01\x02'),
  ])
}

const hides: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  ...Object.fromEntries(
    Object.entries(encodings)
      // Known secrets only: nobody hunts backwards, in base32, or in base58 of a text.
      .filter(([name]) => !/reversed|base32|base58|^URL$|plain/.test(name))
      .map(([name, encode]) => [name, (bytes: Buffer) => Buffer.from(encode(bytes))]),
  ),
  plain: bytes => bytes,
  'hexadecimal digits apart': bytes => Buffer.from(bytes.toString('hex').replaceAll(/(..)/g, '$1 ')),
  'hexadecimal numbers': bytes => Buffer.from([...bytes].map(byte => `0x${byte.toString(16)}`).join(', ')),
  'characters with what a reader says of each': bytes =>
    Buffer.from(
      JSON.stringify(
        [...String(bytes)].map((text, at) => ({ text, mark: 'x', at, confidence: 0.99 })),
        null,
        2,
      ),
    ),
  'quoted-printable': bytes => Buffer.from([...bytes].map(byte => `=${byte.toString(16).toUpperCase()}`).join('')),
  'a lattice': bytes => Buffer.from([...String(bytes)].map((text, i) => `${text}${'~#'[i % 2]}|`).join('')),
  gzip: bytes => gzipSync(bytes),
  zlib: bytes => deflateSync(bytes),
  zstd: bytes => Buffer.from(zstdCompressSync(bytes)),
  zip: bytes => zipOf(bytes),
  'stored in a zip': bytes => zipOf(bytes, { method: 0 }),
  'zip in gzip in base64 of many lines': bytes =>
    Buffer.from(
      gzipSync(zipOf(bytes))
        .toString('base64')
        .replaceAll(/(.{40})/g, '$1\r\n'),
    ),
}

describe('what nobody had told of', () => {
  for (const [how, hide] of Object.entries(hides)) {
    it(`is found: ${how}`, () => {
      for (const [secret, kind] of [
        [epk, 'the encrypted private key'],
        [wif, 'a private key (WIF)'],
        [passphrase, 'the passphrase'],
        [words, 'the words of a seed'],
      ] as const) {
        const planted = Buffer.concat([Buffer.from('log: '), hide(Buffer.from(` ${secret} `)), Buffer.from('\nend')])
        expect([how, secret, hunted(planted)]).toEqual([how, secret, expect.arrayContaining([kind])])
        expect(JSON.stringify(hunting.bytes(planted, 'x').leaks)).not.toContain(secret.slice(0, 9))
      }
    })
  }

  it('says where', () => {
    const planted = gzipSync(Buffer.from(`12345 ${epk}`))
    expect(hunting.bytes(Buffer.concat([Buffer.from('head'), planted]), 'a.log').leaks).toEqual([
      { where: 'a.log › gzip at 4 at 6', what: 'the encrypted private key' },
    ])
  })

  it('is found numbered, one word a line, with letters around a key, and as a key file', () => {
    const list = words.split(' ').map((word, i) => `${i + 1}  ${word}`)
    expect(hunted(list.join('\n'))).toEqual(['the words of a seed'])
    expect(hunted(`key=${wif}x`)).toEqual(['a private key (WIF)'])
    expect(hunted(`-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`)).toEqual(['the private key of a key file'])
  })

  it.each<[string, (all: readonly string[]) => string]>([
    ['in capitals', all => all.join(' ').toUpperCase()],
    ['with capital first letters', all => all.map(word => `${word[0]!.toUpperCase()}${word.slice(1)}`).join(' ')],
    ['as a file’s name', all => `${all.join('-')}.txt`],
    ['joined by lines', all => all.join('_')],
    ['in a table', all => all.join(' | ')],
    ['as a list', all => all.map(word => `- ${word}`).join('\n')],
    ['quoted in a letter', all => `> ${all.slice(0, 6).join(' ')}\n> ${all.slice(6).join(' ')}`],
    ['numbered in a row', all => all.map((word, i) => `${i + 1}) ${word}`).join(' ')],
    ['as JSON', all => JSON.stringify(all.map((w, i) => ({ i, w })))],
  ])('is found as people write the words of a seed down: %s', (_, write) => {
    expect(hunted(`It is\n${write(words.split(' '))}\nEnd.`)).toEqual(['the words of a seed'])
  })

  const cut = (text: string, length: number) => text.match(new RegExp(`.{1,${length}}`, 'g'))!
  const od = (text: string, radix: number, digits: number, bytes: number) =>
    cut(text, 16)
      .map((line, i) => {
        const numbers = cut(line.padEnd(16, '\0'), bytes).map(part =>
          Buffer.from(part)
            .readUIntLE(0, bytes)
            .toString(radix)
            .padStart(digits, radix === 8 ? '0' : ' '),
        )
        return `${(16 * i).toString(8).padStart(7, '0')} ${numbers.join(' ')}\n`
      })
      .join('')

  it.each<[string, (key: string) => string]>([
    ['od', key => od(key, 8, 6, 2)],
    ['od -b', key => od(key, 8, 3, 1)],
    ['od -d', key => od(key, 10, 6, 2)],
    [
      'od -An -c',
      key =>
        cut(key, 16)
          .map(line => `${[...line].map(one => `   ${one}`).join('')}\n`)
          .join(''),
    ],
    [
      'short strings and +',
      key =>
        cut(key, 8)
          .map(part => `"${part}"`)
          .join(' +\n  '),
    ],
    [
      'strings and ||',
      key =>
        cut(key, 29)
          .map(part => `'${part}'`)
          .join(' || '),
    ],
    [
      'a list that is joined',
      key =>
        `[${cut(key, 29)
          .map(part => `"${part}"`)
          .join(',')}].join("")`,
    ],
    [
      '+= again and again',
      key =>
        cut(key, 8)
          .map((part, i) => `k ${i > 0 ? '+' : ''}= '${part}';`)
          .join(' '),
    ],
    [
      'Td in a PDF',
      key =>
        `BT ${cut(key, 8)
          .map(part => `(${part}) Tj 7 0 Td`)
          .join(' ')} ET`,
    ],
    [
      'Tm in a PDF',
      key =>
        `BT ${cut(key, 30)
          .map(part => `(${part})Tj\n1 0 0 1 72 700 Tm`)
          .join('\n')} ET`,
    ],
  ])('is found as programs write it out: %s', (_, write) => {
    expect(hunted(`It is\n${write(epk)}\nEnd.`)).toContain('the encrypted private key')
  })

  it('is found at the very start of what a zip stores, behind its name', () => {
    const stored = zipOf(Buffer.from(words), { method: 0 })
    expect(hunted(stored)).toEqual(['the words of a seed'])
    expect(hunted(zipOf(Buffer.from(passphrase), { method: 0 }))).toContain('the passphrase')
  })

  it('is a product’s passphrase with any separator or none, where the product is known', () => {
    const profile = loadProfile('assay-reference')
    const scan = new LeakScan([], { hunt: { profile } })
    const { groups, groupLength } = profile.passphrase
    const symbols = [...profile.passphrase.alphabet!.repeat(9)].filter((_, i) => i % 7 === 0).join('')
    const parts = symbols.match(new RegExp(`.{${groupLength}}`, 'g'))!.slice(0, groups!)
    for (const glue of ['', '-', ' ', '.'])
      expect(hunted(`it reads ${parts.join(glue)}!`, scan)).toContain('the passphrase')
  })

  it('is no fingerprint of a key, also where the product is known', () => {
    const scan = new LeakScan([], { hunt: { profile: loadProfile('assay-reference') } })
    expect(hunted('  written with the key 2A42 F4CD 7E77 AEE6 B84A 8B5A 4883 42A4\n', scan)).toEqual([])
  })

  it('is no digest, identifier, prose, certificate, address or base64 of chance', () => {
    const harmless = [
      'sha512-Z6l8y3nL5gJ7K0n3pS1wX8v4mR2tQ9bH6cV5xD1aE7fG3hJ2kL4zP0oI9uY8tR6eW5qA1sD3fG4hJ5kL6mN7bQ==',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '123E4567-E89B-12D3-A456-426614174000',
      'The quick brown fox jumps over the lazy dog while other people wait under the tree for some rain to stop',
      '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'passphrasepxFy57B9v8HtUsszJYKReoNDV6VHjUSGt8EVJmux9n1J3Ltf1gRxyDGXqnf9qm',
      '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----',
      'READ-THIS-FILE-NEXT',
      'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve',
    ]
    expect(harmless.flatMap(text => hunted(text))).toEqual([])
  })
})

describe('what is known', () => {
  it.each(Object.entries(encodings))('is found: %s', (_, encode) => {
    const planted = Buffer.concat([
      Buffer.from('a: '),
      Buffer.from(encode(Buffer.from(passphrase))),
      Buffer.from('; b'),
    ])
    expect(hunted(planted, knowing)).not.toEqual([])
  })
})

describe('what is not looked into is said', () => {
  const passedOver = (bytes: Buffer, scan = hunting) => scan.bytes(bytes, 'x').passedOver.map(({ why }) => why)

  it('a sealed file, formats that are not known, an encrypted zip', () => {
    expect(passedOver(Buffer.from('age-encryption.org/v1\n-> X25519 '))).toEqual([expect.stringMatching(/sealed/)])
    expect(passedOver(Buffer.from("7z\xbc\xaf'\x1c\0\x04", 'latin1'))).toEqual([expect.stringMatching(/7-Zip/)])
    expect(passedOver(zipOf(Buffer.alloc(40), { flags: 1 }))).toEqual([expect.stringMatching(/encrypted/)])
    expect(passedOver(zipOf(Buffer.alloc(40), { method: 14 }))).toEqual([expect.stringMatching(/method 14/)])
  })

  it.each([
    ['\x5d\0\0\x80\0', /LZMA/],
    ['\0\0\0\x20ftypavif', /AVIF/],
    ['\0\0\0\x20ftypheic', /HEIF/],
    ['\0\0\0\x0cjP  \r\n', /JPEG 2000/],
    ['RIFF\0\0\0\0AVI LIST', /AVI/],
    ['\x1a\x45\xdf\xa3', /WebM/],
    [`BM\x9a\0\0\0${'\0'.repeat(40)}`, /BMP/],
    ['P6\n# by nobody\n10 10\n255\n', /PNM/],
    [`${'\0'.repeat(40)}TRUEVISION-XFILE.\0`, /TGA/],
    ['<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="x"><path d="M0 0"/></svg>', /SVG/],
    ['%PDF-1.4\n1 0 obj<</Subtype /Image/Filter/FlateDecode>>stream', /PDF/],
  ])('kinds of pictures and films: %j', (text, why) => {
    expect(passedOver(Buffer.from(text, 'latin1'))).toEqual([expect.stringMatching(why)])
  })

  it('and nothing of texts that begin alike', () => {
    const texts = [
      'BMW is a maker of cars and this is a text',
      'P6 is a name',
      '%PDF-1.4 /Subtype/Image/Filter/DCTDecode',
    ]
    expect(texts.flatMap(text => passedOver(Buffer.from(text)))).toEqual([])
  })

  it('a bomb, which takes no more than its share', () => {
    const limits = { depth: 3, unpackedBytes: 2 ** 20, parts: 50 }
    const scan = new LeakScan([], { hunt: { profile: null }, limits })
    expect(passedOver(gzipSync(Buffer.alloc(2 ** 22)), scan)).toEqual([
      expect.stringMatching(/more than is looked into/),
    ])
    let deep = Buffer.from(epk)
    for (let i = 0; i < 5; i++) deep = gzipSync(deep)
    expect(passedOver(deep, scan)).toEqual([expect.stringMatching(/deeper/)])
    const many = Buffer.concat(Array.from({ length: 60 }, () => gzipSync(Buffer.from('a text of some length'))))
    expect(passedOver(many, scan)).toEqual([expect.stringMatching(/more parts/)])
    expect(passedOver(gzipSync(Buffer.from('nothing')), scan)).toEqual([])
  })
})

it('takes any bytes, and hunts a secret among any others', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 }), (before, after) => {
      const magic = Buffer.from('\x1f\x8b\x08PK\x03\x04\x28\xb5\x2f\xfd', 'latin1')
      const planted = Buffer.concat([before, magic, after, Buffer.from(`\n${epk}\n`), before])
      expect(hunted(planted)).toContain('the encrypted private key')
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      expect(hunted(gzipSync(Buffer.from(`${text}\n${wif}\n`)))).toContain('a private key (WIF)')
    }),
    { numRuns: 300 },
  )
})
