import { referenceProfile, scrypt } from '../checks/reference-unit.testing.ts'
import type { StationName } from '../core/vocabulary.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { InspectionRequest } from './inspection-request.ts'
import { fileSeen } from './photograph-unit.ts'
import { stations } from './station.ts'

/** An inspection of photographs of one unit, with a clock that stands still. */
export function requestOf(
  station: StationName,
  readings: readonly PhotographReading[],
  over: Partial<InspectionRequest> = {},
): InspectionRequest {
  return {
    station: stations[station],
    profile: referenceProfile,
    photographs: readings.map(reading => fileSeen(reading)),
    records: () => {
      throw new Error('this test gave no records')
    },
    clock: () => '2026-11-21T00:00:00.000Z',
    rig: null,
    software: { name: 'assay', version: '0.1.0', revision: null },
    scrypt,
    ...over,
  }
}
