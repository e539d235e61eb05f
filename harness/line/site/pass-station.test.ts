import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { QuickLine, quickSettings } from '../quick-line.testing.ts'
import type { passStation } from './pass-station.ts'

const code = (error: unknown) => (error as { code?: string }).code

let line: QuickLine
let serials: readonly string[]
beforeAll(async () => {
  line = await QuickLine.withSites()
  await line.begin({ settings: { ...quickSettings, inspections: 'every-unit' } })
  await line.make()
  serials = line.serials()
  const spool = join(line.folder, 'spool')
  mkdirSync(spool)
  await line.run('B', 'print', { lot: 'virtual-1', spool, serials: null, dotsPerMm: null, addressKind: null })
})
afterAll(() => line[Symbol.dispose]())

const seen = (unit: string, verdict: string, over: object = {}) => ({
  unit,
  station: 'printed',
  product: 'assay-reference',
  verdict,
  because: `it is ${verdict}`,
  at: '2126-11-21T08:00:00.000Z',
  sha256: 'a'.repeat(64),
  ...over,
})
let signer = 'A'.repeat(43)
const pass = (...inspections: readonly object[]) =>
  line.run('B', 'pass', { lot: 'virtual-1', station: 'printed', signer, inspections }) as ReturnType<typeof passStation>

it('only inspections at this station, as this product, are heard', async () => {
  const [first] = serials as [string]
  expect(await pass(seen(first, 'PASS', { station: 'sealed' })).catch(code)).toBe('inspection-other')
  expect(await pass(seen(first, 'PASS', { product: 'real' })).catch(code)).toBe('inspection-other')
  expect(await pass(seen('ZZ9999999', 'PASS'))).toMatchObject({ passed: 0, waiting: 3 })
})

it('an inspection that is older than the unit’s last step lets nothing through', async () => {
  const [first] = serials as [string]
  expect(await pass(seen(first, 'PASS', { at: '2020-01-01T00:00:00.000Z' }))).toMatchObject({
    passed: 0,
    waiting: 3,
    refused: [{ serial: first, verdict: 'INCONCLUSIVE', because: 'it was inspected before its last step was done' }],
  })
})

it('a unit passes with PASS and with nothing else, and its last inspection counts', async () => {
  const [first, second, third] = serials as [string, string, string]
  for (const verdict of ['INCONCLUSIVE', 'FAIL', 'ERROR'])
    expect(await pass(seen(first, verdict))).toMatchObject({
      passed: 0,
      refused: [{ serial: first, verdict, because: `it is ${verdict}` }],
    })
  expect(await pass(seen(first, 'PASS'), seen(first, 'FAIL'))).toMatchObject({ passed: 0, waiting: 3 })
  expect(await pass(seen(first, 'FAIL'), seen(first, 'PASS'), seen(second, 'FAIL'))).toMatchObject({
    passed: 1,
    waiting: 2,
    refused: [{ serial: second, verdict: 'FAIL', because: 'it is FAIL' }],
  })
  // The record of a unit that passed before comes along with the next ones.
  expect(await pass(seen(first, 'PASS'), seen(second, 'PASS'), seen(third, 'PASS'))).toMatchObject({
    passed: 2,
    waiting: 0,
    refused: [],
  })
  // What is in the ledger stays there; that the unit failed since is said until it is taken out.
  const refused = [
    { serial: first, because: expect.stringMatching(/^It passed here before, and counts as failed now/) },
  ]
  expect(await pass(seen(first, 'FAIL'), seen(second, 'PASS'))).toMatchObject({ passed: 0, waiting: 0, refused })
})

it('a unit that a spot check opened is taken out of the lot, once, and passes no more', async () => {
  const [first, second] = serials as [string, string]
  const request = { lot: 'virtual-1', station: 'printed', signer, inspections: [seen(second, 'PASS')] }
  const told = async () =>
    (await line.run('B', 'pass', { ...request, spent: [second, 'ZZ9999999'] })) as Awaited<
      ReturnType<typeof passStation>
    >
  expect(await told()).toMatchObject({ spent: [second], passed: 0 })
  expect(await told()).toMatchObject({ spent: [], passed: 0 })
  expect(line.serials()).toContain(first)
})

it('one journal serves a station of a lot from its first unit to its last', async () => {
  const [first] = serials as [string]
  signer = 'B'.repeat(43)
  expect(await pass(seen(first, 'PASS')).catch(code)).toBe('inspection-signer')
})
