import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { LineError } from '../line-error.ts'
import { QuickLine } from '../quick-line.testing.ts'

const code = (error: unknown) => (error as { code?: string }).code

// No two sites that checked each other's manifests come to a lot that cannot be recorded; so it is made up here.
const lot = vi.hoisted(() => ({ isDoubled: false }))
vi.mock('../lot/lot-record.ts', async original => {
  const real = await original<typeof import('../lot/lot-record.ts')>()
  return {
    ...real,
    lotRecordText: (given: Parameters<typeof real.lotRecordText>[0]) => {
      if (lot.isDoubled) throw new LineError('lot-doubled', 'Two units are one.')
      return real.lotRecordText(given)
    },
  }
})

let line: QuickLine
beforeAll(async () => {
  line = await QuickLine.withSites()
  for (const name of ['virtual-1', 'virtual-2']) {
    await line.begin({ lot: name, count: 1 })
    await line.make({ lot: name, manifest: line.manifest('A', name) })
    await line.receive({ lot: name, manifest: line.manifest('B', name) })
  }
  const spool = join(line.folder, 'spool')
  mkdirSync(spool)
  const serials = line.serials()
  await line.mark('A', 'arrived', { seal: 'S', serials })
  await line.mark('A', 'stickers-checked', { serials })
  await line.run('A', 'etch', { lot: 'virtual-1', spool, serials: null })
  await line.mark('A', 'covered')
  await line.run('A', 'erase', { lot: 'virtual-1' })
})
afterAll(() => line[Symbol.dispose]())

const record = (release: boolean) =>
  line.run('A', 'record', { lot: 'virtual-1', release }) as Promise<{ record: string; released: boolean }>

it('is made of the manifests that were accepted, and of no others', async () => {
  const kept = join(line.site('A'), 'lots', 'virtual-1', 'answer.json')
  const accepted = readFileSync(kept, 'utf8')
  // Signed by site B as well, but of another lot.
  writeFileSync(kept, line.manifest('B', 'virtual-2'))
  expect(await record(false).catch(code)).toBe('manifest-changed')
  writeFileSync(kept, accepted)
  expect(await record(false)).toMatchObject({ released: false })
})

it('closes no lot that cannot be recorded, and closes it once', async () => {
  const steps = () => readFileSync(line.ledger('A'), 'utf8').match(/"step":"released"/g)?.length ?? 0
  lot.isDoubled = true
  expect(await record(true).catch(code)).toBe('lot-doubled')
  lot.isDoubled = false
  expect(steps()).toBe(0)
  for (let time = 0; time < 2; time++) {
    const { released, record: path } = await record(true)
    expect(released).toBe(true)
    expect(JSON.parse(readFileSync(path, 'utf8')).line.released).toBe(true)
  }
  expect(steps()).toBe(1)
})
