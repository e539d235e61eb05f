import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { Secret } from '../core/secret.ts'
import { takenOf } from '../inspection/photograph-unit.ts'
import { type Inspected, runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { openVision, type Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { PATIENCE_MS } from './attacks/patience.ts'
import { harmlessChanges } from './harmless-changes.ts'
import {
  type PhotographSet,
  type PhotographWithTruth,
  photographSet,
  type Rating,
  rate,
} from './photographs-with-truth.ts'

// Inspects every photograph of the development set at its own station, and counts right and wrong verdicts.
// node harness/bench/photos.bench.ts [--set FOLDER] [--only TEXT,TEXT…] [--findings] [--measurements FILE] [--changed]; ends
// with 1 when a bad unit passed. FILE gets a line of JSON a photograph: what limits are held against. --changed takes those of good
// units as another camera or bench would have left them, each in several ways, and ends with 1 when one of them fails, too.
// The second set (photos2: other finishes, hands, several cards) brings its own profiles.
// Secrets are compared, never printed.

const { values } = parseArgs({
  options: {
    set: { type: 'string' },
    only: { type: 'string' },
    findings: { type: 'boolean', default: false },
    measurements: { type: 'string' },
    changed: { type: 'boolean', default: false },
  },
})
const set = photographSet(values.set ?? process.env['ASSAY_PHOTOS'] ?? '../shared/photos')
if (set === null) {
  console.log('No photographs: set ASSAY_PHOTOS to their folder. The inspection benchmark was not run.')
  process.exit(0)
}

interface PhotoVisit extends Visit {
  readonly truth: PhotographWithTruth
  readonly reading: PhotographReading
  readonly readMs: number
}

interface Judged extends Pick<PhotoVisit, 'truth' | 'readMs'> {
  readonly foundCard: boolean
  readonly rating: Rating
  readonly judgeMs: number
  /** Of the texts that lie open: how each was read. */
  readonly texts: ReadonlyMap<string, string>
}

const judged: Judged[] = []
let readAt = 0
{
  await using vision = openVision({ workers: 1 })
  await runInspections({ visits: visits(vision, set), onRecord: tell })
}

/** Where a planted defect lets a secret lie open an alarm is right; any other one is false and ends the benchmark. */
async function* visits(vision: Vision, { photographs, lot }: PhotographSet): AsyncGenerator<PhotoVisit> {
  for (const original of photographs) {
    const named = `${original.file} ${original.unit} ${original.station} ${original.defect}`
    if (values.only && !values.only.split(',').some(part => named.includes(part))) continue
    for await (const { truth, bytes } of takenAs(original)) {
      const profile = loadProfile(truth.product)
      const startedMs = performance.now()
      const look = vision.look(bytes, profile, { name: truth.file, crops: false, deadlineMs: PATIENCE_MS })
      const { reading } = await look
      readAt = performance.now()
      yield {
        truth,
        reading,
        readMs: readAt - startedMs,
        station: stations[truth.station],
        profile,
        photographs: [takenOf(look)],
        records: () => lot,
        clock: () => '2026-01-01T00:00:00.000Z',
        rig: null,
        software: { name: 'assay', version: '0', revision: null },
        acknowledged: truth.observable ? ['passphrase-exposed', 'epk-exposed'] : [],
        // The set holds too few good units of one product under one light to learn their look from.
        acceptUnproved: ['cover-material'],
        // No appearance is known of renderings that another program made.
      }
    }
  }
}

/** The photograph as it is; with --changed the good ones as they might have been taken, each with its own grain. */
async function* takenAs(
  truth: PhotographWithTruth,
): AsyncGenerator<{ readonly truth: PhotographWithTruth; readonly bytes: Uint8Array }> {
  const bytes = await readFile(truth.path)
  if (!values.changed) yield { truth, bytes }
  else if (truth.mayBe.includes('PASS'))
    for (const [name, change] of Object.entries(harmlessChanges)) {
      const file = `${truth.file}, ${name}`
      yield { truth: { ...truth, file }, bytes: await change(bytes, new VirtualLotRandom(file)) }
    }
}

function tell({ visit: { truth, reading, readMs }, record }: Inspected<PhotoVisit>): void {
  const rating = rate(truth, record.verdict)
  const judgeMs = performance.now() - readAt
  judged.push({ truth, readMs, judgeMs, rating, foundCard: reading.card !== null, texts: textsAsRead(truth, reading) })
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
  if (values.measurements !== undefined)
    appendFileSync(values.measurements, `${JSON.stringify({ file: truth.file, rating, of: record.measurements })}\n`)
  if (!values.findings && rating === 'right') return
  for (const { check, verdict, because } of record.findings) {
    if (verdict !== 'PASS') console.log(`      ${verdict} ${check}: ${because}`)
  }
}

function textsAsRead({ texts }: PhotographWithTruth, { marks }: PhotographReading): Map<string, string> {
  const open = Object.entries(texts).filter(([, text]) => text != null)
  return new Map(
    open.map(([name, truth]) => {
      const mark = marks.find(({ mark }) => mark === name)
      const text = mark?.text instanceof Secret ? mark.text.exposeText() : mark?.text
      if (mark?.outcome !== 'read' || text == null) return [name, 'unread']
      return [name, text.replaceAll('-', '') === truth?.replaceAll('-', '') ? 'exact' : 'wrong']
    }),
  )
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
const isWrong = ({ rating }: Judged) => rating === 'false PASS' || (values.changed && rating === 'false FAIL')
process.exitCode = judged.some(isWrong) ? 1 : 0

function printRatings(title: string, some: readonly Judged[]): void {
  const of = (rating: Rating) => some.filter(one => one.rating === rating).length
  const bad = some.filter(({ truth }) => truth.observable).length
  console.log(
    `${title}: ${some.length} photographs (${bad} show a defect): right ${of('right')}, false PASS ${of('false PASS')}, false FAIL ${of('false FAIL')}, inconclusive though good ${of('inconclusive')}`,
  )
}

function printReadings(): void {
  const names = [...new Set(judged.flatMap(({ truth }) => Object.keys(truth.texts)))]
  console.log(`card found ${judged.filter(({ foundCard }) => foundCard).length} of ${judged.length}`)
  for (const name of names) {
    const seen = judged.flatMap(({ texts }) => texts.get(name) ?? [])
    const of = (what: string) => seen.filter(outcome => outcome === what).length
    console.log(`${name}: ${seen.length} lie open: exact ${of('exact')}, wrong ${of('wrong')}, unread ${of('unread')}`)
  }
}
