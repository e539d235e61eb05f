import { beforeAll, describe, expect, test } from 'vitest'
import { makeReferenceUnit, photographOf, type ReferenceUnit, readingOf } from '../checks/reference-unit.testing.ts'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import type { StationName } from '../core/vocabulary.ts'
import { parseRecord } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { InspectionEvidence } from './evidence.ts'
import { takenOf } from './photograph-unit.ts'
import { requestOf } from './reference-request.testing.ts'
import { type Inspected, type Run, runInspections, type Visit } from './run.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

const picture = new Uint8Array(Buffer.from('ffd8 a picture', 'latin1'))
picture.set([0xff, 0xd8])

function visitAt(station: StationName, readings: readonly PhotographReading[]): Visit {
  const {
    photographs: _,
    signal: __,
    ...request
  } = requestOf(station, [], {
    records: () => ({ lot: 'L-0', product: null, units: [unit.record] }),
  })
  return {
    ...request,
    photographs: readings.map(reading => ({
      ...takenOf(Promise.resolve({ reading, crops: [] })),
      picture: async () => picture,
    })),
  }
}

async function run(visit: Visit, evidence: Run<Visit>['evidence']) {
  const [records, order]: [Inspected['record'][], string[]] = [[], []]
  const error = await runInspections({
    visits: [visit],
    evidence:
      evidence &&
      (async one => {
        order.push('sealed')
        await evidence(one)
      }),
    journal: async () => void order.push('journal'),
    onRecord: ({ record }) => void records.push(record),
  }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { record: records[0]!, order, error }
}

const at = (station: StationName) => photographOf(station, unit.card)

describe('evidence', () => {
  test.each(['printed', 'etched', 'opened'] as const)(
    'of a unit at station %s holds pictures, readings in clear and the record, and is sealed before the journal',
    async station => {
      const sealed: InspectionEvidence[] = []
      const { record, order, error } = await run(
        visitAt(station, [at(station)]),
        async one => void sealed.push(structuredClone(one)),
      )
      expect([error, order]).toEqual([null, ['sealed', 'journal']])
      const [evidence] = sealed
      expect(evidence).toMatchObject({ unit: record.unit, station, started: record.started })
      const file = (name: string) => Buffer.from(evidence!.files.find(one => one.name === name)!.bytes)
      expect(evidence!.files.map(({ name }) => name)).toEqual(['photograph-1.jpg', 'readings.json', 'record.json'])
      expect(file('photograph-1.jpg')).toEqual(Buffer.from(picture))
      expect(parseRecord(file('record.json').toString())).toEqual(record)
      const readings = file('readings.json').toString()
      const secrets = at(station).marks.flatMap(({ text }) => (text instanceof Secret ? [text.exposeText()] : []))
      expect(secrets.length).toBe({ printed: 1, etched: 1, opened: 2 }[station])
      for (const secret of secrets) expect(readings).toContain(JSON.stringify(secret))
      expect(JSON.stringify(record)).not.toContain(secrets[0])
    },
  )

  test('of a sealed unit is none, since nothing secret is in view', async () => {
    const { order } = await run(visitAt('sealed', [at('sealed')]), async () => {})
    expect(order).toEqual(['journal'])
  })

  test('of a sealed unit at which a secret was seen all the same is sealed', async () => {
    const exposed: PhotographReading = {
      ...at('sealed'),
      exposed: [
        {
          kind: 'epk',
          where: [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        },
      ],
    }
    const { order, record } = await run(visitAt('sealed', [exposed]), async () => {})
    expect(order).toEqual(['sealed', 'journal'])
    expect(record.alarm).not.toBe(null)
  })

  test('that cannot be sealed makes a good unit an ERROR, which is kept, and ends the run', async () => {
    const full = new AssayError('drive-full', 'The drive is full.')
    const seal = () => Promise.reject(full)
    const before = await run(visitAt('etched', [at('etched')]), undefined)
    expect(before.record.verdict).toBe('PASS')
    const { record, order, error } = await run(visitAt('etched', [at('etched')]), seal)
    expect(error).toBe(full)
    expect(order).toEqual(['sealed', 'journal'])
    expect(record).toMatchObject({
      verdict: 'ERROR',
      because: 'The evidence could not be sealed: The drive is full.',
      error: { code: 'evidence-unsealed' },
    })
  })

  test('that cannot be sealed takes no other unit with it: those in hand have their records too', async () => {
    const full = new AssayError('drive-full', 'The drive is full.')
    const records: Inspected['record'][] = []
    const visits = [1, 2, 3].map(() => visitAt('etched', [at('etched')]))
    const running = runInspections({
      ...{ visits, ahead: 2, evidence: () => Promise.reject(full) },
      onRecord: ({ record }) => void records.push(record),
    })
    await expect(running).rejects.toBe(full)
    expect(records.map(({ verdict }) => verdict)).toEqual(['ERROR', 'ERROR', 'ERROR'])
  })

  test('of which a photograph is not at hand any more is none', async () => {
    const visit = visitAt('etched', [at('etched')])
    const photographs = [takenOf(Promise.resolve({ reading: at('etched'), crops: [] }))]
    const { record, error } = await run({ ...visit, photographs }, async () => {})
    expect([record.verdict, error]).toMatchObject(['ERROR', { code: 'photograph-gone' }])
  })

  test.each([null, new AssayError('drive-full', 'The drive is full.')])(
    'is wiped once it is sealed, or cannot be (%s)',
    async failure => {
      const sealed: InspectionEvidence[] = []
      await run(visitAt('etched', [at('etched')]), async one => {
        sealed.push(one)
        if (failure !== null) throw failure
      })
      const readings = sealed[0]!.files.find(({ name }) => name === 'readings.json')!
      expect(readings.bytes.length).toBeGreaterThan(100)
      expect(readings.bytes.every(byte => byte === 0)).toBe(true)
    },
  )

  test('that cannot be sealed leaves a FAIL what it is', async () => {
    const wrong = photographOf('etched', unit.card, { 'serial-card': readingOf('serial-card', 'BX0000009') })
    const { record } = await run(visitAt('etched', [wrong]), () => Promise.reject(new Error('with a 3515-H0EP secret')))
    expect(record.verdict).toBe('FAIL')
    expect(JSON.stringify(record)).not.toContain('3515-H0EP')
  })
})
