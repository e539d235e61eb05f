import { parseArgs } from 'node:util'
import { steppingClock } from '../../devices/clock.ts'
import { openRig } from '../../devices/rig.ts'
import { drawCard } from '../../fixtures/artwork/draw-card.ts'
import { makeCard } from '../../fixtures/artwork/physical-card.ts'
import { defectCatalogue } from '../../fixtures/defects/catalogue.ts'
import { goodUnit } from '../../fixtures/defects/plant-defects.ts'
import { lotFileText, makeLot, wipeLot } from '../../fixtures/virtual-line/make-lot.ts'
import { VirtualLotRandom } from '../../fixtures/virtual-line/seeded-random.ts'
import { inspectUnit } from '../inspection/inspect-unit.ts'
import { seeUnit } from '../inspection/photograph-unit.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { readLotFile } from '../products/unit-record.ts'
import { openVision } from '../vision/pool/vision.ts'

// Every defect of the catalogue, and a good unit, at every station that the virtual rig photographs: which verdict came,
// and was it right? node harness/bench/defects.bench.ts [--product NAME] [--seed N] [--only TEXT] [--findings]
// Ends with 1 when a defect that can be seen passed.

const { values } = parseArgs({
  options: {
    product: { type: 'string', default: 'assay-reference' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
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
  ...defectCatalogue
    .filter(defect => defect.possible(profile))
    .map(defect => ({
      name: defect.name,
      card: defect.apply({ profile, card: good, unit, other, random: random.fork(defect.name) }),
      expected: defect.expected,
    })),
]

const counts = { right: 0, wrong: 0, falsePass: 0 }
{
  await using vision = openVision({ workers: 1 })
  const clock = steppingClock(new Date(Date.UTC(2026, 0, 5)), 1000)
  await using rig = await openRig({ kind: 'virtual', seed: Number(values.seed), clock })
  for (const { name, card, expected } of cases) {
    for (const station of ['etched', 'sealed', 'opened'] as const) {
      if (!`${name} ${station}`.includes(values.only)) continue
      rig.place(drawCard({ profile, card, state: station, pixelsPerMm: 25 }))
      const record = await inspectUnit({
        station: stations[station],
        profile,
        photographs: () => seeUnit(stations[station], { rig, vision, profile }),
        records: () => records,
        clock: () => clock.now().toISOString(),
        rig: rig.identity,
        software: { name: 'assay', version: 'bench', revision: null },
        operator: null,
      })
      rig.place(null)
      const { verdicts, observable } = expected[station]
      const right = verdicts.includes(record.verdict)
      counts[right ? 'right' : 'wrong']++
      if (observable && record.verdict === 'PASS') counts.falsePass++
      console.log(
        `${right ? 'right' : 'WRONG'}  ${name.padEnd(30)} ${station.padEnd(7)} ${record.verdict.padEnd(12)} expected ${verdicts.join(' or ')}`,
      )
      if (!right || values.findings) {
        if (record.error) console.log(`         ERROR ${record.error.code}: ${record.error.message}`)
        if (record.alarm) console.log(`         ALARM ${record.alarm.code}: ${record.alarm.because}`)
        for (const { check, verdict, because } of record.findings) {
          if (verdict !== 'PASS') console.log(`         ${verdict} ${check}: ${because}`)
        }
      }
    }
  }
}
wipeLot(lot)
console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.falsePass} false PASS`)
process.exitCode = counts.falsePass > 0 ? 1 : 0
