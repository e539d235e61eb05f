// @module-tag long
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { systemRandom } from '../core/random.ts'
import { readJournal } from '../custody/journal/journal-folder.ts'
import { killedCommands } from '../custody/journal/killed-commands.testing.ts'
import { quickInspections, quickRigCommands } from '../custody/journal/quick-inspections.testing.ts'
import { folderView } from './journal/folder-view.ts'

const program = fileURLToPath(new URL('./quick-inspect.testing.ts', import.meta.url))
const rigProgram = fileURLToPath(new URL('./quick-rig.testing.ts', import.meta.url))

it('loses and doubles no result that it acknowledged, whenever it is killed, and never reads green', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-killed-'))
  try {
    const journal = join(folder, 'journal')
    const command = quickInspections(folder, 40, program)
    const result = await killedCommands([command], journal, 12, systemRandom)
    expect(result.faults).toEqual([])
    expect(result.killsAtWork).toBeGreaterThan(4)
    // How many there are before a kill is the machine's doing.
    expect(result.acknowledged).toBeGreaterThan(0)
    // What was named and has no result is lost, and said: nothing is missing from the whole.
    await using reader = await readJournal(journal)
    const { inspections, files } = await folderView(reader, command.out)
    const named = (await Array.fromAsync(reader.entries())).flatMap(({ kind, facts }) =>
      kind === 'files-named' ? (facts['files'] as string[]) : [],
    )
    expect(inspections.length + files.length).toBe(named.length)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('the same of a lot on a rig and of spot checks, of which one goes on where it was broken off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-killed-rig-'))
  try {
    const journal = join(folder, 'journal')
    const result = await killedCommands(quickRigCommands(folder, rigProgram), journal, 5, systemRandom)
    expect(result.faults).toEqual([])
    expect(result.acknowledged).toBeGreaterThan(0)
    await using reader = await readJournal(journal)
    const entries = await Array.fromAsync(reader.entries())
    const steps = entries.flatMap(({ kind, facts }) => (kind === 'spot-check-step' ? [facts['step']] : []))
    // No step is asked for a second time: they come in their order, whatever was killed in between.
    const order = ['sealed', 'scratched', 'opened']
    expect(steps).toEqual(steps.map((_, i) => order[i % order.length]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
