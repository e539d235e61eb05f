import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'threats.md'), 'utf8')
const [, held = ''] = /^## Held off\n([\s\S]*?)^## /m.exec(page) ?? []
const rows = held.split('\n').filter(line => line.startsWith('| ') && !/^\| (?:what|---)/.test(line))

test.each(rows)('%s', row => {
  const proof = row.split(' | ').at(-1)!
  const [files, name] = [
    [...proof.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
    / › ([^|]+?) *\|?$/.exec(proof)?.[1],
  ]
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) expect(existsSync(join(root, file))).toBe(true)
  expect(name, 'the name of its test').toBeDefined()
  expect(readFileSync(join(root, files[0]!), 'utf8').replaceAll('\\', '')).toContain(name)
})

test('every row of what is held off is looked at', () => expect(rows.length).toBeGreaterThan(15))
