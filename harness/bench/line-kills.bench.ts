/**
 * Kills the two sites (kill -9) at random instants while they make a lot, 50 times, and says whether a unit was lost,
 * doubled or half made. Arguments: kills, units.
 */

import { systemRandom } from '../core/random.ts'
import { killedLots } from '../line/killed-line.testing.ts'

const [kills = 50, units = 400] = process.argv.slice(2).map(Number)
const started = performance.now()
const result = await killedLots(kills, units, systemRandom, kill => process.stderr.write(`\r${kill} of ${kills} kills`))
process.stderr.write('\n')
process.stdout.write(
  `${result.kills} kills, ${result.killsAtWork} of them while units were made or verified; ${result.units} units in ${result.lots} lots; ` +
    `${result.faults.length} faults; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
)
for (const fault of result.faults) process.stdout.write(`  ${fault}\n`)
process.exitCode = result.faults.length === 0 && result.kills >= kills ? 0 : 1
