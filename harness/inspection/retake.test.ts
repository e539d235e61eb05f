import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import { type StationName, stationNames } from '../core/vocabulary.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type Bench, fileSeen, photographUnit } from './photograph-unit.ts'
import { requestOf } from './reference-request.testing.ts'
import { runInspections, type Visit } from './run.ts'
import { requiredMarkNames, stations } from './station.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

/** A rig whose photographs show what `readings` say, one after the other; it remembers the light of each. */
function benchOf(
  readings: readonly PhotographReading[],
  presets?: readonly string[],
): { readonly bench: Bench; readonly lights: string[] } {
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
  const known = presets && { presets }
  return {
    bench: {
      rig: { ...rig, ...known } as unknown as Bench['rig'],
      vision: vision as unknown as Vision,
      profile: referenceProfile,
    },
    lights,
  }
}

/** The record of a unit that shows `readings`, one a photograph, and the lights that they were taken under. */
async function inspect(station: StationName, readings: readonly PhotographReading[], presets?: readonly string[]) {
  const { bench, lights } = benchOf(readings, presets)
  const {
    photographs: _,
    signal: __,
    ...request
  } = requestOf(station, [], {
    records: () => ({ lot: 'L-0', product: null, units: [unit.record] }),
  })
  const records: InspectionRecord[] = []
  await runInspections({
    visits: [{ ...request, rig: rigAtWork, photographs: (planned, watch) => photographUnit(planned, bench, watch) }],
    onRecord: ({ record }) => void records.push(record),
  })
  return { record: records[0]!, lights }
}

const rigAtWork = {
  kind: 'virtual',
  name: 'bench',
  drivers: {},
  firmware: {},
  truth: null,
  calibration: null,
} as unknown as Visit['rig']

describe('a sealed unit on a rig', () => {
  const good = () => photographOf('sealed', unit.card)

  test('is photographed under two lights', async () => {
    const { record, lights } = await inspect('sealed', [good(), good()], ['dome', 'ring', 'left', 'right', 'dark'])
    expect(lights).toEqual(['dome', 'left'])
    expect(record).toMatchObject({ verdict: 'PASS', unproved: [] })
  })

  test('with one lamp is photographed once, and the record says which proof that leaves out', async () => {
    const { record, lights } = await inspect('sealed', [good()], ['dome'])
    expect(lights).toEqual(['dome'])
    expect(record).toMatchObject({
      verdict: 'PASS',
      because: expect.stringMatching(/Not proved: faint-marks/),
      unproved: [{ name: 'faint-marks', because: expect.stringMatching(/no light «left»/), holds: false }],
    })
  })

  test('with faint strokes under light from the side alone passes: they are judged under the other light', async () => {
    const faint = (of: string): PhotographReading => ({
      ...good(),
      measurements: [...good().measurements, { name: 'text-weakest-stroke', of, value: 0.01, unit: 'ratio' }],
    })
    expect((await inspect('sealed', [good(), faint('serial-card')])).record.verdict).toBe('PASS')
    expect((await inspect('sealed', [faint('serial-card'), good()])).record.verdict).toBe('FAIL')
    // What is printed has no flanks that catch the light.
    expect((await inspect('sealed', [good(), faint('serial-top')])).record.verdict).toBe('FAIL')
  })

  const blank = () => {
    const seen = good()
    return { ...seen, marks: seen.marks.map(({ mark }) => blankReading(mark, 'unread', 'the lamp lies in it')) }
  }

  test('of which the light from the side shows nothing says which proof that leaves out', async () => {
    const { record, lights } = await inspect('sealed', [good(), blank()])
    expect(lights).toEqual(['dome', 'left'])
    expect(record).toMatchObject({
      verdict: 'PASS',
      unproved: [{ name: 'faint-marks', because: expect.stringMatching(/under «left» does not show/), holds: false }],
    })
  })

  test('of which the light from all around shows nothing is taken again, whatever the other light shows', async () => {
    expect((await inspect('sealed', [blank(), good(), good()])).lights).toEqual(['dome', 'left', 'ring'])
  })

  test('whose cover one light leaves unsure and the other shows whole is whole; one that shows it broken is not outvoted', async () => {
    const shown = (outcome: 'unsure' | 'broken') =>
      photographOf('sealed', unit.card, { 'scratch-off': blankReading('scratch-off', outcome, 'the lamp lies in it') })
    expect((await inspect('sealed', [shown('unsure'), good()])).record.verdict).toBe('PASS')
    expect((await inspect('sealed', [shown('broken'), good()])).record.verdict).not.toBe('PASS')
  })
})

test('photographs that came as files are no more than they are, however little was read in them', async () => {
  const dark = photographOf('sealed', unit.card, { 'serial-card': blankReading('serial-card', 'unread', 'glare') })
  const {
    photographs: _,
    signal: __,
    ...request
  } = requestOf('sealed', [], {
    records: () => ({ lot: 'L-0', product: null, units: [unit.record] }),
  })
  const files = [{ seen: Promise.resolve(fileSeen(dark)), crops: Promise.resolve([]) }]
  const records: InspectionRecord[] = []
  await runInspections({
    visits: [{ ...request, photographs: files }],
    onRetake: () => expect.unreachable('nobody takes a file again'),
    onRecord: ({ record }) => void records.push(record),
  })
  expect(records.map(({ photographs }) => photographs.length)).toEqual([1])
})

describe.each(stationNames)('at station %s', station => {
  const { state } = stations[station]
  const good = () => photographOf(state, unit.card)
  const showing = (mark: string, outcome: 'unread' | 'absent') =>
    photographOf(state, unit.card, { [mark]: blankReading(mark, outcome, 'glare') })
  const planned = stations[station].plan.photographs.map(({ light }) => light)
  const asPlanned = (reading: PhotographReading) => planned.map(() => reading)
  const required = requiredMarkNames(stations[station], referenceProfile).filter(mark => mark !== 'scratch-off')

  test('a unit of which everything was read is not photographed again', async () => {
    const { record, lights } = await inspect(station, asPlanned(good()))
    expect(lights).toEqual(planned)
    expect(record.verdict).toBe('PASS')
  })

  test.each(required)(
    'an unread %s is photographed again, under another light, and both photographs count',
    async mark => {
      const { record, lights } = await inspect(station, [...asPlanned(showing(mark, 'unread')), good()])
      expect(lights).toEqual([...planned, 'ring'])
      expect(record.verdict).toBe('PASS')
      const outcomes = record.readings.filter(reading => reading.mark === mark).map(({ outcome }) => outcome)
      expect(outcomes).toEqual([...planned.map(() => 'unread'), 'read'])
    },
  )

  test.each(required)('a %s that was seen to be gone is not looked for until it turns up', async mark => {
    expect((await inspect(station, asPlanned(showing(mark, 'absent')))).lights).toEqual(planned)
  })

  test('what was read is not asked for again, whatever it says: nobody looks at a unit until it passes', async () => {
    const serials = required.filter(mark => mark.startsWith('serial'))
    const wrong = Object.fromEntries(serials.map(mark => [mark, readingOf(mark, 'ZZ9999999')]))
    const { record, lights } = await inspect(station, asPlanned(photographOf(state, unit.card, wrong)))
    expect(lights).toEqual(planned)
    expect(record.verdict).toBe('FAIL')
  })
})
