import { beforeAll, describe, expect, test } from 'vitest'
import { blankReading, makeReferenceUnit, photographOf, type ReferenceUnit, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import { showsMark, stationNames } from '../core/vocabulary.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type Bench, photographUnit } from './photograph-unit.ts'
import { requestOf } from './reference-request.testing.ts'
import { runInspections } from './run.ts'
import { requiredMarkNames, type Station, stations } from './station.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

/** A rig whose photographs show what `readings` say, one after the other; it remembers the light of each. */
function benchOf(readings: readonly PhotographReading[]): { readonly bench: Bench; readonly lights: string[] } {
  const lights: string[] = []
  let light = 'none'
  let looked = 0
  const rig = {
    stage: { goTo: async () => {} },
    light: {
      set: async (preset: string) => {
        light = preset
      },
    },
    camera: {
      photograph: async () => {
        lights.push(light)
        const how = { camera: 'test', exposureMs: 1, light, pose: 'inspect', calibration: null }
        return { bytes: new Uint8Array(1), takenAt: '2026-11-21T00:00:00.000Z', how }
      },
    },
  }
  const vision = { look: async () => ({ reading: readings[looked++]!, crops: [] }) }
  return {
    bench: { rig: rig as unknown as Bench['rig'], vision: vision as unknown as Vision, profile: referenceProfile },
    lights,
  }
}

/** What the record keeps of the unit in the nest, visited once. */
async function visit(station: Station, bench: Bench): Promise<InspectionRecord> {
  const records: InspectionRecord[] = []
  await runInspections({
    visits: [
      {
        ...requestOf(station.name, [], { records: () => ({ lot: 'L-0', product: null, units: [unit.record] }) }),
        photographs: (planned, watch) => photographUnit(planned, bench, watch),
      },
    ],
    onRecord: ({ record }) => void records.push(record),
  })
  return records[0]!
}

describe.each(stationNames)('at station %s', name => {
  const station = stations[name]
  const good = () => photographOf(station.state, unit.card)
  const required = requiredMarkNames(station, referenceProfile)
  const without = (mark: string) =>
    photographOf(station.state, unit.card, { [mark]: blankReading(mark, 'unread', 'glare') })

  test('a unit of which everything was read is not photographed again', async () => {
    const { bench, lights } = benchOf([good()])
    expect((await visit(station, bench)).photographs).toHaveLength(1)
    expect(lights).toEqual(['dome'])
  })

  test.each(required)(
    'an unread %s is photographed again, under another light, and both photographs count',
    async mark => {
      const { bench, lights } = benchOf([without(mark), good()])
      const { photographs, readings } = await visit(station, bench)
      expect(lights).toEqual(['dome', 'ring'])
      expect(photographs).toHaveLength(2)
      const [first, second] = readings.filter(reading => reading.mark === mark).map(({ outcome }) => outcome)
      expect([first, showsMark[second!]]).toEqual(['unread', true])
    },
  )

  test.each(required)('a %s that was seen to be gone is not looked for until it turns up', async mark => {
    const gone = { [mark]: blankReading(mark, 'absent', 'bare steel') }
    const { bench, lights } = benchOf([photographOf(station.state, unit.card, gone)])
    await visit(station, bench)
    expect(lights).toEqual(['dome'])
  })

  test('what was read is not asked for again, whatever it says: nobody looks at a unit until it passes', async () => {
    const wrong = Object.fromEntries(
      required.filter(mark => mark.startsWith('serial')).map(mark => [mark, readingOf(mark, 'ZZ9999999')]),
    )
    const { bench, lights } = benchOf([photographOf(station.state, unit.card, wrong)])
    await visit(station, bench)
    expect(lights).toEqual(['dome'])
  })
})
