/**
 * Kills commands that inspect (kill -9) at random instants of their work, and says whether a result that was acknowledged was
 * lost or doubled, and whether a killed run reads green. Arguments: kills of `assay inspect` with eyes that take no time, of
 * `assay inspect --rig` and `assay spot-check` with a rig and eyes that take none, of these two on the virtual rig as they are, and the
 * lot.json of a demo for the last.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemRandom } from '../core/random.ts'
import { type KilledCommand, type KilledCommands, killedCommands } from '../custody/journal/killed-commands.testing.ts'
import { quickInspections, quickRigCommands } from '../custody/journal/quick-inspections.testing.ts'

const [quick = 100, onQuickRig = 0, whole = 0] = process.argv.slice(2, 5).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'assay-command-kills-'))
const assay = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
const program = (name: string) => join(import.meta.dirname, '..', 'cli', name)

function onRig(lot: string, name: string, ...args: readonly string[]): KilledCommand {
  const out = join(folder, name)
  const shared = ['--rig', 'virtual', '--records', lot, '--json', '--accept-unproved', 'cover-material', '--out', out]
  return { args: () => [assay, ...args, ...shared], out, startMs: 20_000, resultMs: 5000 }
}

async function told(name: string, commands: readonly KilledCommand[], kills: number): Promise<void> {
  const started = performance.now()
  const journal = join(folder, `journal-${name}`)
  const result: KilledCommands = await killedCommands(commands, journal, kills, systemRandom, kill =>
    process.stderr.write(`\r${name}: ${kill} of ${kills} kills`),
  )
  process.stderr.write('\n')
  process.stdout.write(
    `${name}: ${result.kills} kills, ${result.killsAtWork} of them after a result was acknowledged; ${result.acknowledged} results acknowledged, ` +
      `${result.inspections} there; ${result.faults.length} faults; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  )
  for (const fault of result.faults) process.stdout.write(`  ${fault}\n`)
  const isIdle = result.acknowledged === 0
  if (isIdle) process.stdout.write('  no result was acknowledged before a kill, so nothing is shown: try more kills\n')
  if (isIdle || result.faults.length > 0) process.exitCode = 1
}

try {
  if (quick > 0) await told('inspect', [quickInspections(folder, 60, program('quick-inspect.testing.ts'))], quick)
  if (onQuickRig > 0) await told('quick-rig', quickRigCommands(folder, program('quick-rig.testing.ts')), onQuickRig)
  if (whole > 0) {
    const lot = resolve(process.argv[5]!)
    const commands = [
      onRig(lot, 'sealed', 'inspect', '--station', 'sealed', '--again'),
      onRig(lot, 'spot', 'spot-check'),
    ]
    await told('rig', commands, whole)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
