import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import type { StationName } from '../core/vocabulary.ts'
import type { ProductProfile } from '../products/profile.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import type { Reading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import { requestOf } from './reference-request.testing.ts'

// A product that prints the EPK as text as well (BLOCK): the text is as secret as the symbol.
const mark: ProductProfile['marks'][number] = {
  kind: 'text',
  name: 'epk-text',
  on: 'bottom-layer',
  rect: { x: 1, y: 32, width: 28, height: 3 },
  visibleIn: ['opened'],
  secret: true,
  content: 'epk',
  lines: [{ baseline: { x: 1, y: 34 }, align: 'left', capHeight: 1 }],
  split: 'equal',
  made: 'printed',
}
const profile = { ...referenceProfile, marks: [...referenceProfile.marks, mark] }

let a: ReferenceUnit
let b: ReferenceUnit
beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
})

/** What every record of these tests must be free of. */
async function inspect(station: StationName, over: Readonly<Record<string, Reading>>): Promise<InspectionRecord> {
  const records = { lot: 'L-0', product: null, units: [a.record, b.record] }
  const record = await inspectUnit(
    requestOf(station, [photographOf(station, a.card, over)], { profile, records: () => records }),
  )
  const written = serialiseRecord(record)
  for (const { card } of [a, b]) expect(written).not.toContain(card.epk.slice(2, 20))
  return record
}

const textOf = ({ card }: ReferenceUnit) => ({ 'epk-text': readingOf('epk-text', Secret.ofText(card.epk)) })
const findingOf = (record: InspectionRecord) => record.findings.find(({ check }) => check === 'epk-matches')

describe('where the EPK lies open', () => {
  test.each(['printed', 'opened'] as const)('at station %s its text must be that of the QR code', async station => {
    expect(await inspect(station, textOf(a))).toMatchObject({ verdict: 'PASS', alarm: null })
    const other = await inspect(station, textOf(b))
    expect(other.verdict).toBe('FAIL')
    expect(findingOf(other)).toMatchObject({ verdict: 'FAIL', marks: ['epk-qr', 'epk-text'] })
  })

  test.each(['unread', 'absent', 'concealed'] as const)('a text that is %s does not pass', async outcome => {
    const record = await inspect('opened', { 'epk-text': blankReading('epk-text', outcome, 'glare') })
    expect(record.verdict).not.toBe('PASS')
    expect(findingOf(record)).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['epk-text'] })
  })

  test('the text does not stand in for a QR code that could not be read', async () => {
    const unread = { ...textOf(a), 'epk-qr': blankReading('epk-qr', 'unread', 'voids') }
    const record = await inspect('opened', unread)
    expect(record.verdict).toBe('INCONCLUSIVE')
    expect(findingOf(record)?.verdict).toBe('INCONCLUSIVE')
  })
})

describe('where the EPK must be covered', () => {
  test.each(['etched', 'sealed'] as const)('at station %s its text alone stops the run', async station => {
    const covered = { 'epk-text': blankReading('epk-text', 'concealed', 'under the top layer') }
    expect(await inspect(station, covered)).toMatchObject({ verdict: 'PASS', alarm: null })
    const { verdict, alarm } = await inspect(station, textOf(a))
    // At station etched the passphrase lies open as well.
    const code = station === 'etched' ? 'both-factors-exposed' : 'epk-exposed'
    expect({ verdict, alarm }).toMatchObject({ verdict: 'FAIL', alarm: { code } })
    expect(alarm?.marks).toContain('epk-text')
    expect(alarm?.because).toContain('encrypted private key')
  })

  test('a text that was not seen to be covered does not pass', async () => {
    const record = await inspect('sealed', { 'epk-text': blankReading('epk-text', 'unread', 'glare') })
    expect(record.findings.find(({ check }) => check === 'concealed')).toMatchObject({
      verdict: 'INCONCLUSIVE',
      marks: ['epk-text'],
    })
  })

  test('beside a passphrase it is the alarm for both factors', async () => {
    const passphrase = readingOf('passphrase', Secret.ofText('AAAA-BBBB-CCCC-DDDD-EEEE-FFFF'))
    const { alarm } = await inspect('sealed', { ...textOf(a), passphrase })
    expect(alarm).toMatchObject({ code: 'both-factors-exposed', marks: ['passphrase', 'epk-text'] })
  })
})
