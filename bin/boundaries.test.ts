import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findBreaches } from './boundaries.mjs'
import { readTree } from './source-tree.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-rooms-'))
  write('package.json', '{"name":"assay","dependencies":{"sharp":"1.0.0"},"devDependencies":{"ajv":"1.0.0"}}')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, source: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), source)
}

/** What is said of a tree that holds this one file. */
function breachesOf(file: string, source: string): readonly string[] {
  write(file, source)
  return findBreaches(readTree(root))
}

describe('allowed', () => {
  test.each([
    ['a file of the same room', 'harness/vision/read.ts', "import { a } from './text/a.ts'"],
    ['a room that its row names', 'harness/vision/read.ts', "import { p } from '../products/profile.ts'"],
    ['a leaf', 'devices/rig.ts', "import { AssayError } from '../harness/core/assay-error.ts'"],
    ['a type where types are allowed', 'devices/rig.ts', "import type { P } from '../harness/vision/photograph.ts'"],
    ['a type written in place', 'devices/rig.ts', "let p: import('../harness/vision/photograph.ts').P"],
    ['anything, in a test', 'harness/vision/read.test.ts', "import { c } from '../../devices/virtual/camera.ts'"],
    ['a package that is shipped', 'devices/rig.ts', "import sharp from 'sharp'"],
    ['a package for Node only, in a file for Node only', 'harness/vision/a.node.ts', "import sharp from 'sharp'"],
    ['a type of a package for Node only', 'harness/vision/read.ts', "import type { Sharp } from 'sharp'"],
    ['a package for Node only, in a test', 'harness/vision/read.test.ts', "import sharp from 'sharp'"],
    ['a development package, in a test', 'harness/vision/read.test.ts', "import ajv from 'ajv'"],
    ['Node, outside of the rooms for browsers', 'harness/custody/journal.ts', "import 'node:fs'"],
    ['Node, in the processes of vision', 'harness/vision/pool/vision.ts', "import 'node:os'"],
    ['Node, in a file for Node only', 'harness/bip38/engine.node.ts', "import 'node:crypto'"],
    ['a file for Node only, on demand', 'harness/bip38/engine.ts', "await import('./engine.node.ts')"],
    [
      'a file for Node only of another room, on demand',
      'harness/vision/a.ts',
      "await import('../imaging/decode.node.ts')",
    ],
    ['a file for Node only, by one for Node only', 'harness/vision/a.node.ts', "import '../imaging/decode.node.ts'"],
    [
      'what only looks like an import',
      'harness/vision/read.ts',
      "// import '../cli/main.ts'\nconst a = `import '../cli/main.ts'`",
    ],
    ['an asset beside', 'harness/products/font.ts', "new URL('fonts/', import.meta.url)"],
  ])('%s', (_, file, source) => {
    expect(breachesOf(file, source)).toEqual([])
  })
})

describe('refused', () => {
  test.each([
    [
      'a room that the row does not name',
      'harness/vision/read.ts',
      "import '../checks/a.ts'",
      'may not import harness/checks',
    ],
    ['a leaf, by the core', 'harness/bip38/a.ts', "import '../core/assay-error.ts'", 'may not import harness/core'],
    ['a leaf, by the coins', 'harness/coins/a.ts', "import '../core/secret.ts'", 'may not import harness/core'],
    [
      'a value where only types are allowed',
      'devices/rig.ts',
      "import { p } from '../harness/vision/a.ts'",
      'only types of harness/vision',
    ],
    // Node keeps `import {} from` and loads the module.
    [
      'types in braces, which load the module',
      'devices/rig.ts',
      "import { type P } from '../harness/vision/a.ts'",
      'only types',
    ],
    ['an export from there', 'devices/rig.ts', "export * from '../harness/vision/a.ts'", 'only types'],
    ['an import on demand', 'devices/rig.ts', "await import('../harness/vision/a.ts')", 'only types'],
    ['a require', 'devices/rig.ts', "createRequire(import.meta.url)('../harness/vision/a.ts')", 'only types'],
    [
      'a worker of another room',
      'devices/rig.ts',
      "new Worker(new URL('../harness/vision/w.ts', import.meta.url))",
      'only types',
    ],
    ['the command line, by anyone', 'scenarios/rig-test.ts', "import '../harness/cli/main.ts'", 'is the outside'],
    ['the command line, by a test', 'reports/html.test.ts', "import '../harness/cli/main.ts'", 'is the outside'],
    [
      'a scenario, by a device',
      'devices/rig.ts',
      "import type { A } from '../scenarios/rig-test.ts'",
      'is the outside',
    ],
    ['a file outside of every room', 'harness/vision/read.ts', "import '../../bin/run.mjs'", 'outside of every room'],
    ['Node in the core', 'harness/bip38/a.ts', "import { scryptSync } from 'node:crypto'", '*.node.ts'],
    ['Node in the coins, on demand', 'harness/coins/a.ts', "await import('node:crypto')", '*.node.ts'],
    ['a file for Node, pulled in by the core', 'harness/bip38/a.ts', "import './engine.node.ts'", 'by import() only'],
    [
      'a file for Node only of another room',
      'harness/vision/a.ts',
      "import '../imaging/decode.node.ts'",
      'by import() only',
    ],
    [
      'a room that runs in Node only',
      'harness/vision/a.ts',
      "import '../products/load-profile.ts'",
      'harness/products/load-profile.ts does not',
    ],
    ['the processes of vision, by its way', 'harness/vision/a.ts', "import './pool/vision.ts'", 'may not import'],
    [
      'a package for Node only',
      'harness/vision/a.ts',
      "import sharp from 'sharp'",
      'sharp, which is for Node only, belongs into a file named *.node.ts',
    ],
    [
      'a package for Node only, on demand',
      'harness/imaging/a.ts',
      "await import('sharp')",
      'sharp, which is for Node only',
    ],
    [
      'a package that is not in package.json',
      'harness/vision/read.ts',
      "import 'left-pad'",
      'left-pad is not in package.json',
    ],
    [
      'an aid of tests, by what is no test',
      'harness/inspection/a.ts',
      "import './reference-request.testing.ts'",
      'it is an aid of tests',
    ],
    ['a development package in shipped code', 'harness/vision/read.ts', "import 'ajv'", 'development dependency'],
  ])('%s', (_, file, source, why) => {
    const breaches = breachesOf(file, `\n${source}`)
    expect(breaches).toHaveLength(1)
    expect(breaches[0]).toContain(`${file}:2 imports `)
    expect(breaches[0]).toContain(why)
  })

  test('a file that belongs to no room', () => {
    expect(breachesOf('harness/magic/a.ts', '')).toEqual([expect.stringContaining('belongs to no room')])
  })

  test('a new entry at the top level', () => {
    expect(breachesOf('src/a.ts', '')).toEqual(['src: the top level is fixed; put it into a room'])
  })

  test('a folder whose name says nothing', () => {
    expect(breachesOf('harness/vision/utils/a.ts', '')).toEqual([
      expect.stringMatching(/^harness\/vision\/utils: .* says nothing/),
    ])
  })

  test('a file that does not parse', () => {
    expect(() => breachesOf('harness/vision/a.ts', 'import {')).toThrow(/a\.ts does not parse/)
  })
})
