import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { systemRandom } from '../core/random.ts'
import { readJournal } from '../custody/journal/journal-folder.ts'
import { killedCommands } from '../custody/journal/killed-commands.testing.ts'
import { quickInspections } from '../custody/journal/quick-inspections.testing.ts'
import { folderView } from './journal/folder-view.ts'

const program = fileURLToPath(new URL('./quick-inspect.testing.ts', import.meta.url))

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
