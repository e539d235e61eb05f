import { beforeAll, expect, test } from 'vitest'
import { RigError } from '../../devices/rig-error.ts'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { inspectLot, type LotOnRig, type Nest } from './inspect-lot.ts'
import { requestOf } from './reference-request.testing.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

/** So many cards, and then none. */
const nestOf = (count: number): Nest => ({ next: async () => count-- > 0 })

interface Told {
  readonly records: InspectionRecord[]
  readonly events: string[]
  readonly ended: unknown
}

/** @param looks what each photograph shows, or the fault in its place */
async function run(
  count: number,
  looks: readonly (PhotographReading | Error)[],
  over: Partial<LotOnRig> = {},
): Promise<Told> {
  const left = [...looks]
  let shown: PhotographReading | undefined
  const rig = {
    identity: { kind: 'virtual', name: 'bench', drivers: {}, firmware: {}, truth: null, calibration: null },
    presets: ['dome'],
    stage: { goTo: async () => {} },
    light: { set: async () => {} },
    camera: {
      photograph: async () => {
        const look = left.shift()
        if (look instanceof Error) throw look
        shown = look
        const how = { camera: 'test', exposureMs: 1, light: 'dome', pose: 'inspect', calibration: null }
        return { bytes: new Uint8Array(1), takenAt: '2026-11-21T00:00:00.000Z', how }
      },
    },
  }
  const vision = { look: async () => ({ reading: shown, crops: [] }) }
  const {
    photographs: _,
    rig: __,
    challenge: ___,
    ...request
  } = requestOf('sealed', [], {
    records: () => ({ lot: 'L-0', product: null, units: [unit.record] }),
  })
  const records: InspectionRecord[] = []
  const events: string[] = []
  let ended: unknown = null
  try {
    await inspectLot({
      ...request,
      bench: { rig, vision, profile: referenceProfile, appearances: [] } as unknown as LotOnRig['bench'],
      nest: nestOf(count),
      onRetake: async (_visit, _first, unread) => void events.push(`retake ${unread.length > 0}`),
      journal: async () => void events.push('kept'),
      onRecord: ({ record }) => {
        events.push('shown')
        records.push(record)
      },
      ...over,
    })
  } catch (error) {
    ended = error
  }
  return { records, events, ended }
}

test('each card is kept before it is shown, and an unread one is taken again, which is said before', async () => {
  const glare = photographOf('sealed', unit.card, { 'address-qr': blankReading('address-qr', 'unread', 'glare') })
  const { records, events, ended } = await run(2, [photographOf('sealed', unit.card), glare, glare])
  expect(ended).toBeNull()
  expect(events).toEqual(['kept', 'shown', 'retake true', 'kept', 'shown'])
  expect(records.map(({ verdict }) => verdict)).toEqual(['PASS', 'INCONCLUSIVE'])
  expect(records[0]!.photographs[0]!.how.light).toBe('dome')
})

test('a rig that fails ends the lot: its unit is an ERROR, and no card after it is blamed', async () => {
  const fault = new RigError('camera-gone', 'the camera is gone')
  const { records, ended } = await run(3, [fault, photographOf('sealed', unit.card)])
  expect(ended).toBe(fault)
  expect(records.map(({ verdict }) => verdict)).toEqual(['ERROR'])
})
