import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { referenceProfile } from '../checks/reference-unit.testing.ts'
import { cardPicture } from '../products/card-picture.ts'
import { Action } from './action.ts'
import { Bench } from './bench.ts'
import type { BenchFacts, Phase } from './bench-state.ts'
import type { Work } from './desk.ts'
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

  describe('and nobody looked at for a while', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
    afterEach(() => void vi.useRealTimers())

    test('is not begun again while a card is judged', async () => {
      await begun()
      await quick.bench.frame()
      await vi.advanceTimersByTimeAsync(3100)
      const [frame] = await Promise.all([quick.bench.frame(), quick.bench.act({ do: 'judge' })])
      expect([frame, quick.looks.live]).toEqual([null, 1])
      expect((await until(quick.bench, ({ results }) => results.length === 1)).newest!.verdict).toBe('PASS')
    })
  })

  test('is over at once when somebody stops, before the rig is closed', async () => {
    await begun()
    await quick.bench.act({ do: 'stop', why: '' })
    expect([quick.bench.state.phase, await quick.bench.frame()]).toEqual(['ending', null])
    expect(await quick.bench.act({ do: 'judge' })).toBe('not-now')
    await waitFor('ended')
    expect(quick.looks.live).toBe(0)
  })

  test('comes again after a camera failed', async () => {
    await begun()
    quick.camera = 'fails'
    await expect(quick.bench.frame()).rejects.toThrow('the cable is out')
    quick.camera = 'well'
    expect(await quick.bench.frame()).not.toBeNull()
  })

  test('of a camera that hangs holds nobody up who stops, and nothing is judged with it', async () => {
    await begun()
    quick.camera = 'hangs'
    void quick.bench.frame()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      await quick.bench.act({ do: 'judge' })
      await vi.advanceTimersByTimeAsync(10_500)
    } finally {
      vi.useRealTimers()
    }
    const { said, results } = await waitFor('ended')
    expect([said, results, quick.looks.photographs]).toEqual([expect.stringMatching(/camera does not let go/), [], 0])
  })
})

describe('a reason to stop that a scanner typed', () => {
  test.each([
    '6PnQmAyBky9ZXJyZBv9QSGRUXkKh9HfnVsZWPn4YtcwoKy5vufUfgA3Ld7',
    'AAAABBBBCCCCDDDDEEEEFFFF',
    'aaaa-bbbb-cccc-dddd-eeee-ffff',
  ])('stops, and is shown and kept nowhere (%#)', async why => {
    await begun()
    expect(await quick.bench.act({ do: 'stop', why })).toBeNull()
    const { said } = await waitFor('ended')
    expect(said).toBe('Stopped at the console.')
  })
})

test('a FAIL that nobody has seen holds the next run up as well', async () => {
  await begun()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await quick.bench.act({ do: 'judge' })
  await until(quick.bench, ({ unacknowledged, phase }) => unacknowledged !== null && phase === 'waiting')
  await quick.bench.act({ do: 'finish' })
  await waitFor('ended')
  expect(await quick.bench.act({ do: 'begin' })).toBe('acknowledge-first')
  await quick.bench.act({ do: 'acknowledge', number: 1 })
  await begun()
})

describe('the rig', () => {
  test('is examined between runs only, and what its doctor finds stays on the screen in the next', async () => {
    expect(await quick.bench.act({ do: 'examine' })).toBeNull()
    const { symptoms, said } = await until(quick.bench, state => state.said !== null)
    expect(symptoms.map(({ name, state }) => [name, state])).toEqual([
      ['answers', 'good'],
      ['lamps seen by the camera', 'bad'],
    ])
    expect([said, quick.bench.state.phase]).toEqual(['bench: 1 good, 1 bad, 0 not measured.', 'closed'])
    await begun()
    expect(await quick.bench.act({ do: 'examine' })).toBe('not-now')
    expect(quick.bench.state.symptoms).toHaveLength(2)
  })

  test('is let go of when somebody stops its doctor, and no run begins meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    quick.eyes = promise
    await quick.bench.act({ do: 'examine' })
    expect(await quick.bench.act({ do: 'begin' })).toBe('not-now')
    await quick.bench.act({ do: 'stop', why: '' })
    resolve()
    const { said, symptoms } = await waitFor('closed')
    expect([said, symptoms.length]).toEqual(['Stopped at the console.', 1])
  })

  test('shows what is in view under the light and place that were chosen, and cards are photographed as always', async () => {
    await begun()
    await quick.bench.frame()
    expect(quick.looks.under).toBe('dome inspect')
    expect(await quick.bench.act({ do: 'look', light: 'left', pose: 'home' })).toBeNull()
    await quick.bench.frame()
    expect(quick.looks.under).toBe('left home')
    for (const [light, pose] of [
      ['ultraviolet', 'home'],
      ['left', 'nowhere'],
    ] as const)
      expect(await quick.bench.act({ do: 'look', light, pose })).toBe('action-unknown')
    await quick.bench.act({ do: 'judge' })
    const { newest } = await until(quick.bench, state => state.newest !== null && state.phase === 'waiting')
    expect(newest!.verdict).toBe('PASS')
  })
})

const facts = { rig: 'x', lot: null, units: 2, product: 'x', station: 'sealed', operator: null } as const
const unitsOfTwo = [
  { unit: 'A', verdict: null },
  { unit: 'B', verdict: 'PASS' },
] as const

/** A bench whose cards are nothing but counted, for what happens around them. */
function countingBench(source: BenchFacts['source'], lay: ((unit: string) => Promise<void>) | null = null) {
  const cards: string[][] = []
  const work: Work = async (desk, signal) => {
    const nest = desk.opened({
      facts: { ...facts, source },
      units: unitsOfTwo,
      find: text => unitsOfTwo.find(({ unit }) => unit === text)?.unit ?? null,
      isSecret: () => false,
      lay,
      picture: cardPicture(referenceProfile),
      looks: null,
      live: async function* () {},
      noteOther: async () => {},
    })
    while (await nest.next(signal)) cards.push(desk.handed().map(({ name }) => name))
    return 0
  }
  return { bench: new Bench({ work }), cards }
}

test('a card that is still laid in when somebody stops is not judged in the run that begins then', async () => {
  const lays: (() => void)[] = []
  const { bench, cards } = countingBench('virtual', () => new Promise(resolve => lays.push(resolve)))
  await bench.act({ do: 'begin' })
  await until(bench, ({ phase }) => phase === 'waiting')
  const judged = bench.act({ do: 'judge' })
  await vi.waitFor(() => expect(lays).toHaveLength(1))
  await bench.act({ do: 'stop', why: '' })
  await until(bench, ({ phase }) => phase === 'ended')
  await bench.act({ do: 'begin' })
  await until(bench, ({ phase }) => phase === 'waiting')
  lays[0]!()
  await judged
  expect([bench.state.phase, cards]).toEqual(['waiting', []])
  await bench[Symbol.asyncDispose]()
})

describe('photographs by hand', () => {
  const picture = (name: string) => ({ name, bytes: new Uint8Array(1) })
  const waiting = async (bench: Bench) => {
    await bench.act({ do: 'begin' })
    await until(bench, ({ phase }) => phase === 'waiting')
  }

  test('that come when their card was judged or given up are none of the next card', async () => {
    const { bench, cards } = countingBench('hand')
    await waiting(bench)
    const { card } = bench.state
    expect(bench.hand(picture('front.jpg'), card)).toBeNull()
    await bench.act({ do: 'judge' })
    await until(bench, ({ phase }) => phase === 'waiting')
    expect(bench.hand(picture('late.jpg'), card)).toBe('picture-late')
    const next = bench.state.card
    expect(bench.hand(picture('next.jpg'), next)).toBeNull()
    await bench.act({ do: 'undo' })
    expect(bench.hand(picture('late.jpg'), next)).toBe('picture-late')
    expect([bench.state.pictures, cards]).toEqual([[], [['front.jpg']]])
    await bench[Symbol.asyncDispose]()
  })

  test('are not shown by a name that is a key', async () => {
    const { bench, cards } = countingBench('hand')
    await waiting(bench)
    bench.hand(picture('6PnQmAyBky9ZXJyZBv9QSGRUXkKh9HfnVsZWPn4YtcwoKy5vufUfgA3Ld7.jpg'), bench.state.card)
    expect(bench.state.pictures).toEqual(['photograph 1'])
    await bench.act({ do: 'judge' })
    await until(bench, ({ phase }) => phase === 'waiting')
    expect(cards).toEqual([['photograph 1']])
    await bench[Symbol.asyncDispose]()
  })

  test('come after the scan, of which the wrong one can be taken back', async () => {
    const { bench } = countingBench('hand')
    await waiting(bench)
    await bench.act({ do: 'scan', text: 'A' })
    expect(bench.state).toMatchObject({ phase: 'waiting', scanned: 'A' })
    expect(await bench.act({ do: 'undo' })).toBeNull()
    expect(bench.state.scanned).toBeNull()
    await bench[Symbol.asyncDispose]()
  })

  test('can be handed in of a unit that was judged before, once somebody says so', async () => {
    const { bench } = countingBench('hand')
    await waiting(bench)
    await bench.act({ do: 'scan', text: 'B' })
    expect([bench.state.phase, bench.hand(picture('b.jpg'), bench.state.card)]).toEqual(['warned', 'not-now'])
    expect(await bench.act({ do: 'judge' })).toBeNull()
    expect(bench.state).toMatchObject({ phase: 'waiting', scanned: 'B' })
    expect(bench.hand(picture('b.jpg'), bench.state.card)).toBeNull()
    await bench[Symbol.asyncDispose]()
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
