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

/**
 * Units inspected on a rig without end, and spot checks of one, each from its beginning or where the one before was broken off.
 * @param program takes the command, the lot file, which it writes, and the folder of --out
 */
export function quickRigCommands(folder: string, program: string): readonly KilledCommand[] {
  return ['inspect', 'spot-check'].map(command => {
    const out = join(folder, command)
    return {
      args: () => [program, command, join(folder, `${command}.json`), out],
      out,
      startMs: 3000,
      resultMs: command === 'inspect' ? 100 : 700,
    }
  })
}
