// @module-tag long
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Reading, readers } from './outside-readers.testing.ts'

const program = join(import.meta.dirname, 'outside-readers.testing.ts')
/** The most that any one input may take, ms, and that all of them may, MiB of the whole process. */
const [mostMs, mostMiB] = [2000, 512]
/** Spoiled inputs a reader, besides the hostile ones. `ASSAY_FUZZ_RUNS` for a long search. */
const runs = Number(process.env['ASSAY_FUZZ_RUNS'] ?? 200)

test.each(Object.keys(readers))(
  '%s: whatever it holds is read, or refused in a sentence, within bounds',
  async name => {
    // Garbage that nothing makes room for is no need of memory: the heap is kept small, and a reader that needs more ends there.
    const args = ['--max-old-space-size=320', program, name, '1', String(runs)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 300_000 })
    const { slowestMs, mostMiB: tookMiB, defects }: Reading = JSON.parse(stdout)
    expect(defects).toEqual([])
    expect(slowestMs).toBeLessThan(mostMs)
    expect(tookMiB).toBeLessThan(mostMiB)
  },
  320_000,
)
