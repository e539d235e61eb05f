import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QuickLine, quickSettings } from '../quick-line.testing.ts'

const code = (error: unknown) => (error as { code?: string }).code

let line: QuickLine
let spool: string
beforeAll(async () => {
  line = await QuickLine.withSites()
  spool = join(line.folder, 'spool')
  mkdirSync(spool)
  await line.begin({ settings: { ...quickSettings, drives: 'destroyed' } })
  await line.make({ drive: 'D-7' })
  await line.receive()
})
afterAll(() => line[Symbol.dispose]())

const mark = (site: 'A' | 'B', step: string, options: object = {}) =>
  line.mark(site, step, options).then(() => 'written', code)

describe('a step that hands have done', () => {
  it('takes units out only by their serials and with a reason', async () => {
    const before = readFileSync(line.ledger('A'), 'utf8')
    expect(await mark('A', 'scrapped', { reason: 'damaged' })).toBe('serials-missing')
    expect(await mark('A', 'scrapped', { serials: [line.serials()[0]] })).toBe('number-missing')
    expect(readFileSync(line.ledger('A'), 'utf8')).toBe(before)
  })

  it('takes a shipment in only unit by unit, and under the seal of the box', async () => {
    const serials = line.serials()
    const [a, b, c] = serials as [string, string, string]
    expect(await mark('A', 'arrived', { serials })).toBe('number-missing')
    expect(await mark('A', 'arrived', { seal: 'S' })).toBe('serials-missing')
    for (const [counted, what] of [
      [[a, b], `${c} is missing.`],
      [[c], `${a} is missing, and 1 more.`],
      [[a, b, b], `${b} is there twice.`],
      [[a, b, c, c], `${c} is there twice.`],
      [[a, b, c, 'ZZ1234567'], 'ZZ1234567 is not of this lot'],
    ] as const) {
      const refusal = await line.mark('A', 'arrived', { seal: 'S', serials: counted }).catch((error: Error) => error)
      expect(refusal).toMatchObject({ code: 'serials-differ', message: expect.stringContaining(what) })
    }
    expect(await mark('A', 'arrived', { seal: 'S', serials: [c, a, b] })).toBe('written')
    expect(await mark('A', 'stickers-checked', { serials: [a, b] })).toBe('serials-differ')
    expect(await mark('A', 'stickers-checked', { serials })).toBe('written')
  })
})

it('secrets go in their order: not before their time, with the spool, and then the drive that they were on', async () => {
  const erase = () => line.run('B', 'erase', { lot: 'virtual-1' })
  const store = join(line.site('B'), 'lots', 'virtual-1', 'units.store')
  expect(await erase().catch(code)).toBe('step-out-of-order')
  expect(existsSync(store)).toBe(true)
  const print = { lot: 'virtual-1', spool, serials: null, dotsPerMm: null, addressKind: null }
  await line.run('B', 'print', print)
  // What was taken out has its files in the spool as well.
  expect(await mark('B', 'scrapped', { serials: [line.serials()[1]], reason: 'misprint' })).toBe('written')
  expect(await mark('B', 'applied')).toBe('written')
  expect(await erase()).toMatchObject({ driveMustBeDestroyed: true })
  expect(existsSync(store)).toBe(false)
  expect(readdirSync(spool)).toEqual([])

  const seen = { drive: 'D-7', witness: 'carl' }
  expect(await mark('B', 'destroyed', { ...seen, drive: 'D-8' })).toBe('drive-other')
  expect(await mark('B', 'destroyed', { ...seen, witness: 'bob' })).toBe('witness-same')
  expect(await mark('B', 'destroyed', { ...seen, witness: null })).toBe('number-missing')
  expect(await mark('B', 'destroyed', { ...seen, drive: null })).toBe('number-missing')
  expect(await mark('B', 'shipped', { seal: 'S' })).toBe('step-out-of-order')
  expect(await mark('B', 'destroyed', seen)).toBe('written')
  expect(await mark('B', 'shipped')).toBe('number-missing')
  expect(await mark('B', 'shipped', { seal: 'S' })).toBe('written')
})
