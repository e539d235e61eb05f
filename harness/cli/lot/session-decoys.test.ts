import { expect, it } from 'vitest'
import { bodyOf, type JournalEntry } from '../../custody/journal/entry.ts'
import { madeIdentity, madePlan } from '../../lots/release/made-lot.testing.ts'
import { decoysOfSession } from './session-decoys.ts'

const lot = madeIdentity(20)
const [decoy, other] = lot.serials as [string, string]

function journalOf(decoys: ('sealed' | 'etched')[]) {
  const said = [
    madePlan(lot, { decoys }),
    { kind: 'lot-decoy', who: 'ann', facts: { lot: lot.lot, unit: decoy, station: 'sealed' } },
    { kind: 'lot-decoy', who: 'ann', facts: { lot: 'L-1', unit: other, station: 'sealed' } },
  ]
  const entries = said.map((one, index): JournalEntry => ({ index, at: '2026-07-20T08:00:00.000Z', ...bodyOf(one) }))
  return {
    entriesOn: async function* () {
      yield* entries
    },
  }
}

it('a session is told where it was tried with none of the decoys that the plan asks for, and which those are is not told', async () => {
  const session = await decoysOfSession(journalOf(['sealed']), lot.lot, 'sealed')
  for (const one of [
    { unit: null, verdict: 'FAIL' },
    { unit: other, verdict: 'FAIL' },
    { unit: decoy, verdict: 'INCONCLUSIVE' },
    { unit: decoy, verdict: 'PASS' },
  ] as const)
    session.judged(one)
  expect(session.leftOut).toMatch(/^The plan asks for a decoy in every session at sealed, and none was refused/)
  expect(session.leftOut).not.toContain(decoy)
  session.judged({ unit: decoy, verdict: 'FAIL' })
  expect(session.leftOut).toBeNull()
})

it('nothing is told where the plan asks for none there, or there is no plan', async () => {
  for (const [decoys, name, station] of [
    [[], lot.lot, 'sealed'],
    [['etched'], lot.lot, 'sealed'],
    [['sealed'], 'L-9', 'sealed'],
    [['sealed'], null, 'sealed'],
  ] as const)
    expect((await decoysOfSession(journalOf([...decoys]), name, station)).leftOut).toBeNull()
})
