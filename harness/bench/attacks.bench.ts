import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { seeded } from '../core/seeded.testing.ts'
import { fileSeen, type PhotographTaken, takenOf } from '../inspection/photograph-unit.ts'
import { type Inspected, runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { openVision, type Vision } from '../vision/pool/vision.ts'
import type { AttackKind } from './attacks/attack-kind.ts'
import { drawn, type GoodCard, photographed, poseOf } from './attacks/good-cards.ts'
import { attackKinds } from './attacks/kinds.ts'
import { PATIENCE_MS } from './attacks/patience.ts'
import { spoiled } from './attacks/spoil.ts'
import { photographSet } from './photographs-with-truth.ts'
import { encoded } from './stress/shot.ts'

// Spoils pictures of good cards in every way that is known, one at a time, and counts what Assay makes of them.
// node harness/bench/attacks.bench.ts [--cards N] [--only KIND,…] [--station NAME] [--keep FOLDER] [--findings]
//   photographs:     [--half even|odd] [--photos PART,…]
//   the virtual rig: --twin PRODUCT,… [--lights dome,left: both of a card, judged together] [--seed N] [--width PX]
// A card counts as found when it FAILs or raises an alarm, as asked when it is INCONCLUSIVE; what is held back only because
// something was not proved is counted apart, and counts as passed. Ends with 1 when one passed.

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    station: { type: 'string', default: '' },
    half: { type: 'string', default: 'odd' },
    photos: { type: 'string', default: '' },
    twin: { type: 'string' },
    lights: { type: 'string', default: 'dome' },
    seed: { type: 'string', default: '1' },
    width: { type: 'string', default: '2400' },
    keep: { type: 'string' },
    findings: { type: 'boolean', default: false },
  },
})
const listed = (text: string) => text.split(',').filter(part => part !== '')
const set = photographSet(process.env['ASSAY_PHOTOS'] ?? '../shared/photos')
if (set === null && values.twin === undefined) {
  console.log('No photographs: set ASSAY_PHOTOS to their folder. The attacks were not run.')
  process.exit(0)
}

interface Attack extends Visit {
  readonly good: GoodCard
  /** Null: the card as it is. */
  readonly kind: AttackKind | null
}

const outcomes = ['found', 'alarm', 'asked', 'not proved', 'PASS', 'ERROR'] as const
type Outcome = (typeof outcomes)[number]
const counts = new Map<string, Record<Outcome, number>>()
const acknowledged = ['secret-exposed', 'epk-exposed', 'passphrase-exposed', 'both-factors-exposed'] as const
{
  await using vision = openVision({ workers: 1 })
  await runInspections({ visits: visits(vision), onRecord: tell })
}

function goodCards(vision: Vision): AsyncGenerator<GoodCard> {
  const { station, half } = values
  if (values.twin === undefined) return photographed(set!, { station, half, parts: listed(values.photos) })
  const of = {
    station,
    lights: listed(values.lights),
    count: Number(values.cards),
    seed: Number(values.seed),
    widthPx: Number(values.width),
  }
  return drawn(listed(values.twin), of, vision)
}

async function* visits(vision: Vision): AsyncGenerator<Attack> {
  const kinds = attackKinds.filter(
    ({ name }) => values.only === '' || listed(values.only).some(part => name.includes(part)),
  )
  let left = values.twin === undefined ? Number(values.cards) : Number.POSITIVE_INFINITY
  for await (const good of goodCards(vision)) {
    if (left-- <= 0) break
    for (const kind of [null, ...kinds]) yield* attacked(vision, good, kind)
  }
}

async function* attacked(vision: Vision, good: GoodCard, kind: AttackKind | null): AsyncGenerator<Attack> {
  const { name, profile, station, photographs } = good
  const seed = createHash('sha256').update(`${name} ${kind?.name}`).digest().readUInt32LE()
  const spoilings = kind?.spoil({ profile, state: station, random: seeded(seed) }) ?? []
  if (kind !== null && spoilings.length === 0) return
  const taken: PhotographTaken[] = []
  for (const { picture, card, light, appearance } of photographs) {
    const raster = await spoiled(picture, poseOf(profile, { card }), spoilings)
    const bytes = await encoded({ raster, card }, { quality: 92 })
    if (values.keep)
      await keep(values.keep, `${`${name}-${light}`.replace(/\W+/g, '-')}-${kind?.name ?? 'good'}.jpg`, bytes)
    const look = vision.look(new Uint8Array(bytes), profile, {
      name: `${name} ${kind?.name ?? ''}`,
      crops: false,
      appearance,
      deadlineMs: PATIENCE_MS,
    })
    taken.push(takenOf(look, reading => fileSeen(reading, light)))
  }
  yield {
    good,
    kind,
    station: stations[station],
    profile,
    photographs: taken,
    records: () => good.lot,
    clock: () => '2026-01-01T00:00:00.000Z',
    rig: null,
    software: { name: 'assay', version: '0', revision: null },
    acknowledged: [...acknowledged],
    acceptUnproved: [],
  }
}

async function keep(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const { mkdir, writeFile } = await import('node:fs/promises')
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/${name}`, bytes)
}

function outcomeOf({ verdict, alarm, findings }: InspectionRecord): Outcome {
  if (alarm !== null) return 'alarm'
  if (verdict === 'FAIL') return 'found'
  if (verdict !== 'INCONCLUSIVE') return verdict
  return findings.every(finding => finding.verdict === 'PASS') ? 'not proved' : 'asked'
}

function tell({ visit: { good, kind }, record }: Inspected<Attack>): void {
  const row = kind?.name ?? '(good)'
  const outcome = outcomeOf(record)
  const count = counts.get(row) ?? { found: 0, alarm: 0, asked: 0, 'not proved': 0, PASS: 0, ERROR: 0 }
  count[outcome]++
  counts.set(row, count)
  const missed = kind !== null && (outcome === 'PASS' || outcome === 'not proved')
  if (missed || values.findings) console.log(`${missed ? '!' : ' '} ${good.name} ${good.station} ${row}: ${outcome}`)
  if (!values.findings && (kind !== null || outcome === 'PASS' || outcome === 'not proved')) return
  for (const { check, verdict, because } of record.findings)
    if (verdict !== 'PASS') console.log(`      ${verdict} ${check}: ${because}`)
}

console.log(`${'kind'.padEnd(26)}${outcomes.map(name => name.padStart(12)).join('')}`)
for (const [name, count] of counts)
  console.log(`${name.padEnd(26)}${outcomes.map(outcome => String(count[outcome]).padStart(12)).join('')}`)
const attacks = [...counts].filter(([name]) => name !== '(good)').map(([, count]) => count)
const all = attacks.reduce((sum, count) => sum + Object.values(count).reduce((a, b) => a + b, 0), 0)
const passed = attacks.reduce((sum, count) => sum + count.PASS + count['not proved'], 0)
// Nothing of n: at most 3 / n with 95 % (the rule of three).
console.log(
  `${all} spoiled cards: ${passed} passed or held back only by what was not proved${passed === 0 && all > 0 ? `; at most ${(300 / all).toFixed(2)} % (95 %)` : ''}`,
)
process.exitCode = attacks.some(count => count.PASS > 0) ? 1 : 0
