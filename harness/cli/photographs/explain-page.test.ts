import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeExplanations } from './read-photographs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-explain-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const quiet = { print: () => {}, tell: () => {}, colours: false, columns: null }

test('the page of every step is for its owner alone, and never in place of another file', async () => {
  const page = join(folder, 'steps.html')
  await writeExplanations(page, [], quiet)
  expect(statSync(page).mode & 0o777).toBe(0o600)
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'private')
  symlinkSync(victim, join(folder, 'link.html'))
  for (const place of [page, victim, join(folder, 'link.html')]) {
    await expect(writeExplanations(place, [], quiet)).rejects.toMatchObject({ code: 'explain-unwritable', exitCode: 2 })
  }
  expect(readFileSync(victim, 'utf8')).toBe('private')
})
