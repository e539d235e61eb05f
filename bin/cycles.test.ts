import { expect, test } from 'vitest'
import { findCycles } from './cycles.mjs'
import type { SourceTree } from './source-tree.mjs'

type Kind = 'static' | 'type' | 'dynamic' | 'file'

/** A tree of files that import each other: from, to, how. */
function treeOf(...imports: readonly (readonly [string, string, Kind])[]): SourceTree {
  const files = [...new Set([...imports.map(([from]) => from), ...imports.map(([, to]) => to)])].sort()
  const modules = files.map(
    file =>
      [
        file,
        {
          imports: imports
            .filter(([from]) => from === file)
            .map(([, to, kind]) => ({ specifier: `./${to}`, kind, line: 1, names: 'all' as const })),
          exports: [],
          used: new Set<string>(),
        },
      ] as const,
  )
  return { root: '', files, modules: new Map(modules), manifest: {} }
}

test('a circle of types is a circle, however long, and is told once', () => {
  const cycles = findCycles(
    treeOf(
      ['a.ts', 'b.ts', 'static'],
      ['b.ts', 'c.ts', 'type'],
      ['c.ts', 'a.ts', 'static'],
      ['d.ts', 'a.ts', 'static'],
    ),
  )
  expect(cycles).toEqual([expect.stringMatching(/^a\.ts, b\.ts, c\.ts: import each other/)])
})

test('two circles are told apart, and what only leads into one is none', () => {
  const cycles = findCycles(
    treeOf(
      ['a.ts', 'b.ts', 'static'],
      ['b.ts', 'a.ts', 'static'],
      ['b.ts', 'c.ts', 'static'],
      ['c.ts', 'd.ts', 'type'],
      ['d.ts', 'c.ts', 'type'],
    ),
  )
  expect(cycles).toHaveLength(2)
})

test('many ways to one file, loading on demand and starting by address are no circle', () => {
  expect(
    findCycles(
      treeOf(
        ['a.ts', 'b.ts', 'static'],
        ['a.ts', 'c.ts', 'static'],
        ['b.ts', 'c.ts', 'static'],
        ['c.ts', 'a.ts', 'dynamic'],
        ['b.ts', 'a.ts', 'file'],
      ),
    ),
  ).toEqual([])
})
