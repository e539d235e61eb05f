import { drawCard } from '../../fixtures/artwork/draw-card.ts'
import { makeCard } from '../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { loadProfile } from '../products/load-profile.ts'

// What drawing one card costs, in processor time (other work on the machine does not count) and wall time.
// node harness/bench/draw-card.bench.ts

const profile = loadProfile('assay-reference')
const random = new VirtualLotRandom('bench')
const card = makeCard(profile, paperUnit(profile, random), random)
const runs = 9
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

console.log('px/mm  state       samples   median cpu ms   worst cpu ms   median wall ms')
for (const pixelsPerMm of [20, 25, 30]) {
  for (const state of ['stickered', 'etched', 'sealed', 'opened'] as const) {
    const draw = () => drawCard({ profile, card, state, pixelsPerMm })
    for (let i = 0; i < 3; i++) draw()
    const cpuMs: number[] = []
    const wallMs: number[] = []
    let samples = 0
    for (let i = 0; i < runs; i++) {
      const cpu = process.cpuUsage()
      const started = performance.now()
      const { width, height } = draw()
      samples = width * height
      wallMs.push(performance.now() - started)
      const used = process.cpuUsage(cpu)
      cpuMs.push((used.user + used.system) / 1000)
    }
    const cells = [median(cpuMs), Math.max(...cpuMs), median(wallMs)].map(value => value.toFixed(0).padStart(13))
    console.log(
      `${String(pixelsPerMm).padEnd(6)} ${state.padEnd(10)} ${String(samples).padStart(8)} ${cells.join('  ')}`,
    )
  }
}
