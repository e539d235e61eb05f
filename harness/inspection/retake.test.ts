import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import { stationNames } from '../core/vocabulary.ts'
import type { Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type Bench, seeUnit } from './photograph-unit.ts'
import { requiredMarkNames, stations } from './station.ts'

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

describe.each(stationNames)('at station %s', name => {
  const station = stations[name]
  const good = () => photographOf(station.state, unit.card)
  const required = requiredMarkNames(station, referenceProfile)
  const without = (mark: string) =>
    photographOf(station.state, unit.card, { [mark]: blankReading(mark, 'unread', 'glare') })

  test('a unit of which everything was read is not photographed again', async () => {
    const { bench, lights } = benchOf([good()])
    expect(await seeUnit(station, bench)).toHaveLength(1)
    expect(lights).toEqual(['dome'])
  })

  test.each(required)(
    'an unread %s is photographed again, under another light, and both photographs count',
    async mark => {
      const { bench, lights } = benchOf([without(mark), good()])
      const seen = await seeUnit(station, bench)
      expect(lights).toEqual(['dome', 'ring'])
      expect(seen.map(({ reading }) => reading.marks.find(one => one.mark === mark)?.outcome)).toEqual([
        'unread',
        'read',
      ])
    },
  )

  test.each(required)('a %s that was seen to be gone is not looked for until it turns up', async mark => {
    const gone = { [mark]: blankReading(mark, 'absent', 'bare steel') }
    const { bench, lights } = benchOf([photographOf(station.state, unit.card, gone)])
    await seeUnit(station, bench)
    expect(lights).toEqual(['dome'])
  })

  test('what was read is not asked for again, whatever it says: nobody looks at a unit until it passes', async () => {
    const wrong = Object.fromEntries(
      required.filter(mark => mark.startsWith('serial')).map(mark => [mark, readingOf(mark, 'ZZ9999999')]),
    )
    const { bench, lights } = benchOf([photographOf(station.state, unit.card, wrong)])
    await seeUnit(station, bench)
    expect(lights).toEqual(['dome'])
  })
})
