import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { createIntermediateCode } from '../../bip38/intermediate.ts'
import { cheapEngine } from '../../bip38/scrypt/cheap-engine.testing.ts'
import type { Random } from '../../core/random.ts'
import { productText, QuickLine, quickSettings } from '../quick-line.testing.ts'

const code = (error: unknown) => (error as { code?: string }).code

let line: QuickLine
beforeAll(async () => {
  line = await QuickLine.withSites()
})
afterAll(() => line[Symbol.dispose]())

it('a repeated command is the same lot, or it is refused', async () => {
  await line.begin()
  const again = (changed: object) => line.begin(changed).then(() => 'the same lot', code)
  expect(await again({})).toBe('the same lot')
  for (const changed of [
    { count: 2 },
    { denomination: '0.1 BTC' },
    { settings: { ...quickSettings, serialCheck: 'after-etching' } },
    { product: productText('assay-reference').replace('"width": 86', '"width": 85') },
  ])
    expect([changed, await again(changed)]).toEqual([changed, 'lot-differs'])
})

describe('codes that customers made', () => {
  const codeOf = (passphrase: string, numbers: object) =>
    createIntermediateCode(
      { passphrase, ownerSalt: new Uint8Array('lot' in numbers ? 4 : 8), ...numbers },
      { scrypt: cheapEngine() },
    )
  const begin = (codes: readonly string[], changed: object) =>
    line
      .begin({ lot: 'virtual-pro', product: productText('pro'), customerCodes: codes.join('\n'), ...changed })
      .then(() => 'begun', code)

  it('are one for every unit, of the kind that the product takes', async () => {
    const [one, two] = [await codeOf('one', {}), await codeOf('two', {})]
    expect(await begin([one, two], { count: 3 })).toBe('count-differs')
    expect(await begin([one, one], { count: 2 })).toBe('code-doubled')
    expect(await begin([one, await codeOf('two', { lot: 1, sequence: 0 })], { count: 2 })).toBe('code-unfit')
    expect(await begin([one, two], { count: 2, product: productText('assay-reference') })).toBe('codes-by-whom')
    expect(await begin([one, two], { count: 2 })).toBe('begun')
  })
})

it('a generator that gives one passphrase twice stops the line, although serials and codes differ', async () => {
  expect(await line.begin({ lot: 'virtual-twice', count: 2 }, { random: repeatingPassphrases() }).catch(code)).toBe(
    'lot-doubled',
  )
})

/**
 * Sound but for the passphrases, which are the same for every unit. Of the draws of four bytes the first is the lot's
 * number; then each unit takes 9 for its serial, 24 for its passphrase and 1 for its salt.
 */
function repeatingPassphrases(): Random {
  const sound = new VirtualLotRandom('repeating')
  let drawn = -1
  return {
    bytes: length => {
      const bytes = sound.bytes(length)
      if (length !== 4) return bytes
      const place = drawn++ % 34
      return place >= 9 && place < 33 ? Uint8Array.of(0, 0, 1, place) : bytes
    },
  }
}
