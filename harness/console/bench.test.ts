import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Action } from './action.ts'
import type { Phase } from './bench-state.ts'
import { type QuickBench, quickBench, sealed, until } from './quick-bench.testing.ts'

let quick: QuickBench
beforeEach(async () => {
  quick = await quickBench()
})
afterEach(async () => await quick[Symbol.asyncDispose]())

const waitFor = (phase: Phase) => until(quick.bench, state => state.phase === phase)
const serial = (at: number) => quick.units[at]!.record.serial

/** The rig is proved, and waits for the first card. */
async function begun(): Promise<void> {
  expect(await quick.bench.act({ do: 'begin' })).toBeNull()
  expect((await waitFor('asked')).question).toBe('Lay the golden card in and press Enter.')
  expect(await quick.bench.act({ do: 'answer' })).toBeNull()
  await waitFor('waiting')
}

const kinds = async () => (await Array.fromAsync(quick.journal.entries())).map(({ kind }) => kind)

describe('a card', () => {
  test('is judged when it lies there, and its result is kept and shown', async () => {
    await begun()
    expect(await quick.bench.act({ do: 'judge' })).toBeNull()
    const { newest, tally, units, unacknowledged } = await until(
      quick.bench,
      ({ results: its, phase }) => its.length === 1 && phase === 'waiting',
    )
    expect(newest).toMatchObject({ unit: serial(0), verdict: 'PASS', attempt: 1, isOther: false })
    expect([tally.PASS, units[0]!.verdict, unacknowledged]).toEqual([1, 'PASS', null])
    expect(await kinds()).toContain('inspection')
  })

  test('that failed holds everybody up until somebody has seen it', async () => {
    await begun()
    quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
    await quick.bench.act({ do: 'judge' })
    const { newest, unacknowledged } = await until(quick.bench, ({ unacknowledged: its }) => its !== null)
    expect(newest!.verdict).toBe('FAIL')
    await waitFor('waiting')
    for (const refused of [{ do: 'judge' }, { do: 'again' }, { do: 'scan', text: serial(0) }] as const) {
      expect(await quick.bench.act(refused)).toBe('acknowledge-first')
    }
    expect(await quick.bench.act({ do: 'acknowledge', number: unacknowledged! + 1 })).toBe('not-now')
    expect(await quick.bench.act({ do: 'acknowledge', number: unacknowledged! })).toBeNull()
    quick.card = sealed(quick.units[0]!)
    expect(await quick.bench.act({ do: 'judge' })).toBeNull()
    await until(quick.bench, ({ results: its }) => its.length === 2)
  })

  test('is taken once more, and both are counted', async () => {
    await begun()
    await quick.bench.act({ do: 'judge' })
    await until(quick.bench, ({ results, phase }) => results.length === 1 && phase === 'waiting')
    expect(await quick.bench.act({ do: 'again' })).toBeNull()
    const { results } = await until(quick.bench, ({ results: its }) => its.length === 2)
    expect(results.map(({ number }) => [number, quick.bench.result(number)!.attempt])).toEqual([
      [2, 2],
      [1, 1],
    ])
  })
})

describe('a scanned code', () => {
  test('of a unit begins, and its card is what was scanned', async () => {
    await begun()
    expect(await quick.bench.act({ do: 'scan', text: quick.units[0]!.record.address! })).toBeNull()
    const { newest } = await until(quick.bench, ({ results: its }) => its.length === 1)
    expect(newest).toMatchObject({ scanned: serial(0), unit: serial(0), isOther: false })
  })

  test('of another card than lies there is said, kept, and waits to be seen', async () => {
    await begun()
    await quick.bench.act({ do: 'scan', text: serial(1) })
    const { newest, unacknowledged } = await until(quick.bench, ({ results: its }) => its.length === 1)
    expect(newest).toMatchObject({ scanned: serial(1), unit: serial(0), isOther: true })
    expect(unacknowledged).toBe(1)
    expect(await kinds()).toContain('other-card')
  })

  test('of a unit that is judged already asks first, and can be taken back', async () => {
    await begun()
    await quick.bench.act({ do: 'scan', text: serial(0) })
    await until(quick.bench, ({ results, phase }) => results.length === 1 && phase === 'waiting')
    await quick.bench.act({ do: 'scan', text: serial(0) })
    expect(quick.bench.state).toMatchObject({ phase: 'warned', scanned: serial(0) })
    expect(await quick.bench.act({ do: 'undo' })).toBeNull()
    expect(quick.bench.state).toMatchObject({ phase: 'waiting', scanned: null })
    expect(quick.looks.photographs).toBe(1)
    await quick.bench.act({ do: 'scan', text: serial(0) })
    await quick.bench.act({ do: 'judge' })
    await until(quick.bench, ({ results }) => results.length === 2)
  })

  test.each([
    '6PnQmAyBky9ZXJyZBv9QSGRUXkKh9HfnVsZWPn4YtcwoKy5vufUgfA3Ld7',
    'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK',
  ])('that is a key is refused, and stands nowhere (%#)', async secret => {
    await begun()
    expect(await quick.bench.act({ do: 'scan', text: secret })).toBe('scan-secret')
    expect(JSON.stringify([quick.bench.state, await Array.fromAsync(quick.journal.entries())])).not.toContain(secret)
    expect(quick.bench.state.phase).toBe('waiting')
  })

  test('that nothing of the lot has is refused', async () => {
    await begun()
    expect(await quick.bench.act({ do: 'scan', text: 'BX7777777' })).toBe('scan-unknown')
    expect(quick.looks.photographs).toBe(0)
  })
})

describe('the end', () => {
  test('comes when there are no more cards, and the next run begins anew', async () => {
    await begun()
    expect(await quick.bench.act({ do: 'finish' })).toBeNull()
    await waitFor('ended')
    await begun()
  })

  test.each(['asked', 'waiting'] as const)(
    'comes at once when somebody stops while it is %s, with the reason',
    async phase => {
      await quick.bench.act({ do: 'begin' })
      await waitFor('asked')
      if (phase === 'waiting') {
        await quick.bench.act({ do: 'answer' })
        await waitFor('waiting')
      }
      await quick.bench.act({ do: 'stop', why: 'the lamp flickers' })
      expect((await waitFor('ended')).said).toContain('the lamp flickers')
    },
  )
})

describe('what is in view', () => {
  test('is shown while a card is waited for, and the camera is free when it is judged', async () => {
    expect(await quick.bench.frame()).toBeNull()
    await begun()
    expect(await quick.bench.frame()).not.toBeNull()
    expect(await quick.bench.frame()).not.toBeNull()
    expect(quick.looks.live).toBe(2)
    await quick.bench.act({ do: 'judge' })
    const { newest } = await until(quick.bench, ({ results: its }) => its.length === 1)
    expect(newest!.verdict).toBe('PASS')
  })
})

test('nothing is done that cannot be done now', async () => {
  for (const one of ['answer', 'judge', 'undo', 'again', 'finish'] as const) {
    expect(await quick.bench.act({ do: one })).toBe('not-now')
  }
  expect(await quick.bench.act({ do: 'scan', text: serial(0) })).toBe('not-now')
  expect(await quick.bench.act({ do: 'stop', why: '' })).toBe('not-now')
  await begun()
  expect(await quick.bench.act({ do: 'begin' })).toBe('not-now')
})

test.each([
  null,
  [],
  {},
  { do: 'sign' },
  { do: 'judge', unit: 'x'.repeat(81) },
  { do: 'begin', more: 1 },
  { do: 'scan', text: '' },
])('what is no action is none (%#)', given => {
  expect(Action.safeParse(given).success).toBe(false)
})
