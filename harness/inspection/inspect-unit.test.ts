import { beforeAll, describe, expect, test } from 'vitest'
import type { State } from '../products/profile.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import type { InspectionRecord } from './inspection-record.ts'
import { makeReferenceUnit, photographOf, type ReferenceUnit, requestOf } from './reference-unit.ts'
import type { StationName } from './station.ts'

let a: ReferenceUnit
let b: ReferenceUnit

beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
})

const inspect = (station: StationName, ...readings: PhotographReading[]): Promise<InspectionRecord> =>
  inspectUnit(requestOf(station, readings, { records: lot }))
const lot = () => ({ lot: 'L-0', product: null, units: [a.record, b.record] })

describe('a good unit', () => {
  test.each<StationName>(['printed', 'etched', 'sealed', 'opened'])('passes at station %s', async station => {
    const record = await inspect(station, photographOf(station as State, a.card))
    expect(record.findings.filter(({ verdict }) => verdict !== 'PASS')).toEqual([])
    expect(record).toMatchObject({ verdict: 'PASS', unit: 'BX0000001', lot: 'L-0', error: null, alarm: null })
  })
})
