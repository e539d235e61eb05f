import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KilledCommand } from './killed-commands.testing.ts'

/** Inspections of so many files by the quick program, other files at every start. */
export function quickInspections(folder: string, files: number): KilledCommand {
  const records = join(folder, 'lot.json')
  const out = join(folder, 'out')
  writeFileSync(records, JSON.stringify([{ serial: 'BX0000001' }]))
  return {
    args: kill => {
      const own = join(folder, `files-${kill}`)
      mkdirSync(own)
      const names = Array.from({ length: files }, (_, i) => join(own, `${i}.jpg`))
      for (const name of names) writeFileSync(name, name)
      return [join(import.meta.dirname, '..', '..', 'cli', 'quick-inspect.testing.ts'), records, out, ...names]
    },
    out,
    startMs: 1500,
    resultMs: 20,
  }
}
