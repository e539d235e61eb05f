import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rooms } from './rooms.mjs'
import { readTree } from './source-tree.mjs'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8')
const tree = readTree(root)

/** What stands between backticks. */
const named = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

test('the table of rooms is the rule that is enforced', () => {
  const rows = page
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => {
      const [room, holds, may, types, page] = line.slice(2, -2).split(' | ')
      expect(holds, room).toMatch(/\w/)
      return { room: named(room!)[0], may: named(may!), types: named(types!), everywhere: page === 'yes' }
    })
  expect(rows).toEqual(
    rooms.map(({ room, may, types = [], everywhere = false }) => ({
      room,
      may: [...may],
      types: [...types],
      everywhere,
    })),
  )
})

test.each(rooms)('$room, and what it may import, hold files', ({ room, may, types = [] }) => {
  const files = [...tree.modules.keys()]
  const isEmpty = (name: string) => !files.some(file => file === name || file.startsWith(`${name}/`))
  expect([room, ...may, ...types].filter(isEmpty)).toEqual([])
})

const isFile = (name: string) => name.includes('/') && /\.[a-z]+$/.test(name)

describe.each(['The walk of a photograph', 'The walk of a passphrase'])('%s', title => {
  const section = page.split(`## ${title}\n`)[1]!.split('\n## ')[0]!
  const steps = section.split(/^\d+\. /m).slice(1)

  test('has steps', () => expect(steps.length).toBeGreaterThan(5))

  test.each(steps)('%s', step => {
    // Each function is followed by its file; a name without one is of the file before it, or a word.
    const names = named(step.replaceAll('\n', ' '))
    const pairs = names.flatMap((name, i) =>
      isFile(names[i + 1] ?? '') && !isFile(name) ? [[name, names[i + 1]!]] : [],
    )
    expect(pairs.length).toBeGreaterThan(0)
    for (const [name, file] of pairs) {
      const exported = tree.modules.get(file!)?.exports.map(one => one.name)
      expect(exported, `${file} of ${name}`).toContain(name)
    }
    for (const file of names.filter(isFile)) expect([...tree.modules.keys()]).toContain(file)
  })
})
