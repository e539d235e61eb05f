import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTree } from './source-tree.mjs'
import { findUnused } from './unused.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-unused-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** What is said of a tree of these files, by path; one may be a package.json. */
function unusedIn(files: Readonly<Record<string, string>>): readonly string[] {
  for (const [file, source] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), source)
  }
  return findUnused(readTree(root))
}

/** A tree whose published entry holds `source`, beside `harness/a.ts`, which holds `exporting`. */
function withEntry(source: string, exporting: string): readonly string[] {
  return unusedIn({ 'harness/index.ts': source, 'harness/a.ts': exporting })
}

describe('used', () => {
  test.each([
    ['an import by name', "import { a } from './a.ts'; a", 'export const a = 1'],
    ['an import under another name', "import { a as b } from './a.ts'; b", 'export const a = 1'],
    ['an import of the default', "import b from './a.ts'; b", 'export default 1'],
    ['a name that is passed on', "export { a } from './a.ts'", 'export const a = 1'],
    ['all of it', "export * from './a.ts'", 'export const a = 1, b = 2'],
    ['an import on demand', "const { a } = await import('./a.ts'); a", 'export const a = 1'],
    ['a member of an import on demand', "(await import('./a.ts')).a", 'export const a = 1'],
    ['an import on demand whose names cannot be told', "export const load = () => import('./a.ts')", 'export let a'],
    ['a type written in place', "export let p: import('./a.ts').P", 'export interface P {}'],
    ['a worker', "new Worker(new URL('./a.ts', import.meta.url))", 'export const a = 1'],
    ['a type in what the file offers', "import { a } from './a.ts'; a", 'export interface P {}\nexport let a: P'],
  ])('%s', (_, source, exporting) => {
    expect(withEntry(source, exporting)).toEqual([])
  })

  test('what the entries of the package export', () => {
    expect(unusedIn({ 'harness/index.ts': 'export const a = 1' })).toEqual([])
  })

  test('what only a test needs, where it is called an aid of tests', () => {
    const files = {
      'harness/a.test.ts': "import { a } from './a.testing.ts'; a",
      'harness/a.testing.ts': 'export let a',
    }
    expect(unusedIn(files)).toEqual([])
  })

  test('what the file itself needs, and a test looks at', () => {
    const files = {
      'harness/index.ts': "import { b } from './a.ts'; b",
      'harness/a.ts': 'export const a = 1\nexport const b = a',
      'harness/a.test.ts': "import { a } from './a.ts'; a",
    }
    expect(unusedIn(files)).toEqual([])
  })

  test('a package that the published code imports, and one that only a test does', () => {
    const manifest = '{"dependencies":{"sharp":"1"},"devDependencies":{"@x/y":"1"}}'
    const files = { 'harness/index.ts': "import 'sharp'", 'harness/a.test.ts': "import '@x/y/z'" }
    expect(unusedIn({ 'package.json': manifest, ...files })).toEqual([])
  })
})

describe('unused', () => {
  test.each([
    ['a value', "import './a.ts'", 'export const a = 1', 'harness/a.ts:1 exports a: nothing else uses it'],
    ['a type', "import './a.ts'", '\nexport type A = 1', 'harness/a.ts:2 exports A: nothing else uses it'],
    [
      'the default',
      "import { b } from './a.ts'; b",
      'export const b = 1; export default 2',
      'harness/a.ts:1 exports default: nothing else uses it',
    ],
    [
      'one of two names',
      "const { a } = await import('./a.ts'); a",
      'export const a = 1\nexport const b = 2',
      'harness/a.ts:2 exports b: nothing else uses it',
    ],
    [
      'a value that only its file uses',
      "import { a } from './a.ts'; a",
      'export const b = 1\nexport const a = b',
      'harness/a.ts:1 exports b: nothing else uses it; keep it to the file',
    ],
    [
      'a name that occurs only as a member of something else',
      "import './a.ts'",
      'export const a = 1\nconst c = x.a + { a: 2 }',
      'harness/a.ts:1 exports a: nothing else uses it',
    ],
    ['a file', '', 'const a = 1', 'harness/a.ts: nothing uses this file'],
  ])('%s', (_, source, exporting, said) => {
    expect(withEntry(source, exporting)).toEqual([said])
  })

  test('an export that only tests use', () => {
    const files = {
      'harness/index.ts': "import './a.ts'",
      'harness/a.ts': 'export const a = 1',
      'harness/a.test.ts': "import { a } from './a.ts'; a",
    }
    expect(unusedIn(files)).toEqual(['harness/a.ts:1 exports a: only tests use it'])
  })

  test('a file that only tests reach, by way of their aids too', () => {
    const files = {
      'harness/a.test.ts': "import './b.testing.ts'",
      'harness/b.testing.ts': "import './c.ts'",
      'harness/c.ts': '',
    }
    expect(unusedIn(files)).toEqual(['harness/c.ts: only tests use this file; name it *.testing.ts'])
  })

  test('an aid of tests that no test uses', () => {
    expect(unusedIn({ 'harness/b.testing.ts': '' })).toEqual(['harness/b.testing.ts: nothing uses this file'])
  })

  test('a package that nothing imports, and one that is shipped for tests only', () => {
    const manifest = '{"dependencies":{"sharp":"1"},"devDependencies":{"ajv":"1","typescript":"1"}}'
    expect(unusedIn({ 'package.json': manifest, 'harness/a.test.ts': "import 'sharp'" })).toEqual([
      'package.json: nothing that is published uses sharp',
      'package.json: nothing uses ajv',
    ])
  })
})
