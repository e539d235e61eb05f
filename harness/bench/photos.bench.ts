import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Secret } from '../core/secret.ts'
import { inspectUnit } from '../inspection/inspect-unit.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { openVision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type PhotographWithTruth, photographSet, type Rating, rate } from './photographs-with-truth.ts'

// Inspects every photograph of the development set at its own station, and counts right and wrong verdicts.
// node harness/bench/photos.bench.ts [--only TEXT] [--findings]; ends with 1 when a bad unit passed.
// Secrets are compared, never printed.

const { values } = parseArgs({ options: { only: { type: 'string' }, findings: { type: 'boolean', default: false } } })
const set = photographSet(process.env['ASSAY_PHOTOS'] ?? '../shared/photos')
if (set === null) {
  console.log('No photographs: set ASSAY_PHOTOS to their folder. The inspection benchmark was not run.')
  process.exit(0)
}

interface Judged {
  readonly truth: PhotographWithTruth
  readonly reading: PhotographReading
  readonly record: InspectionRecord
  readonly rating: Rating
  readonly readMs: number
  readonly judgeMs: number
}

const judged: Judged[] = []
{
  await using vision = openVision({ workers: 1 })
  for (const truth of set.photographs) {
    if (values.only && !`${truth.file} ${truth.unit} ${truth.station} ${truth.defect}`.includes(values.only)) continue
    const profile = loadProfile(truth.product)
    const startedMs = performance.now()
    const reading = await vision.read(await readFile(truth.path), profile, { name: truth.file })
    const readMs = performance.now()
    const record = await inspectUnit({
      station: stations[truth.station],
      profile,
      photographs: [
        {
          photograph: {
            id: reading.photographId,
            takenAt: null,
            how: { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null },
          },
          reading,
        },
      ],
      records: () => set.lot,
      clock: () => '2026-01-01T00:00:00.000Z',
      rig: null,
      software: { name: 'assay', version: '0', revision: null },
    })
    const rating = rate(truth, record.verdict)
    judged.push({ truth, reading, record, rating, readMs: readMs - startedMs, judgeMs: performance.now() - readMs })
    const { unit, station, defect, adverse } = truth
    const sign = { right: ' ', 'false PASS': '!', 'false FAIL': '!', inconclusive: '?' }[rating]
    console.log(
      [
        sign,
        truth.file.padEnd(18),
        unit,
        station,
        record.verdict.padEnd(12),
        rating.padEnd(12),
        defect ?? '-',
        adverse.join('+'),
      ].join(' '),
    )
    if (values.findings || rating !== 'right') {
      for (const { check, verdict, because } of record.findings) {
        if (verdict !== 'PASS') console.log(`      ${verdict} ${check}: ${because}`)
      }
    }
  }
}

printRatings('all photographs', judged)
printRatings(
  'nominal',
  judged.filter(({ truth }) => truth.adverse.length === 0),
)
printRatings(
  'adverse',
  judged.filter(({ truth }) => truth.adverse.length > 0),
)
printRatings(
  'independent (not developed again)',
  judged.filter(({ truth }) => !truth.redeveloped),
)
printReadings()
const times = (pick: (one: Judged) => number) => judged.map(pick).sort((a, b) => a - b)
for (const [name, ms] of [
  ['read', times(one => one.readMs)],
  ['judge', times(one => one.judgeMs)],
] as const) {
  console.log(`${name}: median ${ms[Math.floor(ms.length / 2)]?.toFixed(0)} ms, worst ${ms.at(-1)?.toFixed(0)} ms`)
}
process.exitCode = judged.some(({ rating }) => rating === 'false PASS') ? 1 : 0

function printRatings(title: string, some: readonly Judged[]): void {
  const of = (rating: Rating) => some.filter(one => one.rating === rating).length
  const bad = some.filter(({ truth }) => truth.observable).length
  console.log(
    `${title}: ${some.length} photographs (${bad} show a defect): right ${of('right')}, false PASS ${of('false PASS')}, false FAIL ${of('false FAIL')}, inconclusive though good ${of('inconclusive')}`,
  )
}

function printReadings(): void {
  const names = [...new Set(judged.flatMap(({ truth }) => Object.keys(truth.texts)))]
  const found = judged.filter(({ reading }) => reading.card !== null).length
  console.log(`card found ${found} of ${judged.length}`)
  for (const name of names) {
    const wanted = judged.filter(({ truth }) => truth.texts[name] != null)
    const seen = wanted.map(({ truth, reading }) => {
      const mark = reading.marks.find(({ mark }) => mark === name)
      const text = mark?.text instanceof Secret ? mark.text.exposeText() : mark?.text
      if (mark?.outcome !== 'read' || text == null) return 'unread'
      return text.replaceAll('-', '') === truth.texts[name]?.replaceAll('-', '') ? 'exact' : 'wrong'
    })
    const of = (what: string) => seen.filter(outcome => outcome === what).length
    console.log(
      `${name}: ${wanted.length} lie open: exact ${of('exact')}, wrong ${of('wrong')}, unread ${of('unread')}`,
    )
  }
}
