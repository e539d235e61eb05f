import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { type StationName, stationNames } from '../core/vocabulary.ts'
import { canonicalJson } from '../custody/canonical-json.ts'
import { contradictionsIn } from '../lots/release/contradictions.ts'
import type { LotFile } from '../products/unit-record.ts'
import { InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import type { PhotographSeen } from './inspection-request.ts'
import { requestOf } from './reference-request.testing.ts'
import { planDigest, stations } from './station.ts'

let a: ReferenceUnit
let b: ReferenceUnit

beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
})

const records = () => ({ lot: 'L-0', product: null, units: [a.record, b.record] })
const inspect = (station: StationName, ...readings: PhotographReading[]) =>
  inspectUnit(requestOf(station, readings, { records }))

describe('a good unit', () => {
  test.each(stationNames)('passes at station %s', async station => {
    const record = await inspect(station, photographOf(station, a.card))
    expect(record.findings.filter(({ verdict }) => verdict !== 'PASS')).toEqual([])
    expect(record).toMatchObject({ verdict: 'PASS', unit: 'BX0000001', lot: 'L-0', error: null, alarm: null })
    expect(record.findings.map(({ check }) => check)).toEqual(record.plannedChecks)
    expect(record.planSha256).toBe(planDigest(stations[station], referenceProfile))
    expect(record.expected).toContainEqual({ mark: 'serial-top', text: 'BX0000001' })
    // A lot is not released on a record that contradicts itself: none that is made so does.
    const kept = InspectionRecord.parse(JSON.parse(canonicalJson(JSON.parse(serialiseRecord(record)))))
    expect(contradictionsIn(kept, true, referenceProfile)).toEqual({
      contradictions: [],
      address: station === 'opened' ? null : a.card.address,
      // Asked of what did not pass.
      addressesRead: [],
    })
  })

  test('is found by its serials alone, whatever its place among the records', async () => {
    const units = [b.record, a.record]
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], { records: () => ({ lot: null, product: null, units }) }),
    )
    expect(record).toMatchObject({ verdict: 'PASS', unit: 'BX0000001' })
  })
})

describe('files that were given as photographs of one card', () => {
  const because = expect.stringContaining('do not all show one serial')
  const withoutCover = () =>
    photographOf('sealed', a.card, { 'scratch-off': blankReading('scratch-off', 'unsure', 'glare') })

  test('one without the serial proves nothing of it: the whole cover in it may be of another card', async () => {
    const other = photographOf('sealed', b.card, { 'serial-card': blankReading('serial-card', 'unread', 'glare') })
    const record = await inspect('sealed', withoutCover(), other)
    expect(record.verdict).toBe('INCONCLUSIVE')
    expect(record.findings).toContainEqual(
      expect.objectContaining({ check: 'known-unit', verdict: 'INCONCLUSIVE', because }),
    )
  })

  test('one that shows another product, or nothing at all, is not left out in silence', async () => {
    const good = photographOf('sealed', a.card)
    const nothing: PhotographReading = { ...photographOf('sealed', b.card), card: null, looseLayers: ['top-layer'] }
    for (const readings of [
      [good, nothing],
      [nothing, good],
    ]) {
      const record = await inspect('sealed', ...readings)
      expect(record).toMatchObject({ unit: 'BX0000001', verdict: 'INCONCLUSIVE' })
    }
  })

  test('those that all show it make up for each other', async () => {
    expect(await inspect('sealed', withoutCover(), photographOf('sealed', a.card))).toMatchObject({ verdict: 'PASS' })
  })
})

describe('blind reading', () => {
  test('the readings are written down before any record is loaded', async () => {
    const order: string[] = []
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], {
        onReadingsWritten: digest => void order.push(digest),
        records: () => {
          order.push('records')
          return records()
        },
      }),
    )
    expect(order).toEqual([record.readingsSha256, 'records'])
  })

  test('the readings in the record are the same whatever the records say', async () => {
    const with_ = await inspect('etched', photographOf('etched', a.card))
    const without = await inspectUnit(
      requestOf('etched', [photographOf('etched', a.card)], {
        records: () => ({ lot: null, product: null, units: [b.record] }),
      }),
    )
    expect(without.readings).toEqual(with_.readings)
    expect(without.readingsSha256).toBe(with_.readingsSha256)
    expect(without.verdict).toBe('FAIL')
  })
})

describe('exposed secrets stop the run', () => {
  const epk = () => readingOf('epk-qr', Secret.ofText(a.card.epk))
  const passphrase = () => readingOf('passphrase', Secret.ofText('AAAA-BBBB-CCCC-DDDD-EEEE-FFFF'))

  test.each(['etched', 'sealed'] as const)('an EPK that can be read at %s', async station => {
    const record = await inspect(station, photographOf(station, a.card, { 'epk-qr': epk() }))
    const code = station === 'etched' ? 'both-factors-exposed' : 'epk-exposed'
    expect(record).toMatchObject({ verdict: 'FAIL', alarm: { code }, findings: [], unit: null })
    expect(record.because).toMatch(/^ALARM: /)
  })

  test('a card of another product is told behind the alarm, which stands, and before what fails', async () => {
    const otherProduct = 'this looks like pure (Ballet PURE), and real was chosen: add --product pure'
    const said = 'This looks like pure (Ballet PURE), and real was chosen: add --product pure.'
    const seen = async (reading: PhotographReading, records: LotFile) => {
      const request = requestOf('sealed', [reading], { records: () => records })
      const photographs = (request.photographs as readonly PhotographSeen[]).map(one => ({ ...one, otherProduct }))
      return await inspectUnit({ ...request, photographs })
    }
    const alarmed = await seen(photographOf('sealed', a.card, { 'epk-qr': epk() }), records())
    const alone = await inspect('sealed', photographOf('sealed', a.card, { 'epk-qr': epk() }))
    expect(alarmed).toMatchObject({ verdict: 'FAIL', alarm: alone.alarm, because: `${alone.because} ${said}` })
    const failed = await seen(photographOf('sealed', a.card), { lot: null, product: null, units: [b.record] })
    expect(failed.verdict).toBe('FAIL')
    expect(failed.because.startsWith(`${said} `)).toBe(true)
  })

  test('no record is loaded and nothing is multiplied after an alarm', async () => {
    let loaded = false
    const request = requestOf('sealed', [photographOf('sealed', a.card, { 'epk-qr': epk() })], {
      records: () => {
        loaded = true
        return records()
      },
      scrypt: {
        name: 'forbidden',
        derive: () => {
          throw new Error('the core was asked after an alarm')
        },
      },
    })
    expect((await inspectUnit(request)).verdict).toBe('FAIL')
    expect(loaded).toBe(false)
  })

  test('a passphrase on the layers before lamination', async () => {
    const record = await inspect('printed', photographOf('printed', a.card, { passphrase: passphrase() }))
    expect(record.alarm?.code).toBe('both-factors-exposed')
    const alone = photographOf('printed', a.card, {
      passphrase: passphrase(),
      'epk-qr': blankReading('epk-qr', 'unread', 'glare'),
    })
    expect((await inspect('printed', alone)).alarm?.code).toBe('passphrase-exposed')
  })

  test('a bottom layer in the place of the top layer, read as an address', async () => {
    const record = await inspect(
      'sealed',
      photographOf('sealed', a.card, { 'address-qr': readingOf('address-qr', a.card.epk) }),
    )
    expect(record.alarm?.code).toBe('epk-exposed')
    expect(serialiseRecord(record)).not.toContain(a.card.epk)
  })

  test('an EPK beside the card, or where no card was found', async () => {
    const where = [
      [1, 1],
      [9, 1],
      [9, 9],
      [1, 9],
    ] as const
    const beside = photographOf('sealed', a.card, {}, { exposed: [{ kind: 'epk', where }] })
    expect((await inspect('sealed', beside)).alarm).toMatchObject({ code: 'epk-exposed', marks: [] })
    expect((await inspect('sealed', { ...beside, marks: [], card: null })).alarm?.code).toBe('epk-exposed')
  })

  test('both are meant to be open at the opened station only', async () => {
    expect((await inspect('opened', photographOf('opened', a.card))).alarm).toBeNull()
  })
})

describe('whatever goes wrong becomes an ERROR record', () => {
  const rig = new AssayError('stage-alarm', 'The stage reported a hard limit.')

  test('an error of the rig while photographing', async () => {
    const record = await inspectUnit({ ...requestOf('sealed', []), photographs: () => Promise.reject(rig) })
    expect(record).toMatchObject({
      verdict: 'ERROR',
      error: { code: 'stage-alarm', message: 'The stage reported a hard limit.' },
      findings: [],
    })
  })

  test('an unexpected error says nothing of what it quotes', async () => {
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], {
        records: () => JSON.parse(`{"passphrase": "${a.card.passphrase}"`),
      }),
    )
    expect(record).toMatchObject({ verdict: 'ERROR', error: { code: 'internal' } })
    expect(serialiseRecord(record)).not.toContain(a.card.passphrase)
    expect(record.readings.length).toBeGreaterThan(0)
  })

  test('a scrypt engine that dies is an ERROR of the checks that need it, never a verdict about the unit', async () => {
    const scrypt = { name: 'dead', derive: () => Promise.reject(new Error(`out of memory at ${a.card.passphrase}`)) }
    const record = await inspectUnit(requestOf('etched', [photographOf('etched', a.card)], { records, scrypt }))
    expect(record.verdict).toBe('ERROR')
    expect(serialiseRecord(record)).not.toContain(a.card.passphrase)
  })

  test('an interruption before, between and during', async () => {
    const aborted = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], { records, signal: AbortSignal.abort() }),
    )
    expect(aborted).toMatchObject({ verdict: 'ERROR', error: { code: 'interrupted' } })
    const controller = new AbortController()
    const between = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], {
        signal: controller.signal,
        records: () => {
          controller.abort()
          return records()
        },
      }),
    )
    expect(between).toMatchObject({ verdict: 'ERROR', error: { code: 'interrupted' } })
  })

  test('whoever cannot write the readings down gets no verdict', async () => {
    const record = await inspectUnit(
      requestOf('sealed', [photographOf('sealed', a.card)], { records, onReadingsWritten: () => Promise.reject(rig) }),
    )
    expect(record).toMatchObject({ verdict: 'ERROR', findings: [] })
  })
})
