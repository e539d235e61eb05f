import { parseArgs } from 'node:util'
import { type Clock, steppingClock } from '../../devices/clock.ts'
import { openRig, type VirtualRig } from '../../devices/rig.ts'
import { drawCard } from '../../fixtures/artwork/draw-card.ts'
import { makeCard } from '../../fixtures/artwork/physical-card.ts'
import { defectCatalogue, namedDefects } from '../../fixtures/defects/catalogue.ts'
import type { Expectation } from '../../fixtures/defects/defect.ts'
import { goodUnit } from '../../fixtures/defects/plant-defects.ts'
import { lotFileText, makeLot, wipeLot } from '../../fixtures/virtual-line/make-lot.ts'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { type Bench, photographUnit } from '../inspection/photograph-unit.ts'
import { type Inspected, runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { openVision } from '../vision/pool/vision.ts'

// Every defect of the catalogue, and a good unit, at every station that the virtual rig photographs: which verdict came,
// and was it right? node harness/bench/defects.bench.ts [--product NAME] [--seed N] [--only TEXT] [--named] [--findings]
// Ends with 1 when a defect that can be seen passed.

const { values } = parseArgs({
  options: {
    product: { type: 'string', default: 'assay-reference' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    named: { type: 'boolean', default: false },
    findings: { type: 'boolean', default: false },
  },
})
const profile = loadProfile(values.product)
const lot = await makeLot({
  profile,
  lot: `virtual-defects-${values.seed}`,
  count: 2,
  random: new VirtualLotRandom(values.seed),
})
const [unit, other] = lot.units
if (unit === undefined || other === undefined) throw new Error('the lot has two units')
const { lot: records } = readLotFile(lotFileText(lot))
const random = new VirtualLotRandom(`defects ${values.seed}`)
const good = makeCard(profile, unit, random)
const cases = [
  { name: '(good)', card: good, expected: goodUnit(unit.record.serial).expected },
  ...[...defectCatalogue, ...(values.named ? namedDefects : [])]
    .filter(defect => defect.possible(profile))
    .map(defect => ({
      name: defect.name,
      card: defect.apply({ profile, card: good, unit, other, random: random.fork(defect.name) }),
      expected: defect.expected,
    })),
]

interface BenchVisit extends Visit {
  readonly name: string
  readonly right: Expectation
}

const counts = { right: 0, wrong: 0, falsePass: 0 }
{
  await using vision = openVision({ workers: 1 })
  const clock = steppingClock(new Date(Date.UTC(2026, 0, 5)), 1000)
  await using rig = await openRig({ kind: 'virtual', seed: Number(values.seed), clock })
  await runInspections({ visits: visitsOn(rig, { rig, vision, profile }, clock), onRecord: tell })
}
wipeLot(lot)
console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.falsePass} false PASS`)
process.exitCode = counts.falsePass > 0 ? 1 : 0

function* visitsOn(rig: VirtualRig, bench: Bench, clock: Clock): Generator<BenchVisit> {
  for (const { name, card, expected } of cases) {
    for (const station of ['etched', 'sealed', 'opened'] as const) {
      if (!`${name} ${station}`.includes(values.only)) continue
      rig.place(drawCard({ profile, card, state: station, pixelsPerMm: 25 }))
      yield {
        name,
        right: expected[station],
        station: stations[station],
        profile,
        photographs: (planned, watch) => photographUnit(planned, bench, watch),
        records: () => records,
        clock: () => clock.now().toISOString(),
        rig: rig.identity,
        software: { name: 'assay', version: 'bench', revision: null },
        acknowledged: expected[station].alarms,
      }
      rig.place(null)
    }
  }
}

function tell({ visit: { name, right }, record }: Inspected<BenchVisit>): void {
  const { verdicts, observable } = right
  const isRight = verdicts.includes(record.verdict)
  counts[isRight ? 'right' : 'wrong']++
  if (observable && record.verdict === 'PASS') counts.falsePass++
  console.log(
    `${isRight ? 'right' : 'WRONG'}  ${name.padEnd(30)} ${record.station.padEnd(7)} ${record.verdict.padEnd(12)} expected ${verdicts.join(' or ')}`,
  )
  if (isRight && !values.findings) return
  if (record.error) console.log(`         ERROR ${record.error.code}: ${record.error.message}`)
  if (record.alarm) console.log(`         ALARM ${record.alarm.code}: ${record.alarm.because}`)
  for (const { check, verdict, because } of record.findings) {
    if (verdict !== 'PASS') console.log(`         ${verdict} ${check}: ${because}`)
  }
}
