import { expect, test } from 'vitest'
import { bodyOf, type Said } from '../../custody/journal/entry.ts'
import { failing, inspection, madeIdentity } from '../../lots/release/made-lot.testing.ts'
import { newsOfLot } from './since-closed.ts'

const lot = madeIdentity(4)
const shown: Said = { kind: 'secrets-revealed', who: 'tom', facts: { command: 'qr', files: ['x.jpg'] } }

async function newsIn(...said: readonly Said[]) {
  async function* entries() {
    yield* said.map((one, index) => ({ index, at: '2026-11-21T08:00:00.000Z', ...bodyOf(one) }))
  }
  return (await newsOfLot({ entries }, lot, 0, false))?.kind ?? null
}

test('that secrets of some card were shown since a lot was closed asks for no other closing; what was seen of its units does', async () => {
  expect(await newsIn(shown)).toBeNull()
  expect(await newsIn(shown, inspection(lot, lot.serials[0]!, 'sealed', failing('sealed', 'concealed')))).toBe(
    'inspection',
  )
})
