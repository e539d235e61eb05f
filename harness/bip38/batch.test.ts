import { describe, expect, test } from 'vitest'
import { crossCheckAll, inOrder } from './batch.ts'
import { createIntermediateCode, generateUnit, type UnitParts } from './index.ts'
import { cheapEngine } from './scrypt/cheap-engine.testing.ts'

async function makeUnits(count: number, ownerSalt: string): Promise<UnitParts[]> {
  const cheap = { scrypt: cheapEngine() }
  const passphrase = 'shared'
  return Promise.all(
    Array.from({ length: count }, async (_, sequence) => {
      const intermediateCode = await createIntermediateCode({ passphrase, ownerSalt, lot: 1, sequence }, cheap)
      const { epk, confirmationCode, address } = await generateUnit({ intermediateCode, compressed: true }, cheap)
      return { intermediateCode, epk, confirmationCode, address, passphrase }
    }),
  )
}

describe('a batch', () => {
  test('gives a result for every unit, in order, and shares the heavy scrypt of one passphrase and owner salt', async () => {
    const units = [...(await makeUnits(6, '00000001')), ...(await makeUnits(3, '00000002'))]
    const scrypt = cheapEngine()
    const done: number[] = []
    const results = await Array.fromAsync(
      crossCheckAll(units, { scrypt, concurrency: 4, onUnit: count => done.push(count) }),
    )
    expect(results.map(({ index }) => index)).toEqual(units.keys().toArray())
    expect(results.every(({ result }) => result?.verdict === 'PASS')).toBe(true)
    expect(scrypt.asked.filter(({ N }) => N === 16384)).toHaveLength(2)
    expect(results.reduce((sum, { result }) => sum + (result?.scryptCounts.heavy ?? 0), 0)).toBe(2)
    expect(done.at(-1)).toBe(9)
  })

  test('judges a bad unit among good ones, and only it', async () => {
    const units = await makeUnits(4, '00000003')
    units[2] = { ...units[2]!, address: units[1]!.address }
    const results = await Array.fromAsync(crossCheckAll(units, { scrypt: cheapEngine() }))
    expect(results.map(({ result }) => result?.verdict)).toEqual(['PASS', 'PASS', 'FAIL', 'PASS'])
  })

  test('takes no more units than it can work on while nobody takes its results', async () => {
    const [unit] = await makeUnits(1, '00000004')
    let taken = 0
    const endless = (function* () {
      while (true) {
        taken++
        yield unit!
      }
    })()
    const batch = crossCheckAll(endless, { scrypt: cheapEngine(), concurrency: 3 })
    for (let i = 0; i < 10; i++) await batch.next()
    expect(taken).toBeLessThanOrEqual(13)
    await batch.return()
  })

  test('ends with the reason of its signal', async () => {
    const units = await makeUnits(5, '00000005')
    const controller = new AbortController()
    const work = (async () => {
      for await (const { index } of crossCheckAll(units, { scrypt: cheapEngine(), signal: controller.signal })) {
        if (index === 1) controller.abort(new Error('enough'))
      }
    })()
    await expect(work).rejects.toThrow('enough')
  })

  test('goes on when the engine fails on one unit', async () => {
    const [first, second] = [await makeUnits(1, '00000006'), await makeUnits(1, '00000007')]
    const good = cheapEngine()
    let calls = 0
    const scrypt = {
      ...good,
      derive: async (...args: Parameters<typeof good.derive>) => {
        if (calls++ === 0) throw new Error('died')
        return good.derive(...args)
      },
    }
    const results = await Array.fromAsync(crossCheckAll([...first, ...second], { scrypt, concurrency: 1 }))
    expect(results.map(({ error }) => (error as Error | null)?.message ?? null)).toEqual(['died', null])
  })
})

describe('work in order', () => {
  test('answers before the next item has come: whoever asks and waits is not kept waiting', async () => {
    let give: (item: number) => void = () => {}
    const asked = (async function* () {
      yield 1
      yield await new Promise<number>(resolve => {
        give = resolve
      })
    })()
    const answers = inOrder(asked, async item => item * 10, 8)
    expect((await answers.next()).value).toBe(10)
    const second = answers.next()
    await new Promise(resolve => setTimeout(resolve, 5))
    give(2)
    expect((await second).value).toBe(20)
    expect((await answers.next()).done).toBe(true)
  })

  test('keeps the order of the items, whichever is done first', async () => {
    const wait = async (ms: number) => new Promise<number>(resolve => setTimeout(() => resolve(ms), ms))
    expect(await Array.fromAsync(inOrder([15, 1, 8, 0], wait, 4))).toEqual([15, 1, 8, 0])
  })
})
