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
  names = ['site.json', 'out/virtual-1.lot.json', 'lots/virtual-1/request.json', 'lots/virtual-1/answer.json'],
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
  return compareFiles(audited, files).faults.map(one => one.sentence)
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

interface EditedLot {
  units: Record<string, unknown>[]
  line: Record<string, unknown>
}

it.each<[string, (lot: EditedLot) => void]>([
  [
    'the keys of two units were swapped',
    ({ units: [one, other] }) => {
      ;[one!['publicKey'], other!['publicKey']] = [other!['publicKey'], one!['publicKey']]
    },
  ],
  ['a serial is another one', ({ units: [one] }) => void Object.assign(one!, { serial: 'RY0000001' })],
  ['a unit was taken out', ({ units }) => void units.pop()],
  ['a unit is there twice', ({ units }) => void units.push(units[0]!)],
  ['it says that the lot is released', ({ line }) => void Object.assign(line, { released: true })],
  ['a unit is called taken out', ({ units, line }) => void Object.assign(line, { scrapped: [units.pop()!['serial']] })],
])('a lot record is told of which %s', (_, edit) => {
  const edited = (text: string) => {
    const json = JSON.parse(text) as EditedLot & { format?: string }
    if (json.format !== 'assay-lot-1') return text
    edit(json)
    return `${JSON.stringify(json, null, 2)}\n`
  }
  const found = faultsOf(lines[0]!, lines[0]!, undefined, edited)
  expect(found.filter(one => one.includes('not what the sites signed'))).toHaveLength(2)
})

it('a record whose manifests are not here is called not compared, and what is none of a line’s files is told', () => {
  const [line] = lines as [QuickLine]
  const audited = auditLedgers([{ origin: 'A', text: readFileSync(line.ledger('A'), 'utf8') }])
  const record = { origin: 'the record', text: readFileSync(join(line.site('A'), 'out/virtual-1.lot.json'), 'utf8') }
  expect(compareFiles(audited, [record]).notes.join()).toContain('its units were not compared')
  expect(compareFiles(audited, [{ ...record, text: '{"format":"assay-lot-1"}' }]).faults).toHaveLength(1)
})

it('a ledger that was emptied or taken away is told by what the other site has seen of it', () => {
  const [line] = lines as [QuickLine]
  const a = { origin: 'A', text: readFileSync(line.ledger('A'), 'utf8') }
  const emptied = auditLedgers([a, { origin: 'B', text: '' }])
  expect(emptied.faults.map(({ sentence }) => sentence).join()).toContain('the ledger is empty, and the other site')
  const card = { origin: 'card', text: readFileSync(join(line.site('B'), 'site.json'), 'utf8') }
  expect(
    compareFiles(auditLedgers([a]), [card])
      .faults.map(({ sentence }) => sentence)
      .join(),
  ).toContain('is gone')
})
