import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { seeded } from '../core/seeded.testing.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { quadToQuad } from '../imaging/homography.ts'
import { fileSeen, takenOf } from '../inspection/photograph-unit.ts'
import { type Inspected, runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { corners } from '../products/geometry.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { openVision, type Vision } from '../vision/pool/vision.ts'
import type { AttackKind } from './attacks/attack-kind.ts'
import { attackKinds } from './attacks/kinds.ts'
import { spoiled } from './attacks/spoil.ts'
import { type PhotographSet, type PhotographWithTruth, photographSet } from './photographs-with-truth.ts'
import { encoded } from './stress/shot.ts'

// Spoils photographs of good cards in every way that is known, one at a time, and counts what Assay makes of them.
// node harness/bench/attacks.bench.ts [--cards N] [--only KIND,…] [--station NAME] [--half even|odd] [--photos PART,…] [--keep FOLDER] [--findings]
// A card counts as found when it FAILs or raises an alarm, as asked when it is INCONCLUSIVE; what is held back only because
// something was not proved is counted apart, and counts as passed. Ends with 1 when one passed.

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    station: { type: 'string', default: '' },
    half: { type: 'string', default: 'odd' },
    photos: { type: 'string', default: '' },
    keep: { type: 'string' },
    findings: { type: 'boolean', default: false },
  },
})
const set = photographSet(process.env['ASSAY_PHOTOS'] ?? '../shared/photos')
if (set === null) {
  console.log('No photographs: set ASSAY_PHOTOS to their folder. The attacks were not run.')
  process.exit(0)
}

interface Attack extends Visit {
  readonly truth: PhotographWithTruth
  /** Null: the card as it is. */
  readonly kind: AttackKind | null
}

const outcomes = ['found', 'alarm', 'asked', 'not proved', 'PASS', 'ERROR'] as const
type Outcome = (typeof outcomes)[number]
const counts = new Map<string, Record<Outcome, number>>()
const acknowledged = ['secret-exposed', 'epk-exposed', 'passphrase-exposed', 'both-factors-exposed'] as const
{
  await using vision = openVision({ workers: 1 })
  await runInspections({ visits: visits(vision, set), onRecord: tell })
}

async function* visits(vision: Vision, { photographs, lot }: PhotographSet): AsyncGenerator<Attack> {
  const good = photographs
    .filter(({ observable, redeveloped, station }) => !observable && !redeveloped && station.includes(values.station))
    .filter((_, i) => (values.half === 'even') === (i % 2 === 0) || values.photos !== '')
    .filter(({ file }) => values.photos.split(',').some(part => file.includes(part)))
    .slice(0, Number(values.cards))
  for (const truth of good) {
    const profile = loadProfile(truth.product)
    const picture = await decodePicture(await readFile(truth.path))
    const mmToPixels = quadToQuad(
      corners({ x: 0, y: 0, width: profile.card.width, height: profile.card.height }),
      truth.card,
    )!
    const kinds: readonly (AttackKind | null)[] = [
      null,
      ...attackKinds.filter(({ name }) => values.only.split(',').some(part => name.includes(part))),
    ]
    for (const [i, kind] of kinds.entries()) {
      const seed = createHash('sha256').update(`${truth.file} ${kind?.name}`).digest().readUInt32LE()
      const spoilings = kind?.spoil({ profile, state: truth.station as 'sealed', random: seeded(seed) }) ?? []
      if (kind !== null && spoilings.length === 0) continue
      const raster = await spoiled(picture, mmToPixels, spoilings)
      const bytes = await encoded({ raster, card: truth.card }, { quality: 92 })
      if (values.keep) await keep(values.keep, `${truth.file.replace(/\W+/g, '-')}-${kind?.name ?? 'good'}.jpg`, bytes)
      const look = vision.look(new Uint8Array(bytes), profile, {
        name: `${truth.file} ${kind?.name ?? ''} ${i}`,
        crops: false,
      })
      yield {
        truth,
        kind,
        station: stations[truth.station],
        profile,
        photographs: [takenOf(look, fileSeen)],
        records: () => lot,
        clock: () => '2026-01-01T00:00:00.000Z',
        rig: null,
        software: { name: 'assay', version: '0', revision: null },
        acknowledged: [...acknowledged],
        acceptUnproved: [],
      }
    }
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

function tell({ visit: { truth, kind }, record }: Inspected<Attack>): void {
  const row = kind?.name ?? '(good)'
  const outcome = outcomeOf(record)
  const count = counts.get(row) ?? { found: 0, alarm: 0, asked: 0, 'not proved': 0, PASS: 0, ERROR: 0 }
  count[outcome]++
  counts.set(row, count)
  const missed = kind !== null && (outcome === 'PASS' || outcome === 'not proved')
  if (missed || values.findings) console.log(`${missed ? '!' : ' '} ${truth.file} ${truth.station} ${row}: ${outcome}`)
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
