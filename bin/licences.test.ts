import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { licencePage, licencesOf } from './licences.mjs'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('everything that is installed with Assay is listed, under licences that go with its own', () => {
  const { rows, faults } = licencesOf(JSON.parse(read('package-lock.json')).packages)
  expect(faults).toEqual([])
  expect(rows.length).toBeGreaterThan(50)
  // Made anew by: node bin/licences.mjs
  expect(read('docs/licences.md')).toBe(licencePage(rows))
})

test('NOTICE names the library under the LGPL, every model and every font', () => {
  const notice = read('NOTICE')
  for (const name of ['libvips', 'LGPL', 'PP-OCRv4', 'etch-net', 'B612 Mono', 'Liberation Mono', 'DejaVu', 'Roboto']) {
    expect(notice).toContain(name)
  }
})

test('a licence that is not known to go with ours, and none, are faults', () => {
  const faultsOf = (license?: string) =>
    licencesOf({ 'node_modules/x': { version: '1.0.0', ...(license && { license }) } }).faults
  expect(faultsOf('MIT')).toEqual([])
  expect(faultsOf('(MIT OR CC0-1.0)')).toEqual([])
  expect(faultsOf('GPL-3.0')).toEqual(['x is under GPL-3.0'])
  expect(faultsOf('MIT AND GPL-2.0-only')).toEqual(['x is under MIT AND GPL-2.0-only'])
  expect(faultsOf()).toEqual(['x names no licence'])
})
