import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../bip38/bytes.ts'
import { encodePoint } from '../../bip38/curve.ts'
import { addressesOf } from '../../coins/index.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { LotFileError } from '../../products/unit-record.ts'
import { readCsv } from './lot-csv.ts'
import { examineLotFile, readLotFile } from './read-lot-file.ts'

const unit = { serial: 'BX2409708', address: '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu' }
/** Two units of a virtual lot: test keys. */
const whole = {
  serial: 'FG9943191',
  intermediateCode: 'passphraseZsnHqAif181MojXSbNW129w8V59y1Z6SAFjaAFaStcEQa6FhrR3u7MvLXxZJVW',
  confirmationCode: 'cfrm38VWy2WUTPxyHFWdqRpmG8vPBvUqN8rx4vhmd3VMSmcZJwCbqw3QMCBZwK73T5HtXCL9Mdn',
  publicKey: '023e39157694b2b642d69edc2e047f321fa6b370690c14737341bb33dc157d35b6',
  address: '14gfWyRtFZWzW17pE4x7tqRKSM1KKtrmKb',
}
const other = {
  serial: 'QR8797086',
  intermediateCode: 'passphraseYX6aKfJHAEE2R6m6d8FGUqBkYNz3XwAVTccjZigySuhSFSKFpiJXa6cPcWiHnA',
  confirmationCode: 'cfrm38VX8NGBGKC14cwSQ32BYnsjTDM8Q3AUAGSchjBJqZMwV5T5vZFFUAaQFjR96moukzD4atn',
  publicKey: '032ebea3c923e86e1034612c2bb0c94e81960ef70245edabf05bc0d07041ed9992',
  address: '1DYk2D9fAShCWzZ33Mr85jnkW6uEPabQtP',
}
const reference = loadProfile('assay-reference')
const epk = '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf'

describe('readLotFile', () => {
  it('takes {units: […]} and a bare array, and ignores public fields that it does not know', () => {
    for (const text of [JSON.stringify({ units: [{ ...unit, box: 7 }] }), JSON.stringify([{ ...unit, box: 7 }])]) {
      const { lot, warnings, ignored } = readLotFile(text)
      expect(lot.units).toEqual([unit])
      expect(warnings).toEqual([])
      expect(ignored).toEqual(['box'])
    }
  })

  it('takes what other programs write: a head of their own, null for unknown, a lot as a number', () => {
    const text = JSON.stringify({ format: 'their-units-3', lot: 12, units: [{ ...unit, lot: 12, publicKey: null }] })
    expect(readLotFile(text).lot).toEqual({ lot: '12', product: null, units: [{ ...unit, lot: '12' }] })
  })

  it('takes a unit of which only the serial is known', () => {
    expect(readLotFile('[{"serial": "A1"}]').lot.units).toEqual([{ serial: 'A1' }])
  })

  it.each([
    'passphrase',
    'passphraseDisplay',
    'epk',
    'EPK',
    'encrypted_private_key',
    'privateKey',
    'private-key',
    'privateKeyHex',
    'wif',
    'wifForTestOnly',
    'seedb',
    'bip38Passphrase',
    'passfactor',
    'mnemonic',
  ])('does not read the secret field %s, and warns without its value', field => {
    const { lot, warnings } = readLotFile(JSON.stringify([{ ...unit, [field]: 'hush-hush' }]))
    expect(JSON.stringify(lot)).not.toContain('hush')
    expect(warnings).toEqual([expect.stringContaining(`unit BX2409708: the field «${field}» is secret`)])
    expect(warnings.join()).not.toContain('hush')
  })

  it('finds secrets at any depth, and by their form whatever their field is called', () => {
    const { lot, warnings } = readLotFile(
      JSON.stringify([{ ...unit, printed: { bottomEpk: 'x', layers: [{ text: epk }] }, note: epk }]),
    )
    expect(JSON.stringify(lot)).not.toContain('6P')
    expect(warnings).toHaveLength(3)
    expect(warnings.join()).not.toContain(epk)
    expect(warnings[0]).toContain('printed.bottomEpk')
    expect(warnings[1]).toContain('printed.layers.0.text')
  })

  it('does not repeat a secret that stands where a field name belongs', () => {
    const { lot, warnings } = readLotFile(JSON.stringify([{ ...unit, byKey: { [epk]: 1 } }]))
    expect(JSON.stringify([lot, warnings])).not.toContain('6P')
    expect(warnings).toEqual([expect.stringContaining('byKey.[secret]')])
  })

  it('shows no name that may be a secret beside another one', () => {
    const { warnings } = readLotFile(JSON.stringify([{ ...unit, box: { 'ABCDE-FGH7J-KLMNP': { epk: 'x' } } }]))
    expect(warnings).toEqual([expect.stringContaining('«box.[secret].epk»')])
  })

  it('warns of a secret of the lot itself', () => {
    const { warnings } = readLotFile(JSON.stringify({ seed: 'hush', units: [unit] }))
    expect(warnings).toEqual([expect.stringContaining('the lot: the field «seed» is secret')])
  })

  it('keeps public codes although their names are near to secret ones', () => {
    const { lot, warnings } = readLotFile(JSON.stringify([whole]))
    expect(lot.units[0]).toEqual(whole)
    expect(warnings).toEqual([])
  })

  it.each([
    ['{', 'lot-not-json'],
    ['{}', 'lot-without-units'],
    ['[]', 'lot-without-units'],
    ['7', 'lot-without-units'],
    ['null', 'lot-without-units'],
    ['{"units": {}}', 'lot-without-units'],
    ['[{"address": "1H"}]', 'lot-faulty'],
    ['[{"serial": 12}]', 'lot-faulty'],
    ['[3]', 'lot-faulty'],
    ['{"format": "assay-lot-2", "units": [{"serial": "A"}]}', 'lot-faulty'],
    ['[{"serial": "A"}, {"serial": "A"}]', 'lot-serial-twice'],
    ['[{"serial": "BX0000001"}, {"serial": "bx-0000001"}]', 'lot-serial-twice'],
  ])('refuses %s as %s', (text, code) => {
    expect(() => readLotFile(text, 'lot.json')).toThrow(expect.objectContaining({ code }))
    expect(() => readLotFile(text, 'lot.json')).toThrow(/^lot\.json/)
  })

  it('never quotes the text in an error, as it may hold a secret', () => {
    expect(() => readLotFile(`{"epk": "${epk}", oops`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('6P') }),
    )
  })

  it('takes any JSON without crashing', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        try {
          readLotFile(text)
        } catch (error) {
          expect(error).toBeInstanceOf(LotFileError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

const sentenceOf = (content: string | Uint8Array, profile = reference) => {
  try {
    readLotFile(content, 'lot.json', { profile })
  } catch (error) {
    expect(error).toMatchObject({ name: 'LotFileError', exitCode: 2 })
    return (error as Error).message
  }
  return null
}
const lotWith = (change: object, head: object = {}, first: object = {}) =>
  JSON.stringify({
    ...head,
    units: [
      { ...whole, ...first },
      { ...other, ...change },
    ],
  })

describe('every field is checked where it enters, and the sentence names unit and field', () => {
  const { publicKey, address, intermediateCode, confirmationCode } = other
  const swapped = (text: string) => text.slice(0, -2) + text.slice(-1) + text.slice(-2, -1)
  it.each([
    ['publicKey', { publicKey: 'zz' }, 'is no public key'],
    ['publicKey', { publicKey: '' }, 'is a placeholder'],
    ['publicKey', { publicKey: `02${'f'.repeat(64)}` }, 'is no point of secp256k1'],
    ['publicKey', { publicKey: publicKey.slice(2) }, 'is no public key'],
    ['confirmationCode', { confirmationCode: confirmationCode.slice(0, -1) }, 'has 75 characters, not 74'],
    ['confirmationCode', { confirmationCode: swapped(confirmationCode) }, 'its checksum does not fit'],
    ['confirmationCode', { confirmationCode: intermediateCode }, 'begins with cfrm38'],
    ['confirmationCode', { confirmationCode: 'cfrm38…' }, 'is U+2026'],
    [
      'intermediateCode',
      { intermediateCode: `${intermediateCode.slice(0, 40)}0${intermediateCode.slice(41)}` },
      'character 41',
    ],
    ['intermediateCode', { intermediateCode: swapped(intermediateCode) }, 'its checksum does not fit'],
    ['address', { address: swapped(address) }, 'its checksum does not fit'],
    ['address', { address: 'somewhere-else' }, 'is no address'],
    ['address', { address: whole.address, publicKey }, 'is that of unit FG9943191 as well'],
    ['address', { address: '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu' }, 'is not an address of the publicKey beside it'],
    ['address', { address: `${address}\u200b` }, 'is U+200B'],
    ['address', { address: address.replace('D', '\u0410') }, 'is U+0410'],
    ['address', { address: ` ${address}` }, 'begins or ends with white space'],
    ['denomination', { denomination: 'much' }, 'is no value'],
    ['product', { product: 'real' }, 'says real, but the lot is judged as assay-reference'],
    [
      'addresses',
      { addresses: { btc_p2pk: address } },
      'names a coin that Assay does not know (did you mean btc_p2pkh?)',
    ],
    ['addresses', { addresses: { btc_p2pkh: swapped(address) } }, 'holds no sound address of btc_p2pkh'],
    ['pubKey', { pubKey: publicKey }, 'did you mean publicKey?'],
    ['intermediatecode', { intermediatecode: intermediateCode }, 'did you mean intermediateCode?'],
    ...['-', 'N/A', 'n/a', '…', '...', 'none', 'TBD', 'null', '?', 'xxx'].map(
      nothing => ['address', { address: nothing }, 'is a placeholder'] as const,
    ),
  ] as const)('%s: %j', (field, change, because) => {
    const sentence = sentenceOf(lotWith(change))
    expect(sentence).toContain(`lot.json: unit QR8797086, field «${field}»: `)
    expect(sentence).toContain(because)
    for (const value of Object.values(change)) {
      if (typeof value === 'string' && value.length > 8) expect(sentence).not.toContain(value)
    }
  })

  it.each([
    [{ serial: 'BX240970' }, 'unit 2, field «serial»: is no serial of assay-reference, which looks like BX2409708'],
    [{ serial: '' }, 'unit 2, field «serial»: is a placeholder'],
    [{ serial: undefined }, 'unit 2, field «serial»: is missing'],
    [{ serial: 8797086 }, 'unit 2, field «serial»: must be a text'],
    [{ serial: 'FG9943191' }, 'field «serial»: is that of unit FG9943191 as well (they are number 1 and 2)'],
    [{ serial: 'FG-9943191' }, 'unit FG-9943191, field «serial»: is that of unit FG9943191 as well'],
    // A passphrase where the serial belongs.
    [{ serial: 'ABCDE-FGH7J-KLMNP-QRSTU' }, 'unit 2, field «serial»: is no serial'],
  ])('names by its place a unit whose serial is none: %j', (change, sentence) => {
    expect(sentenceOf(lotWith(change))).toContain(sentence)
    expect(sentenceOf(lotWith(change))).not.toContain('ABCDE')
  })

  it('takes the serials of a product that writes them with a dash, with it and without, as one', () => {
    const pattern = { pattern: '^[A-Z]{3}-[0-9]{5}$', template: 'AAA-99999', example: 'NWB-10472' }
    const dashed = { ...reference, serial: pattern }
    for (const serial of ['NWB-10472', 'NWB10472']) {
      const { units } = readLotFile(lotWith({ serial }, {}, { serial: 'ABC-00001' }), 'lot', { profile: dashed }).lot
      expect(units.map(unit => unit.serial)).toEqual(['ABC00001', 'NWB10472'])
    }
    for (const serial of ['BX 8797086', 'BX-8797086'])
      for (const options of [{ profile: reference }, {}])
        expect(readLotFile(lotWith({ serial }), 'lot', options).lot.units[1]!.serial).toBe('BX8797086')
    const sentence = (serial: string) => sentenceOf(lotWith({ serial }, {}, { serial: 'ABC-00001' }), dashed)
    expect(sentence('NWB-1047')).toContain('is no serial of assay-reference, which looks like NWB-10472')
    expect(sentence('ABC00001')).toContain('field «serial»: is that of unit ABC-00001 as well')
  })

  it('holds the product of the lot against the one that it is judged as', () => {
    expect(sentenceOf(lotWith({}, { product: 'real' }))).toContain(
      'says real, but the lot is judged as assay-reference',
    )
    expect(sentenceOf(lotWith({}, { product: 'assay-reference' }))).toBeNull()
    expect(sentenceOf(lotWith({}, { prodcut: 'real' }))).toContain(
      '«prodcut»: is not a field of a lot (did you mean product?)',
    )
    expect(sentenceOf(lotWith({}, { product: 'ABCDE-FGH7J-KLMNP-QRSTU' }))).not.toContain('ABCDE')
    expect(readLotFile(lotWith({}, { product: 'real' })).lot.product).toBe('real')
  })

  it.each(['publicKey', 'address', 'intermediateCode', 'confirmationCode'] as const)(
    'two units of one %s are named both',
    field => {
      const rest = field === 'publicKey' ? { address: undefined } : { publicKey: undefined }
      const sentence = sentenceOf(lotWith({ ...rest, [field]: whole[field] }))
      expect(sentence).toContain(`unit QR8797086, field «${field}»: is that of unit FG9943191 as well`)
    },
  )

  it('names two units with addresses of one key, though only one has the key, or none', () => {
    const { btc_p2pkh, btc_p2wpkh, btc_p2sh_p2wpkh, ltc } = addressesOf(whole.publicKey)
    const bare = { intermediateCode: undefined, confirmationCode: undefined, publicKey: undefined }
    const said = 'unit QR8797086, field «address»: belongs to the key of unit FG9943191 as well'
    for (const address of [btc_p2wpkh, btc_p2sh_p2wpkh, ltc])
      expect(sentenceOf(lotWith({ ...bare, address }))).toContain(said)
    const pair = [btc_p2pkh, btc_p2sh_p2wpkh].map((address, i) => ({ serial: `AA000000${i}`, address }))
    expect(sentenceOf(JSON.stringify(pair))).toContain('belongs to the key of unit AA0000000 as well')
    expect(sentenceOf(lotWith({ ...bare, address: addressesOf(other.publicKey)['ltc'] }))).toBeNull()
  })

  it('knows one key and one address however they are written', () => {
    const uncompressed = toHex(encodePoint(fromHex(whole.publicKey, 'key'), false))
    expect(sentenceOf(lotWith({ publicKey: uncompressed, address: undefined }))).toContain(
      'field «publicKey»: is that of unit',
    )
    const segwit = addressesOf(whole.publicKey)['btc_p2wpkh']!
    const units = [
      { serial: whole.serial, address: segwit },
      { serial: other.serial, address: segwit.toUpperCase() },
    ]
    expect(sentenceOf(JSON.stringify(units))).toContain('field «address»: is that of unit')
  })

  it('tells how many faults there are, and lists them all when it is asked', () => {
    const text = JSON.stringify([
      { ...whole, publicKey: 'zz' },
      { ...other, address: '-', confirmationCode: 'x' },
    ])
    expect(sentenceOf(text)).toMatch(
      /^lot\.json: unit FG9943191, field «publicKey».*, and 2 more; assay lot check lists them all\.$/,
    )
    expect(examineLotFile(text).faults.map(({ unit, field }) => [unit, field])).toEqual([
      ['unit FG9943191', 'publicKey'],
      ['unit QR8797086', 'confirmationCode'],
      ['unit QR8797086', 'address'],
    ])
  })
})

describe('what office programs write', () => {
  const header = 'Address;Serial;public key;intermediateCode;confirmationCode'
  const row = (u: typeof whole) => [u.address, u.serial, u.publicKey, u.intermediateCode, u.confirmationCode].join(';')
  const table = `${header}\r\n${row(whole)}\r\n${row(other)}\r\n`

  it('takes a mark at the beginning, UTF-16 in both orders, and tables', () => {
    const json = JSON.stringify({ units: [whole, other] })
    const files = [json, table, table.replaceAll(';', ','), table.replaceAll(';', '\t'), `sep=;\r\n${table}`]
    for (const text of files) {
      const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
      for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()]) {
        expect(readLotFile(bytes, 'lot', { profile: reference }).lot.units).toEqual([whole, other])
      }
    }
  })

  it('takes quoted cells, serials that are kept texts, empty cells and rows', () => {
    const text = `"serial","address","lot"\n'0012,,"Lot ""7"", spring"\n="0013",${other.address},\n,,\n`
    expect(readLotFile(text).lot.units).toEqual([
      { serial: '0012', lot: 'Lot "7", spring' },
      { serial: '0013', address: other.address },
    ])
  })

  it.each([
    ['serial,address\n1.23E+10,\n', 'line 2, field «serial»: is a number in scientific notation'],
    ['serial,address\nA1,23E+10\n', 'line 2, field «address»: is a number in scientific notation'],
    ['serial;address\n1,23E+10;\n', 'line 2, field «serial»: is a number in scientific notation'],
    ['serial\n00123\n124\n', 'line 3, field «serial»: has 3 digits where others have 5'],
    ['adress,serail\nx,y\n', 'the header: no column is called serial'],
    ['serial,serial\nA1,A2\n', 'the header, field «serial»: two columns have this name'],
    ['serial,adress\nA1,x\n', 'unit A1 (line 2), field «adress»: is not a field of a unit (did you mean address?)'],
    ['serial\nA1,A2\n', 'line 2: cell 2 stands under no name of a field'],
    ['serial\n"A1\n', 'line 2: a quotation mark is never closed'],
    ['serial\n', 'holds no units below its header'],
    ['serial,address\nA1,N/A\n', 'unit A1 (line 2), field «address»: is a placeholder'],
  ])('refuses %j by name', (text, sentence) => {
    try {
      readLotFile(text, 'lot.csv')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ name: 'LotFileError', message: expect.stringContaining(sentence) })
    }
  })

  it('does not read a secret column', () => {
    const { lot, warnings } = readLotFile(`serial,passphrase\nA1,hush-hush\nA2,hush\n`)
    expect(JSON.stringify([lot, warnings])).not.toContain('hush')
    expect(warnings).toEqual([expect.stringContaining('the field «passphrase» is secret')])
  })

  it('shows nothing of a passphrase file that was named by mistake', () => {
    for (const text of [
      'ABCDE-FGH7J-KLMNP-QRSTU',
      'ABCDE-FGH7J-KLMNP-QRSTU\n',
      'correct horse; battery\nstaple,serial',
    ]) {
      const sentence = sentenceOf(text)
      expect(sentence).not.toBeNull()
      expect(sentence).not.toMatch(/ABCDE|horse|staple/)
    }
  })

  it('reads back any table that it is given, whatever its cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', '\t', ' ', 'é'), maxLength: 8 })
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }),
        fc.constantFrom(',', ';', '\t'),
        (rows, separator) => {
          const text = `sep=${separator}\n${rows.map(cells => cells.map(quoted).join(separator)).join('\r\n')}`
          const kept = rows.filter(cells => cells.some(one => one !== ''))
          expect(readCsv(text)).toEqual({ rows: kept.map(cells => ({ line: expect.any(Number), cells })), fault: null })
        },
      ),
    )
  })
})

it('any text, bytes or object gives a lot or one sentence, quickly and without a secret', () => {
  const secret = fc.constantFrom(epk, 'ABCDE-FGH7J-KLMNP-QRSTU-hush')
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    secret,
    fc.constantFrom(...Object.values(whole), '', '-', '1E9'),
  )
  const field = fc.oneof(
    fc.constantFrom(...Object.keys(whole), 'lot', 'product', 'addresses', '__proto__', 'adress'),
    fc.string(),
  )
  const record = fc.dictionary(field, value)
  const lot = fc.oneof(
    fc.array(record),
    fc.record({ units: fc.array(fc.oneof(record, value)), lot: value, product: value }),
  )
  const cells = fc.array(
    fc.array(fc.oneof(field, fc.constantFrom(...Object.values(whole), '"', '\n', epk)), { maxLength: 5 }),
  )
  const tables = cells.map(rows => `serial,address,x\n${rows.map(row => row.join(',')).join('\n')}`)
  const text = fc.oneof(
    lot.map(object => JSON.stringify(object)),
    tables,
    fc.string(),
    fc.json(),
  )
  const files = fc.oneof(
    text,
    text.map(one => Buffer.from(one, 'utf16le')),
    fc.uint8Array(),
  )
  // Processor time: what else a machine does makes no reading slow.
  let slowestMs = 0
  const told = (content: string | Uint8Array) => {
    const began = process.cpuUsage()
    const sentence = sentenceOf(content) ?? ''
    const { user, system } = process.cpuUsage(began)
    slowestMs = Math.max(slowestMs, (user + system) / 1000)
    return sentence
  }
  fc.assert(
    fc.property(files, content => {
      const sentence = told(content)
      expect(sentence).not.toMatch(/6PnZ|hush/)
      expect(sentence).not.toMatch(/\[object|undefined/)
    }),
    { numRuns: 600 },
  )
  for (const deep of [
    '['.repeat(20_000),
    '{"units":['.repeat(20_000),
    `[{"serial":"A","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`,
  ]) {
    expect(told(deep)).toContain('is nested more than 64 levels deep')
  }
  for (const long of ['"'.repeat(1_000_001), `serial\n${'"'.repeat(1_000_001)}`, `serial\n${',\n'.repeat(300_000)}`])
    told(long)
  expect(slowestMs).toBeLessThan(2000)
})

it.each([
  ['what is a key', '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf'],
  ['what the product has as secret', 'SECRET words'],
])('a column that is called by %s is a secret, and its name is shown nowhere', (_, name) => {
  const table = `serial,"${name}"\nBX0000001,\n`
  const { secrets, warnings } = examineLotFile(table, { givesAway: text => text.startsWith('SECRET') })
  expect(secrets).toEqual([{ unit: 'the table', field: 'column 2' }])
  expect(warnings.join()).not.toContain(name)
})
