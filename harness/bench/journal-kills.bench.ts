/**
 * Kills writers of one journal (kill -9) at random instants of their work, 100 times, two writers at once, and says whether an
 * acknowledged entry was lost or doubled. Argument: kills.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../core/random.ts'
import { killedJournal } from '../custody/journal/killed-journal.testing.ts'

const kills = Number(process.argv[2] ?? 100)
const folder = mkdtempSync(join(tmpdir(), 'assay-journal-kills-'))
const started = performance.now()
try {
  const result = await killedJournal(join(folder, 'journal'), kills, systemRandom)
  process.stdout.write(
    `${result.kills} kills, ${result.killsAtWork} of them after an entry was acknowledged; ${result.acknowledged} entries acknowledged, ` +
      `${result.entries} there; ${result.faults.length} faults; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  )
  for (const fault of result.faults) process.stdout.write(`  ${fault}\n`)
  process.exitCode = result.faults.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
