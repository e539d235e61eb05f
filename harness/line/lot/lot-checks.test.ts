import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import type { Random } from '../../core/random.ts'
import type { AnswerManifest, RequestManifest } from '../courier/manifests.ts'
import { QuickLine } from '../quick-line.testing.ts'
import { checkLot } from './lot-record.ts'
import { chiSquareLimit, SymbolTally } from './uniform-symbols.ts'

const code = (error: unknown) => (error as { code?: string }).code
const lot = 'virtual-1'
const units = 40

let line: QuickLine
let request: RequestManifest
let answer: AnswerManifest
let record: { line: { checks: Record<string, unknown> } }
beforeAll(async () => {
  line = await QuickLine.withSites()
  await line.begin({ lot, count: units })
  await line.make({ lot, manifest: line.manifest('A', lot) })
  await line.receive({ lot, manifest: line.manifest('B', lot) })
  const written = (await line.run('A', 'record', { lot, release: false })) as { record: string }
  request = (JSON.parse(line.manifest('A', lot)) as { body: RequestManifest }).body
  answer = (JSON.parse(line.manifest('B', lot)) as { body: AnswerManifest }).body
  record = JSON.parse(readFileSync(written.record, 'utf8')) as typeof record
})
afterAll(() => line[Symbol.dispose]())

describe('the lot record', () => {
  it('has the numbers behind what it says of the lot', () => {
    expect(record.line.checks).toMatchObject({
      units,
      distinct: {
        serials: units,
        intermediateCodes: units,
        ownerEntropies: units,
        publicKeys: units,
        addresses: units,
        confirmationCodes: units,
      },
      sequences: { firstLot: request.lotNumber, lots: 1, dense: true },
      // 31 symbols, 24 of them in a passphrase.
      symbols: { degrees: 30, counted: 24 * units, limit: chiSquareLimit(30).toFixed(2) },
    })
    const { chiSquare } = record.line.checks['symbols'] as { chiSquare: string }
    expect(Number(chiSquare)).toBeGreaterThan(0)
    expect(Number(chiSquare)).toBeLessThan(chiSquareLimit(30))
  })

  it.each<[string, string, (answer: AnswerManifest['items'], request: RequestManifest['items']) => unknown]>([
    ['an address twice', 'lot-doubled', items => Object.assign(items[3]!, { addresses: items[1]!.addresses })],
    ['a public key twice', 'lot-doubled', items => Object.assign(items[3]!, { publicKey: items[1]!.publicKey })],
    [
      'a confirmation code twice',
      'lot-doubled',
      items => Object.assign(items[3]!, { confirmationCode: items[1]!.confirmationCode }),
    ],
    ['a serial twice', 'lot-doubled', (_, items) => Object.assign(items[3]!, { serial: items[1]!.serial })],
    [
      'an intermediate code twice',
      'lot-doubled',
      (_, items) => Object.assign(items[3]!, { intermediateCode: items[1]!.intermediateCode }),
    ],
    ['a gap in lot and sequence', 'lot-not-dense', (answers, items) => [answers, items].map(list => list.splice(3, 1))],
    ['units changed about', 'lot-not-dense', (_, items) => items.splice(3, 2, items[4]!, items[3]!)],
  ])('is not written with %s', (_, expected, spoil) => {
    const [spoiltRequest, spoiltAnswer] = [structuredClone(request), structuredClone(answer)]
    spoil(spoiltAnswer.items, spoiltRequest.items)
    const check = () => checkLot({ request: spoiltRequest, answer: spoiltAnswer, symbols: null })
    expect(check).toThrow(expect.objectContaining({ code: expected }))
    expect(() => checkLot({ request, answer, symbols: null })).not.toThrow()
  })
})

describe('the symbols of a lot’s passphrases', () => {
  it('are compared with the 99.9 % quantile of χ²', () => {
    // From a table; 35 degrees are those of 36 symbols.
    for (const [degrees, quantile] of [
      [30, 59.703],
      [35, 66.619],
      [57, 95.751],
    ] as const) {
      expect(Math.abs(chiSquareLimit(degrees) / quantile - 1)).toBeLessThan(0.002)
    }
    expect(Math.abs(chiSquareLimit(5) / 20.515 - 1)).toBeLessThan(0.012)
  })

  it('are not judged while there are too few, and separators are none of them', () => {
    const tally = new SymbolTally('AB')
    tally.add(Buffer.from('AB-AB-AB-A'))
    expect(tally.result()).toBeNull()
    tally.add(Buffer.from('-A-A-A'))
    expect(tally.result()).toMatchObject({ counted: 10, degrees: 1, chiSquare: 1.6 })
  })

  it('stop the line when the generator prefers some of them', async () => {
    expect(await line.begin({ lot: 'virtual-uneven', count: units }, { random: preferringZero() }).catch(code)).toBe(
      'passphrases-uneven',
    )
  })
})

/** Every eighth time it gives zeros. */
function preferringZero(): Random {
  const sound = new VirtualLotRandom('uneven')
  let drawn = 0
  return { bytes: length => (drawn++ % 8 === 0 ? new Uint8Array(length) : sound.bytes(length)) }
}
