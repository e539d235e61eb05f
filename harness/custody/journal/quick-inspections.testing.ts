import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KilledCommand } from './killed-commands.testing.ts'

/**
 * Inspections of so many files, other ones at every start.
 * @param program takes the lot file, the folder of --out, and the files
 */
export function quickInspections(folder: string, files: number, program: string): KilledCommand {
  const records = join(folder, 'lot.json')
  const out = join(folder, 'out')
  writeFileSync(records, JSON.stringify([{ serial: 'BX0000001' }]))
  return {
    args: kill => {
      const own = join(folder, `files-${kill}`)
      mkdirSync(own)
      const names = Array.from({ length: files }, (_, i) => join(own, `${i}.jpg`))
      for (const name of names) writeFileSync(name, name)
      return [program, records, out, ...names]
    },
    out,
    startMs: 1500,
    resultMs: 20,
  }
}
