import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Mutant, mutatedSource } from './mutant.ts'
import { mutantRooms } from './mutant-rooms.ts'

// `npm run bench -- mutants` breaks the code by this list and takes minutes; that the list still fits the code is seen here.

const root = join(fileURLToPath(import.meta.url), '..', '..', '..', '..')

/** What does not fit of a mutant any more. */
function faultsOf(mutant: Mutant): readonly string[] {
  const missing = mutant.tests.filter(file => !existsSync(join(root, file))).map(file => `${file} is not there`)
  try {
    mutatedSource(root, mutant)
    return missing
  } catch (error) {
    return [...missing, (error as Error).message]
  }
}

test.each(Object.entries(mutantRooms))(
  'every mutant of %s breaks one place of the code, for tests that are there',
  (_, mutants) => {
    expect(mutants.flatMap(faultsOf)).toEqual([])
  },
)

test('there are at least 120 of them, and no two are the same', () => {
  const all = Object.values(mutantRooms).flat()
  expect(all.length).toBeGreaterThanOrEqual(120)
  expect(new Set(all.map(({ file, find, replace }) => [file, find, replace].join('\0'))).size).toBe(all.length)
})
