import { expect, test } from 'vitest'
import type { LotStatus } from '../../lots/lot-status.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { lotLines, lotVerdict, unitLines } from './lot-lines.ts'

type Finding = InspectionRecord['findings'][number]
const differ: Finding = { check: 'serials-agree', verdict: 'FAIL', because: 'The serials differ.', marks: [] }
const close: Finding = { check: 'legibility', verdict: 'INCONCLUSIVE', because: 'Too close to call.', marks: [] }
const other: Finding = { ...differ, check: 'address-hash', because: 'Not its address.' }

test.each([
  ['alone, without its check', [differ], differ.because],
  ['among others, with its check', [differ, close], differ.because],
  ['where it is no single finding’s, before them', [differ, other], 'Two checks say no.'],
])('the because-sentence stands once: %s', (_, findings, because) => {
  const record = { verdict: 'FAIL', because, unit: 'AB1234567', station: 'sealed', findings, unproved: [], alarm: null }
  const lines = unitLines(record as unknown as InspectionRecord, null, { columns: null, colours: false })
  expect(lines.filter(line => line.includes(because))).toHaveLength(1)
  for (const one of findings) expect(lines.join('\n')).toContain(one.because)
  expect(lines.some(line => line.includes('serials-agree'))).toBe(findings.length > 1)
})

test('the word is what counts of the unit, and what it was seen as this time stands beside it', () => {
  const record = {
    verdict: 'PASS',
    because: 'All passed.',
    unit: 'AB1',
    station: 'sealed',
    findings: [],
    unproved: [],
    alarm: null,
  }
  const standing = { unit: 'AB1', station: 'sealed', verdict: 'FAIL', because: 'The serials differ.', attempts: [1, 2] }
  const shown = (its: object | null) =>
    unitLines(record as unknown as InspectionRecord, its as never, { columns: null, colours: false })[0]
  expect(shown(standing)).toMatch(/FAIL.*attempt 2, seen as PASS this time$/)
  expect(shown({ ...standing, verdict: 'PASS' })).toMatch(/PASS.*attempt 2$/)
})

test.each([
  ['sealed', ['B'], 'INCONCLUSIVE'],
  // Its plan names it, or a run there broke off before the first unit.
  ['sealed', ['A', 'B'], 'INCONCLUSIVE'],
  // Only samples are opened.
  ['opened', ['B'], 'PASS'],
])('a lot of which %s has not seen %j is %s', (station, missing, verdict) => {
  const at = (unit: string, name: string) => ({ unit, station: name, verdict: 'PASS' })
  const stationOf = (name: string, missing: readonly string[]) => ({
    ...{ station: name, seen: 2 - missing.length, missing, isSample: name === 'opened' },
  })
  const status = {
    units: ['A', 'B'].map(unit => ({ unit, verdict: 'PASS', stations: [at(unit, 'etched')] })),
    stations: [stationOf('etched', []), stationOf(station, missing)],
    unknown: [],
    doubled: [],
    otherFile: [],
    failedByOtherFile: [],
    ...{ takenOut: [], unproved: [] },
  }
  expect(lotVerdict(status as unknown as LotStatus, null)).toBe(verdict)
})

test.each([
  [null, null, 'was broken off when the unit was scratched: assay spot-check goes on there.'],
  [{ who: 'tom', why: 'it tore' }, null, 'is INCONCLUSIVE: it was scratched and cannot be read, says tom: it tore'],
  [null, 'Two records.', 'is INCONCLUSIVE, whatever each of its steps showed: Two records.'],
])(
  'a lot of whose units one was spent and not proved is not whole, and says so: %j %j',
  (unread, because, sentence) => {
    const stations = [{ unit: 'A', station: 'sealed', verdict: 'PASS', attempts: [1] }]
    const status = {
      lot: 'L-0',
      units: [{ unit: 'A', verdict: 'PASS', stations }],
      stations: [],
      unknown: [],
      doubled: [],
      otherFile: [],
      failedByOtherFile: [{ unit: 'A', station: 'sealed' }],
      ...{ destroyed: ['A'], takenOut: [] },
      unproved: [{ unit: 'A', step: 'scratched', unread, because }],
    } as unknown as LotStatus
    expect(lotLines(status)).toContain(`  The spot check of A ${sentence}`)
    expect(lotLines(status).join('\n')).toContain(
      'Failed by another lot file than this one, which may say other things of them: A at sealed. ',
    )
    expect([lotVerdict(status, null), lotVerdict(status, 'sealed')]).toEqual(['INCONCLUSIVE', 'PASS'])
  },
)

test('a card of another lot leaves a lot open, until that is said to be a mistake and its own file has judged it', () => {
  const standing = { unit: 'A', station: 'sealed', verdict: 'PASS', attempts: [1] }
  const statusOf = (wrongFile: string | null, own: string | null = null) =>
    ({
      lot: 'L-0',
      units: [{ unit: 'A', verdict: 'PASS', stations: [standing] }],
      stations: [],
      unknown: [
        {
          index: 6,
          station: 'sealed',
          verdict: 'FAIL',
          because: '',
          read: ['serial-card B'],
          spotCheckOf: null,
          ...{ wrongFile, own, shows: null },
        },
      ],
      doubled: [],
      otherFile: [],
      failedByOtherFile: [],
      ...{ destroyed: [], takenOut: [] },
      unproved: [],
    }) as unknown as LotStatus
  expect(lotVerdict(statusOf(null), null)).toBe('INCONCLUSIVE')
  const word = 'Its lot file was the wrong one, says bob: lot A.'
  const line = `  Not of this lot, or not known: entry 6, sealed, FAIL; read: serial-card B. ${word}`
  const said = statusOf(word)
  expect(lotVerdict(said, null)).toBe('INCONCLUSIVE')
  expect(lotLines(said).at(-1)).toBe(`${line} It is not judged yet: inspect it again with its own lot file.`)
  const judged = statusOf(word, 'B')
  expect(lotVerdict(judged, null)).toBe('PASS')
  expect(lotLines(judged).at(-1)).toBe(line)
})

test('a unit that was taken out is no gap, and what was seen of it counts', () => {
  const standing = { unit: 'A', station: 'sealed', verdict: 'PASS', attempts: [1] }
  const none = { unknown: [], doubled: [], otherFile: [], failedByOtherFile: [], destroyed: [], unproved: [] }
  const statusOf = (verdict: string | null) =>
    ({
      ...{ lot: 'L-0', stations: [], ...none, takenOut: [{ unit: 'B', as: 'held', who: 'bob' }] },
      units: [
        { unit: 'A', verdict: 'PASS', stations: [standing] },
        {
          unit: 'B',
          verdict,
          stations: verdict === null ? [] : [{ ...standing, unit: 'B', verdict, because: 'Bent.' }],
        },
      ],
    }) as unknown as LotStatus
  expect(lotVerdict(statusOf(null), null)).toBe('PASS')
  expect(lotVerdict(statusOf(null), 'sealed')).toBe('PASS')
  expect(lotVerdict({ ...statusOf(null), takenOut: [] }, null)).toBe('INCONCLUSIVE')
  for (const verdict of ['FAIL', 'INCONCLUSIVE']) expect(lotVerdict(statusOf(verdict), null)).toBe(verdict)
  expect(lotLines(statusOf(null))).toContain('  B was taken out, says bob: held.')
})
