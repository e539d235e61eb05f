import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { QuickLine } from '../quick-line.testing.ts'
import { auditLedgers } from './audit.ts'
import { compareFiles } from './audit-files.ts'

const lines: QuickLine[] = []
beforeAll(async () => {
  for (let i = 0; i < 2; i++) {
    const line = await QuickLine.withSites({ random: new VirtualLotRandom(`keys ${i}`) })
    lines.push(line)
    await line.begin({ count: 2 })
    await line.make()
    await line.receive()
    for (const site of ['A', 'B'] as const) await line.run(site, 'record', { lot: 'virtual-1', release: false })
  }
}, 60_000)
afterAll(() => {
  for (const line of lines) line[Symbol.dispose]()
})

/** Faults of the ledgers of one line beside the cards and records of another. */
function faultsOf(
  ledgersOf: QuickLine,
  filesOf: QuickLine,
  names = ['site.json', 'out/virtual-1.lot.json'],
  change = (text: string) => text,
) {
  const sites = ['A', 'B'] as const
  const audited = auditLedgers(
    sites.map(site => ({ origin: site, text: readFileSync(ledgersOf.ledger(site), 'utf8') })),
  )
  expect(audited.faults).toEqual([])
  const files = sites.flatMap(site =>
    names.map(name => ({
      origin: `${site}/${name}`,
      text: change(readFileSync(join(filesOf.site(site), name), 'utf8')),
    })),
  )
  const hashes = (site: string) => audited.ledgers.find(one => one.site === site)!.hashes
  return compareFiles(audited, files, (site, _, index) => hashes(site)[index]).map(one => one.sentence)
}

it('cards and records go with the ledgers of their own line', () => {
  expect(faultsOf(lines[0]!, lines[0]!)).toEqual([])
})

it('chains that were rebuilt with new keys are told by the cards, and by the lot records', () => {
  const [line, rebuilt] = lines as [QuickLine, QuickLine]
  // The other line's chains are as sound as this one's.
  expect(faultsOf(rebuilt, line, ['site.json']).join()).toMatch(
    /signed by another key \([0-9A-F ]+\) than this site has/,
  )
  expect(faultsOf(rebuilt, line, ['out/virtual-1.lot.json']).join()).toMatch(/written by another ledger of site [AB]/)
})

it('a card whose fingerprint is not its own is told', () => {
  const forged = (text: string) => text.replace(/"fingerprint": "[0-9A-F]{4}/, '"fingerprint": "0000')
  expect(faultsOf(lines[0]!, lines[0]!, ['site.json'], forged).join()).toContain('not that of its key')
})
