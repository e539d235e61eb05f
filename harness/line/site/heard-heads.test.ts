import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditLedgers } from '../ledger/audit.ts'
import { QuickLine } from '../quick-line.testing.ts'
import { headFile } from './lot-desk.ts'

let line: QuickLine
beforeAll(async () => {
  line = await QuickLine.withSites()
  await line.begin({ count: 3 })
  await line.make()
  await line.receive()
}, 60_000)
afterAll(() => line?.[Symbol.dispose]())

const code = (error: unknown) => (error as { code?: string }).code ?? String(error)
const headOf = (site: 'A' | 'B') => readFileSync(join(line.site(site), 'out', headFile('virtual-1', site)), 'utf8')
const hear = (site: 'A' | 'B', head: string | null) => line.mark(site, 'heard', { head }).then(() => 'written', code)
const audit = () =>
  auditLedgers(['A', 'B'].map(site => ({ origin: site, text: readFileSync(line.ledger(site as 'A' | 'B'), 'utf8') })))

it('a ledger that is put back as it was before a unit was taken out is found, at the next head and by the audit', async () => {
  expect(audit().notes.join()).toContain('could have been cut off unseen')
  const folder = join(line.site('A'), 'lots')
  const backup = join(line.folder, 'backup')
  cpSync(folder, backup, { recursive: true })
  const before = headOf('A')
  expect(await hear('B', before)).toBe('written')
  await line.mark('A', 'scrapped', { serials: [line.serials()[0]], reason: 'damaged' })
  expect(await hear('B', headOf('A'))).toBe('written')
  expect(audit().faults).toEqual([])
  expect(audit().notes.join()).not.toContain('A: the other site has seen')
  rmSync(folder, { recursive: true })
  cpSync(backup, folder, { recursive: true })
  expect(
    audit()
      .faults.map(({ sentence }) => sentence)
      .join(),
  ).toMatch(/is not the ledger that the other site saw/)
  expect(await hear('B', before)).toBe('head-rolled-back')
  // What is done instead of it is another entry.
  await line.mark('A', 'arrived', { serials: line.serials(), seal: 'S-1' })
  expect(await hear('B', headOf('A'))).toBe('head-rolled-back')
})

it('only the other site says how far it has come, and to this one', async () => {
  expect(await hear('B', null)).toBe('head-missing')
  expect(await hear('A', headOf('A'))).toBe('manifest-signer')
  expect(await hear('A', line.manifest('B'))).toBe('manifest-field')
  expect(await hear('A', headOf('B').replace(/"index":\d+/, '"index":99'))).toBe('manifest-signer')
  expect(await hear('A', headOf('B'))).toBe('written')
})
