import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  type CardInHand,
  latticeOf,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
  segwitOf,
} from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import type { StationName } from '../core/vocabulary.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import type { Measurement, PhotographReading, Reading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import { requestOf } from './reference-request.testing.ts'

/*
 * Every way to a false PASS that we can think of. A is the unit in hand, B another unit of the same lot, C a unit of
 * another lot.
 */
let a: ReferenceUnit
let b: ReferenceUnit
let c: ReferenceUnit

beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
  c = await makeReferenceUnit('CX0000003', 2, 'PPPPQQQQRRRRSSSSTTTTUUUU')
})

async function inspect(
  station: StationName,
  reading: PhotographReading | readonly PhotographReading[],
  units: readonly UnitRecord[] = [a.record, b.record],
): Promise<InspectionRecord> {
  const readings = Array.isArray(reading) ? reading : [reading]
  const record = await inspectUnit(
    requestOf(station, readings, { records: () => ({ lot: 'L-0', product: null, units: [...units] }) }),
  )
  expectNoSecrets(record)
  return record
}

/** In every inspection of these tests: whatever went wrong, no secret of any unit is in the record. */
function expectNoSecrets(record: InspectionRecord): void {
  const written = serialiseRecord(record)
  for (const { card } of [a, b, c]) {
    expect(written).not.toContain(card.epk)
    expect(written).not.toContain(card.passphrase)
    expect(written).not.toContain(card.passphrase.match(/.{4}/g)!.join('-'))
  }
}

const findingOf = (record: InspectionRecord, check: string) => record.findings.find(finding => finding.check === check)

describe('what one photograph clearly shows against the unit fails it, though another one is good', () => {
  const apart: readonly [title: string, station: StationName, spoilt: () => Partial<CardInHand>, check: string][] = [
    ['another address', 'sealed', () => ({ address: b.card.address, addressText: b.card.addressText }), 'address-hash'],
    ['another address as text alone', 'sealed', () => ({ addressText: b.card.address }), 'address-matches'],
    ['another passphrase', 'etched', () => ({ passphrase: b.card.passphrase }), 'passphrase-commitment'],
    ['another EPK', 'opened', () => ({ epk: b.card.epk }), 'owner-entropy'],
  ]
  test.each(apart)('%s at %s', async (_, station, spoilt, check) => {
    const good = photographOf(station, a.card, {}, { photographId: '1'.repeat(64) })
    const bad = photographOf(station, { ...a.card, ...spoilt() }, {}, { photographId: '2'.repeat(64) })
    expect((await inspect(station, good)).verdict).toBe('PASS')
    for (const both of [
      [good, bad],
      [bad, good],
    ]) {
      const record = await inspect(station, both)
      expect(record.verdict).toBe('FAIL')
      expect(findingOf(record, check)).toMatchObject({ verdict: 'FAIL' })
      expect(findingOf(record, check)!.because).toContain('One of the photographs shows it')
    }
  })

  test('two good cards that are given as one are no failure of either', async () => {
    const record = await inspect('sealed', [photographOf('sealed', a.card), photographOf('sealed', b.card)])
    expect(record.verdict).toBe('INCONCLUSIVE')
  })
})

describe('a mix-up of two units fails, and the finding says what is wrong', () => {
  const mixUps: readonly [
    title: string,
    station: StationName,
    swap: () => Partial<CardInHand>,
    check: string,
    says: RegExp,
  ][] = [
    [
      'top layer of another unit',
      'sealed',
      () => ({ address: b.card.address, addressText: b.card.addressText, serialTop: b.card.serialTop }),
      'serials-agree',
      /serial-top is BX0000002/,
    ],
    [
      'address of another unit under the right serial',
      'sealed',
      () => ({ address: b.card.address, addressText: b.card.addressText }),
      'address-matches',
      /not an address of BX0000001/,
    ],
    [
      'address of nobody',
      'sealed',
      () => ({ address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', addressText: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT' }),
      'address-matches',
      /not an address of/,
    ],
    [
      'address QR of another unit, text right',
      'sealed',
      () => ({ address: b.card.address }),
      'address-matches',
      /not an address of/,
    ],
    [
      'address text of another unit, QR right',
      'sealed',
      () => ({ addressText: b.card.address }),
      'address-matches',
      /two addresses/,
    ],
    [
      'one wrong character in the card serial',
      'sealed',
      () => ({ serialCard: 'BX0000007' }),
      'serials-agree',
      /serial-card is BX0000007/,
    ],
    [
      'one wrong character in the top serial',
      'sealed',
      () => ({ serialTop: 'BX0000007' }),
      'serials-agree',
      /serial-top does not belong/,
    ],
    [
      'one wrong character in the bottom serial',
      'opened',
      () => ({ serialBottom: 'BX0000007' }),
      'serials-agree',
      /serial-bottom does not belong/,
    ],
    [
      'serials that agree with each other, all of another unit',
      'sealed',
      () => ({ serialCard: 'BX0000002', serialTop: 'BX0000002' }),
      'address-matches',
      /not an address of BX0000002/,
    ],
    [
      'etched passphrase of another unit',
      'etched',
      () => ({ passphrase: b.card.passphrase }),
      'passphrase-commitment',
      /another passphrase/,
    ],
    [
      'etched passphrase of another unit, opened',
      'opened',
      () => ({ passphrase: b.card.passphrase }),
      'decryption',
      /passphrase/i,
    ],
    [
      'EPK of another unit, three serials agreeing',
      'opened',
      () => ({ epk: b.card.epk }),
      'owner-entropy',
      /not of one unit/,
    ],
    ['EPK of another lot', 'printed', () => ({ epk: c.card.epk }), 'owner-entropy', /not of one unit/],
    [
      'top layer of another unit before lamination',
      'printed',
      () => ({ address: b.card.address, addressText: b.card.address, serialTop: 'BX0000002' }),
      'address-hash',
      /not of one unit|another key/,
    ],
    [
      'one wrong letter in the passphrase',
      'etched',
      () => ({ passphrase: 'AAAABBBBCCCCDDDDEEEEFFFG' }),
      'confirmation',
      /passphrase/i,
    ],
  ]

  test.each(mixUps)('%s (%s)', async (_title, station, swap, check, says) => {
    const record = await inspect(station, photographOf(station, { ...a.card, ...swap() }))
    expect(record.verdict).toBe('FAIL')
    expect(findingOf(record, check)).toMatchObject({ verdict: 'FAIL', because: expect.stringMatching(says) })
  })

  test.each(['printed', 'etched', 'sealed', 'opened'] as const)(
    'an intermediate code of another lot beside the right confirmation code, %s',
    async station => {
      const { intermediateCode } = c.record
      const record = await inspect(station, photographOf(station, a.card), [
        { ...a.record, intermediateCode: intermediateCode! },
      ])
      expect(record.verdict).toBe('FAIL')
      expect(findingOf(record, 'owner-entropy')).toMatchObject({ verdict: 'FAIL' })
    },
  )

  test('EPK and serials of another unit with the passphrase of this one', async () => {
    const record = await inspect('opened', photographOf('opened', { ...b.card, passphrase: a.card.passphrase }))
    expect(record).toMatchObject({ verdict: 'FAIL', unit: 'BX0000002' })
  })

  test('a whole unit of another lot is not of this lot', async () => {
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
      const record = await inspect(station, photographOf(station, c.card))
      expect(record).toMatchObject({ verdict: 'FAIL', unit: null })
      expect(findingOf(record, 'known-unit')?.because).toMatch(/Not of this lot.*CX0000003/)
    }
  })
})

describe('what was not seen is never a pass', () => {
  test.each<[StationName, string]>(
    (['printed', 'etched', 'sealed', 'opened'] as const).flatMap(station =>
      ({
        printed: ['address-qr', 'address-text', 'epk-qr', 'serial-top', 'serial-bottom'],
        etched: ['address-qr', 'address-text', 'serial-top', 'serial-card', 'passphrase', 'epk-qr'],
        sealed: ['address-qr', 'address-text', 'serial-top', 'serial-card', 'scratch-off', 'passphrase', 'epk-qr'],
        opened: ['epk-qr', 'serial-bottom', 'serial-card', 'passphrase'],
      })[station].map((mark): [StationName, string] => [station, mark]),
    ),
  )('%s: %s unread is INCONCLUSIVE, and not there is not a pass', async (station, mark) => {
    const unread = photographOf(station, a.card, { [mark]: blankReading(mark, 'unread', 'blur 0.9 module') })
    expect(await inspect(station, unread)).toMatchObject({ verdict: 'INCONCLUSIVE' })
    const absent = photographOf(station, a.card, { [mark]: blankReading(mark, 'absent', 'bare steel') })
    expect((await inspect(station, absent)).verdict).not.toBe('PASS')
    const none = photographOf(station, a.card)
    const without = { ...none, marks: none.marks.filter(reading => reading.mark !== mark) }
    expect((await inspect(station, without)).verdict).not.toBe('PASS')
  })

  test('no photograph, no card, no readings', async () => {
    const empty = {
      ...photographOf('sealed', a.card),
      marks: [],
      measurements: [],
      states: [],
      because: 'no card in view',
    }
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
      expect(await inspect(station, [])).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
      expect(await inspect(station, empty)).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
    }
  })

  test('a mark without limits or without measurements is not a pass', async () => {
    const unlimited = { min: null, max: null }
    for (const [reading, limits] of [
      [photographOf('sealed', a.card, {}, { measurements: [] }), {}],
      [photographOf('sealed', a.card), { 'placement-shift': unlimited }],
    ] as const) {
      const profile = { ...referenceProfile, limits: { ...referenceProfile.limits, ...limits } }
      const record = await inspectUnit(requestOf('sealed', [reading], { profile, records: () => lotOf(a) }))
      expect(record.verdict).toBe('INCONCLUSIVE')
      expect(findingOf(record, 'placement')?.verdict).toBe('INCONCLUSIVE')
    }
  })

  test('a measurement that is not a number is not a pass', async () => {
    const measurements = [{ name: 'placement-shift', of: 'sticker', value: Number.NaN, unit: 'mm' } as const]
    const record = await inspect('sealed', photographOf('sealed', a.card, {}, { measurements }))
    expect(findingOf(record, 'placement')?.verdict).toBe('INCONCLUSIVE')
    expect(record.measurements[0]).toMatchObject({
      value: null,
      limits: { min: null, max: 1 },
      verdict: 'INCONCLUSIVE',
    })
  })

  test('a limit that no measurement has is not a pass: it was meant for one', async () => {
    const limits = { ...referenceProfile.limits, 'placment-shfit': { min: null, max: 0.05 } }
    const profile = { ...referenceProfile, limits }
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], { profile, records: () => lotOf(a) }),
    )
    expect(record).toMatchObject({
      verdict: 'ERROR',
      error: {
        code: 'profile-faulty',
        message: expect.stringMatching(/«placment-shfit».*did you mean placement-shift/),
      },
    })
  })

  test('a product that plans no mark for the station is not a pass', async () => {
    const profile = { ...referenceProfile, marks: referenceProfile.marks.filter(({ name }) => name === 'words') }
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
      const record = await inspectUnit(
        requestOf(station, [photographOf(station, a.card)], { profile, records: () => lotOf(a) }),
      )
      expect(record.verdict).toBe('INCONCLUSIVE')
    }
  })

  const lotOf = (...units: readonly ReferenceUnit[]) => ({
    lot: null,
    product: null,
    units: units.map(({ record }) => record),
  })
})

describe('records that do not carry the proof', () => {
  test.each(['intermediateCode', 'confirmationCode', 'address'] as const)(
    'without %s no station that needs it passes',
    async field => {
      const { [field]: _, publicKey: __, ...rest } = a.record
      const stationsInNeed = {
        intermediateCode: ['printed', 'etched', 'opened'],
        confirmationCode: ['printed', 'etched', 'sealed', 'opened'],
        address: ['printed', 'etched', 'sealed', 'opened'],
      } as const
      for (const station of stationsInNeed[field]) {
        const record = await inspect(station, photographOf(station, a.card), [rest])
        expect(record).toMatchObject({ verdict: 'INCONCLUSIVE' })
      }
    },
  )

  test('the record of one unit with the codes of another fails', async () => {
    const mixed = { ...a.record, intermediateCode: b.record.intermediateCode }
    for (const station of ['printed', 'etched', 'opened'] as const) {
      expect(await inspect(station, photographOf(station, a.card), [mixed])).toMatchObject({ verdict: 'FAIL' })
    }
    const confirmed = { ...a.record, confirmationCode: b.record.confirmationCode }
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
      expect(await inspect(station, photographOf(station, a.card), [confirmed])).toMatchObject({ verdict: 'FAIL' })
    }
  })

  test('a record whose address is not of its public key fails', async () => {
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
      const wrongKey = await inspect(station, photographOf(station, a.card), [
        { ...a.record, publicKey: b.record.publicKey },
      ])
      expect(wrongKey).toMatchObject({ verdict: 'FAIL' })
      const wrongAddress = await inspect(station, photographOf(station, a.card), [
        { ...a.record, address: b.record.address },
      ])
      expect(wrongAddress.verdict).toBe('FAIL')
    }
  })

  test('a damaged code in the record fails', async () => {
    const damaged = { ...a.record, confirmationCode: `${a.record.confirmationCode!.slice(0, -1)}1` }
    const record = await inspect('sealed', photographOf('sealed', a.card), [damaged])
    expect(findingOf(record, 'code-integrity')?.verdict).toBe('FAIL')
  })

  test('a record of another product fails', async () => {
    const record = await inspect('sealed', photographOf('sealed', a.card), [{ ...a.record, product: 'real' }])
    expect(findingOf(record, 'profile-match')?.because).toMatch(/is a real/)
  })

  test('two records that fit what was read are not told apart by guessing', async () => {
    const card = {
      'serial-card': blankReading('serial-card', 'unread', 'glare'),
      'serial-top': blankReading('serial-top', 'unread', 'glare'),
    }
    const record = await inspect('sealed', photographOf('sealed', a.card, card), [
      a.record,
      { ...a.record, serial: 'BX0000009' },
    ])
    expect(record).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
    expect(findingOf(record, 'known-unit')?.because).toMatch(/fits 2 records/)
  })
})

describe('a confirmation code that is engraved on the card', () => {
  const mark: ProductProfile['marks'][number] = {
    kind: 'text',
    name: 'confirmation-code',
    on: 'card',
    rect: { x: 39, y: 12, width: 40, height: 3 },
    visibleIn: ['etched', 'sealed', 'opened'],
    secret: false,
    content: 'confirmation-code',
    lines: [{ baseline: { x: 39, y: 14 }, align: 'left', capHeight: 1.5 }],
    split: 'equal',
    made: 'etched',
  }
  const profile = { ...referenceProfile, marks: [...referenceProfile.marks, mark] }
  const inspectWith = (reading: Reading) =>
    inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card, { 'confirmation-code': reading })], {
        profile,
        records: () => ({ lot: null, product: null, units: [a.record] }),
      }),
    )

  test("the record's own passes, another unit's fails, a misread or unread one is for a person", async () => {
    const code = a.record.confirmationCode!
    expect((await inspectWith(readingOf('confirmation-code', code))).verdict).toBe('PASS')
    const other = await inspectWith(readingOf('confirmation-code', b.record.confirmationCode!))
    expect(findingOf(other, 'code-integrity')).toMatchObject({ verdict: 'FAIL', marks: ['confirmation-code'] })
    const misread = await inspectWith(readingOf('confirmation-code', `${code.slice(0, -1)}1`))
    expect(findingOf(misread, 'code-integrity')?.verdict).toBe('INCONCLUSIVE')
    const unread = await inspectWith(blankReading('confirmation-code', 'unread', 'glare'))
    expect(findingOf(unread, 'code-integrity')?.verdict).toBe('INCONCLUSIVE')
  })
})

describe('what is measured', () => {
  const stroke = (of: string, value: number) => ({ name: 'text-weakest-stroke', of, value, unit: 'ratio' }) as const
  const symbol = (value: number) =>
    ({ name: 'unused-error-correction', of: 'address-qr', value, unit: 'index' }) as const
  const inspectWith = (more: readonly Measurement[], over: Readonly<Record<string, Reading>> = {}) => {
    const good = photographOf('sealed', a.card, over)
    const left = good.measurements.filter(({ name, of }) => !more.some(one => one.name === name && one.of === of))
    return inspect('sealed', { ...good, measurements: [...left, ...more] })
  }

  test("a missing stroke in a text that could be guessed fails, by the profile's limit", async () => {
    const record = await inspectWith([stroke('serial-card', 0.05)])
    expect(findingOf(record, 'legibility')).toMatchObject({ verdict: 'FAIL', marks: ['serial-card'] })
    expect((await inspectWith([stroke('serial-card', 0.8)])).verdict).toBe('PASS')
  })

  test('on a text that was not read a weak stroke is no fail: glare looks the same', async () => {
    const unread = { 'serial-card': blankReading('serial-card', 'unread', 'glare') }
    const record = await inspectWith([stroke('serial-card', 0.05)], unread)
    expect(findingOf(record, 'legibility')?.verdict).toBe('INCONCLUSIVE')
  })

  test('a symbol without much error correction left fails, near the limit it is taken again', async () => {
    expect(findingOf(await inspectWith([symbol(0.1)]), 'print-quality')?.verdict).toBe('FAIL')
    expect(findingOf(await inspectWith([symbol(0.38)]), 'print-quality')?.verdict).toBe('INCONCLUSIVE')
  })

  test('a symbol whose print was not measured is not a pass', async () => {
    const good = photographOf('sealed', a.card)
    const measurements = good.measurements.filter(({ of }) => of !== 'address-qr')
    const record = await inspect('sealed', { ...good, measurements })
    expect(findingOf(record, 'print-quality')).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['address-qr'] })
  })

  test('a cover that leaves strokes open fails although the rest could be judged', async () => {
    const open = { name: 'cover-open-strokes', of: 'scratch-off', value: 30, unit: 'mm' } as const
    expect(findingOf(await inspectWith([open]), 'cover-intact')?.verdict).toBe('FAIL')
  })

  test('the record says of each measurement what its check made of it, and by which limits', async () => {
    const { measurements } = await inspectWith([symbol(0.38)])
    const said = Object.fromEntries(measurements.map(({ name, limits, verdict }) => [name, { limits, verdict }]))
    expect(said).toEqual({
      'unused-error-correction': { limits: { min: 0.37, max: null }, verdict: 'INCONCLUSIVE' },
      'placement-shift': { limits: { min: null, max: 1 }, verdict: 'PASS' },
      'cover-material': { limits: { min: null, max: 2.25 }, verdict: 'PASS' },
    })
  })
})

test('a card that looks like another state than the station expects is not a pass', async () => {
  const record = await inspect('sealed', photographOf('sealed', a.card, {}, { states: ['etched'] }))
  expect(findingOf(record, 'layer-intact')?.because).toMatch(/looks etched.*expects it sealed/)
  expect(record.verdict).toBe('INCONCLUSIVE')
})

describe('kinds of address', () => {
  test('another allowed kind of the same key is right, and the finding says which', async () => {
    const segwit = segwitOf(a)
    const record = await inspect('sealed', photographOf('sealed', { ...a.card, address: segwit, addressText: segwit }))
    expect(record.verdict).toBe('PASS')
    expect(findingOf(record, 'address-matches')?.because).toMatch(/btc_p2wpkh address \(the record names the btc_p2pkh/)
  })

  test('without a public key in the record, the hash in the address decides', async () => {
    const segwit = segwitOf(a)
    const { publicKey: _, ...record } = a.record
    const own = await inspect('sealed', photographOf('sealed', { ...a.card, address: segwit, addressText: segwit }), [
      record,
    ])
    expect(own.verdict).toBe('PASS')
    const foreign = segwitOf(b)
    const other = await inspect(
      'sealed',
      photographOf('sealed', { ...a.card, address: foreign, addressText: foreign }),
      [record],
    )
    expect(findingOf(other, 'address-matches')?.verdict).toBe('FAIL')
  })

  test('a kind that the product may not print fails', async () => {
    const profile = { ...referenceProfile, address: { kinds: ['btc_p2pkh'] } }
    const segwit = segwitOf(a)
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', { ...a.card, address: segwit, addressText: segwit })], {
        profile,
        records: () => ({ lot: null, product: null, units: [a.record] }),
      }),
    )
    expect(findingOf(record, 'address-matches')).toMatchObject({
      verdict: 'FAIL',
      because: expect.stringMatching(/may print btc_p2pkh only/),
    })
  })

  test('the QR code and the text must show one address, even of one key', async () => {
    const record = await inspect('sealed', photographOf('sealed', { ...a.card, addressText: segwitOf(a) }))
    expect(findingOf(record, 'address-matches')?.verdict).toBe('FAIL')
  })

  test('a misread letter in the address text is for a person, not a fail and not a pass', async () => {
    const addressText = `${a.card.address.slice(0, 9)}${a.card.address[9] === 'x' ? 'y' : 'x'}${a.card.address.slice(10)}`
    const record = await inspect('sealed', photographOf('sealed', { ...a.card, addressText }))
    expect(record.verdict).toBe('INCONCLUSIVE')
    expect(findingOf(record, 'address-matches')?.because).toMatch(/at character 10/)
  })
})

describe('correction is never a pass', () => {
  const lookAlike = 'AAAABBBBCCCCDDDDEEEEFFFE'
  const displayed = 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFE'
  const passphrase = (nats: number): Reading =>
    readingOf('passphrase', Secret.ofText(displayed), {
      alternatives: latticeOf(displayed, { [displayed.length - 1]: ['F', nats] }),
    })

  test.each(['etched', 'opened'] as const)('%s: a look-alike that fits is INCONCLUSIVE', async station => {
    const record = await inspect(
      station,
      photographOf(station, { ...a.card, passphrase: lookAlike }, { passphrase: passphrase(1.5) }),
    )
    expect(record.verdict).toBe('INCONCLUSIVE')
    expect(findingOf(record, 'passphrase-commitment')?.because).toMatch(/never a pass/)
    expect(findingOf(record, 'passphrase-commitment')).toMatchObject({
      verdict: 'INCONCLUSIVE',
      comparison: 'match-after-correction',
    })
  })

  test('beyond 2 nats it is not tried: the card is wrong', async () => {
    const record = await inspect(
      'etched',
      photographOf('etched', { ...a.card, passphrase: lookAlike }, { passphrase: passphrase(2.1) }),
    )
    expect(record.verdict).toBe('FAIL')
    expect(findingOf(record, 'passphrase-commitment')?.comparison).toBe('mismatch')
  })

  test('a passphrase that was not read is unreadable, one that fits is a match', async () => {
    const unread = { passphrase: blankReading('passphrase', 'unread', 'blur') }
    const blurred = await inspect('etched', photographOf('etched', a.card, unread))
    expect(findingOf(blurred, 'passphrase-commitment')?.comparison).toBe('unreadable')
    const good = await inspect('etched', photographOf('etched', a.card))
    expect(findingOf(good, 'passphrase-commitment')).toMatchObject({ verdict: 'PASS', comparison: 'match' })
  })

  test('alternatives that do not fit leave a fail', async () => {
    const doubt = readingOf('passphrase', Secret.ofText(displayed), {
      alternatives: latticeOf(displayed, { 3: ['B', 0.5], 8: ['C', 0.7] }),
    })
    const record = await inspect(
      'etched',
      photographOf('etched', { ...a.card, passphrase: lookAlike }, { passphrase: doubt }),
    )
    expect(record.verdict).toBe('FAIL')
    expect(findingOf(record, 'passphrase-commitment')?.because).toMatch(/Nor do the 3 other texts/)
  })

  test('a serial whose look-alike would fit the record is INCONCLUSIVE within 2 nats, a fail beyond', async () => {
    const seen = (nats: number) =>
      readingOf('serial-card', 'BX000000I', { alternatives: latticeOf('BX000000I', { 8: ['1', nats] }) })
    const near = await inspect('sealed', photographOf('sealed', a.card, { 'serial-card': seen(1) }))
    expect(findingOf(near, 'serials-agree')).toMatchObject({
      verdict: 'INCONCLUSIVE',
      because: expect.stringMatching(/looks like BX000000I/),
      comparison: 'confused',
    })
    expect(near.verdict).toBe('INCONCLUSIVE')
    const far = await inspect('sealed', photographOf('sealed', a.card, { 'serial-card': seen(3) }))
    expect(far.verdict).toBe('FAIL')
    expect(findingOf(far, 'serials-agree')?.comparison).toBe('mismatch')
  })
})

describe('several photographs of one unit', () => {
  const blurred = () =>
    photographOf(
      'sealed',
      a.card,
      { 'serial-top': blankReading('serial-top', 'unread', 'blur') },
      { photographId: 'cd'.repeat(32) },
    )

  test('one photograph makes up for what another does not show', async () => {
    expect((await inspect('sealed', [blurred(), photographOf('sealed', a.card)])).verdict).toBe('PASS')
  })

  test('confident readings that contradict each other are not hidden', async () => {
    const other = photographOf('sealed', { ...a.card, serialTop: 'BX0000007' }, {}, { photographId: 'cd'.repeat(32) })
    for (const order of [
      [photographOf('sealed', a.card), other],
      [other, photographOf('sealed', a.card)],
    ]) {
      const record = await inspect('sealed', order)
      expect(record.verdict).toBe('FAIL')
      expect(findingOf(record, 'serials-agree')?.because).toMatch(/serial-top is BX0000007.*they do not agree/)
    }
  })

  test('photographs of two units are not one unit', async () => {
    const record = await inspect('sealed', [photographOf('sealed', a.card), photographOf('sealed', b.card)])
    expect(record.verdict).not.toBe('PASS')
  })

  test('one exposed secret in one photograph is enough, whatever the others show', async () => {
    const exposed = photographOf('sealed', a.card, { 'epk-qr': readingOf('epk-qr', Secret.ofText(a.card.epk)) })
    const record = await inspect('sealed', [photographOf('sealed', a.card), exposed])
    expect(record).toMatchObject({ verdict: 'FAIL', alarm: { code: 'epk-exposed' } })
  })

  test('the worst measurement of all photographs stands', async () => {
    const off = { name: 'placement-shift', of: 'sticker', value: 2, unit: 'mm' } as const
    const record = await inspect('sealed', [
      photographOf('sealed', a.card),
      photographOf('sealed', a.card, {}, { measurements: [off] }),
    ])
    expect(findingOf(record, 'placement')?.verdict).toBe('FAIL')
  })
})

test('a passphrase that shows through the cover is an alarm, and an EPK beside it another one', async () => {
  const passphrase = readingOf('passphrase', Secret.ofText('AAAA-BBBB-CCCC-DDDD-EEEE-FFFF'))
  const leak = await inspect('sealed', photographOf('sealed', a.card, { passphrase }))
  expect(leak).toMatchObject({ verdict: 'FAIL', alarm: { code: 'passphrase-exposed', marks: ['passphrase'] } })
  const both = await inspect(
    'sealed',
    photographOf('sealed', a.card, { passphrase, 'epk-qr': readingOf('epk-qr', Secret.ofText(a.card.epk)) }),
  )
  expect(both.alarm?.code).toBe('both-factors-exposed')
})

test.each(['broken', 'displaced', 'missing', 'unsure'] as const)('a cover that is %s is not a pass', async outcome => {
  const over = { 'scratch-off': blankReading('scratch-off', outcome, 'strokes') }
  const finding = findingOf(await inspect('sealed', photographOf('sealed', a.card, over)), 'cover-intact')
  expect(finding?.verdict).toBe(outcome === 'missing' ? 'FAIL' : 'INCONCLUSIVE')
})

test('whatever is blanked out, a unit never gets better than INCONCLUSIVE when a required mark is gone', async () => {
  const required: Record<string, readonly string[]> = {
    sealed: ['address-qr', 'address-text', 'serial-top', 'serial-card', 'scratch-off'],
  }
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...required['sealed']!], { minLength: 1 }),
      fc.constantFrom('unread', 'absent', 'concealed'),
      async (gone, how) => {
        const over = Object.fromEntries(gone.map(mark => [mark, blankReading(mark, how as 'unread', 'not seen')]))
        expect((await inspect('sealed', photographOf('sealed', a.card, over))).verdict).not.toBe('PASS')
      },
    ),
    { numRuns: 60 },
  )
})
