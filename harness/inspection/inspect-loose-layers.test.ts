import { beforeAll, describe, expect, test } from 'vitest'
import { blankReading, makeReferenceUnit, photographOf, type ReferenceUnit } from '../checks/reference-unit.testing.ts'
import { type StationName, stationNames } from '../core/vocabulary.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { Measurement, PhotographReading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import { fileSeen, marksUnread } from './photograph-unit.ts'
import { requestOf } from './reference-request.testing.ts'
import { stations } from './station.ts'

// What counts where: loose layers before lamination, a card at every other station.

let unit: ReferenceUnit

beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

const inspect = (station: StationName, reading: PhotographReading): Promise<InspectionRecord> =>
  inspectUnit(requestOf(station, [reading], { records: () => ({ lot: 'L-0', product: null, units: [unit.record] }) }))

const layerFinding = (record: InspectionRecord) => record.findings.find(({ check }) => check === 'layer-intact')

const colour = (of: string, value: number): Measurement => ({ name: 'layer-bottom-colour', of, value, unit: '%' })

describe('at the station printed', () => {
  test('both layers pass, and the pass names what was read on them', async () => {
    const record = await inspect('printed', photographOf('printed', unit.card))
    expect(record.verdict).toBe('PASS')
    expect(layerFinding(record)?.because).toMatch(/Both layers.*address-qr.*epk-qr/)
  })

  test('the same marks on a card do not count, with a card in view or without', async () => {
    const { looseLayers: _, ...rest } = photographOf('printed', unit.card)
    expect(await inspect('printed', { ...rest, because: 'no card in view' })).toMatchObject({ verdict: 'INCONCLUSIVE' })
    const corners = [
      [0, 0],
      [860, 0],
      [860, 540],
      [0, 540],
    ] as const
    const mmToPixels = [10, 0, 0, 0, 10, 0, 0, 0, 1] as const
    const card = { corners, pixelsPerMm: 10, mmToPixels, residualPx: 0.2, foundBy: 'symbol' } as const
    const record = await inspect('printed', { ...rest, card, states: ['sealed'] })
    expect(record).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
    expect(record.findings.map(({ because }) => because).join(' ')).toMatch(/a card is in view/)
  })

  test("layers in each other's colour fail; too close to call is not a pass", async () => {
    const usual = photographOf('printed', unit.card).measurements
    const withColours = (top: number, bottom: number) =>
      inspect(
        'printed',
        photographOf(
          'printed',
          unit.card,
          {},
          { measurements: [...usual, colour('top-layer', top), colour('bottom-layer', bottom)] },
        ),
      )
    expect((await withColours(0, 99)).verdict).toBe('PASS')
    const swapped = await withColours(98, 0)
    expect(layerFinding(swapped)).toMatchObject({ verdict: 'FAIL', marks: ['top-layer', 'bottom-layer'] })
    expect(layerFinding(await withColours(0, 51))?.verdict).toBe('INCONCLUSIVE')
  })

  test('a layer of which nothing was read is not known to be there', async () => {
    const unread = Object.fromEntries(
      ['epk-qr', 'serial-bottom'].map(mark => [mark, blankReading(mark, 'unread', 'no bottom layer in view')]),
    )
    const record = await inspect('printed', photographOf('printed', unit.card, unread))
    expect(record.verdict).toBe('INCONCLUSIVE')
    expect(layerFinding(record)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      because: expect.stringMatching(/bottom layer/),
      marks: ['epk-qr', 'serial-bottom'],
    })
  })
})

describe('at every other station', () => {
  test.each(stationNames.filter(name => name !== 'printed'))('loose layers are no card: %s', async station => {
    const onCard = photographOf(station, unit.card)
    const loose: PhotographReading = { ...onCard, looseLayers: ['top-layer'], because: 'no card in view' }
    expect((await inspect(station, onCard)).verdict).toBe('PASS')
    const record = await inspect(station, loose)
    expect(record).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
    const { profile } = requestOf(station, [])
    expect(marksUnread(stations[station], profile, [fileSeen(loose)])).not.toEqual([])
    expect(marksUnread(stations[station], profile, [fileSeen(onCard)])).toEqual([])
  })

  test('an EPK that lies open on a loose layer raises the alarm', async () => {
    for (const station of ['etched', 'sealed'] as const) {
      const record = await inspect(station, photographOf('printed', unit.card))
      expect(record).toMatchObject({ verdict: 'FAIL', alarm: { code: 'epk-exposed' } })
    }
  })
})
