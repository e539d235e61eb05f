import { beforeAll, describe, expect, test } from 'vitest'
import type { State } from '../products/profile.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type InspectionRequest, inspectUnit } from './inspect-unit.ts'
import type { InspectionRecord } from './inspection-record.ts'
import { makeReferenceUnit, photographOf, type ReferenceUnit, referenceProfile } from './reference-unit.ts'
import { type StationName, stations } from './station.ts'

let a: ReferenceUnit
let b: ReferenceUnit

beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
})

function request(
  station: StationName,
  readings: readonly PhotographReading[],
  over: Partial<InspectionRequest> = {},
): InspectionRequest {
  return {
    station: stations[station],
    profile: referenceProfile,
    photographs: readings.map(reading => ({
      photograph: {
        id: reading.photographId,
        takenAt: null,
        how: { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null },
      },
      reading,
    })),
    records: () => ({ lot: 'L-0', product: null, units: [a.record, b.record] }),
    clock: () => '2026-11-21T00:00:00.000Z',
    rig: { kind: 'files', name: 'files', calibration: null },
    software: { name: 'assay', version: '0.1.0', revision: null },
    ...over,
  }
}

const inspect = (station: StationName, ...readings: PhotographReading[]): Promise<InspectionRecord> =>
  inspectUnit(request(station, readings))

describe('a good unit', () => {
  test.each<StationName>(['printed', 'etched', 'sealed', 'opened'])('passes at station %s', async station => {
    const record = await inspect(station, photographOf(station as State, a.card))
    expect(record.findings.filter(({ verdict }) => verdict !== 'PASS')).toEqual([])
    expect(record).toMatchObject({ verdict: 'PASS', unit: 'BX0000001', lot: 'L-0', error: null, alarm: null })
  })
})
