// @module-tag long
import { describe, expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { type TestBench, testBenches } from './camera-benches.testing.ts'
import { seenIn, testSize } from './pictures.testing.ts'

const stop = new Error('enough')
const gone = /^camera-(gone|deadline|missing|busy|trigger)$/

/** What a promise rejects with; resolving is a failure. */
async function rejection(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => expect.unreachable('it resolved'),
    error => error,
  )
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work
  expect(performance.now() - started).toBeLessThan(ms)
  return result
}

describe.each(testBenches)('every camera keeps its contract ($driver)', ({ missing, open }) => {
  const openBench = (options?: Parameters<typeof open>[0]): Promise<TestBench> => open(options)

  test.skipIf(missing)(
    'photographs show what was there when they were asked for, never what was before; what it cannot do is refused',
    async () => {
      await using bench = await openBench()
      for (const what of [1, 0, 1, 1, 0] as const) {
        await bench.show(what)
        const before = Date.now()
        const { bytes, takenAt, how, settings, mime } = await bench.camera.photograph()
        expect(await seenIn(bytes)).toBe(what)
        expect(Date.parse(takenAt)).toBeGreaterThanOrEqual(before - 1)
        expect(how.camera).toBe(bench.camera.name)
        expect(settings.size).toEqual(testSize)
        expect(mime).toMatch(/^image\/(jpeg|png)$/)
      }
      for (const exposureMs of [0, -1, Number.NaN, 1e9]) {
        expect(await rejection(bench.camera.photograph({ exposureMs }))).toMatchObject({ code: 'camera-settings' })
      }
      expect(bench.camera.capabilities.focusMm).toBeNull()
      expect(await rejection(bench.camera.photograph({ focusMm: 300 }))).toMatchObject({ code: 'camera-settings' })
    },
  )

  test.skipIf(missing)('calls made together queue, an aborted one leaves the others alone', async () => {
    await using bench = await openBench()
    await bench.show(1)
    const controller = new AbortController()
    const first = bench.camera.photograph()
    const second = bench.camera.photograph({}, controller.signal)
    const third = bench.camera.photograph()
    controller.abort(stop)
    expect(await rejection(second)).toBe(stop)
    const [a, c] = await Promise.all([first, third])
    expect([await seenIn(a.bytes), await seenIn(c.bytes)]).toEqual([1, 1])
    expect(Date.parse(c.takenAt)).toBeGreaterThanOrEqual(Date.parse(a.takenAt))
    expect(await rejection(bench.camera.photograph({}, AbortSignal.abort(stop)))).toBe(stop)
  })

  test.skipIf(missing)(
    'an exposure that is aborted ends with the reason, and the next photograph is its own',
    async () => {
      await using bench = await openBench()
      await bench.show(0)
      const controller = new AbortController()
      const running = bench.camera.photograph({}, controller.signal)
      setTimeout(() => controller.abort(stop), 3)
      expect(await within(1500, rejection(running))).toBe(stop)
      await bench.show(1)
      expect(await seenIn((await bench.camera.photograph()).bytes)).toBe(1)
    },
  )

  test.skipIf(missing)('a camera that delivers nothing is given up at its deadline', async () => {
    await using bench = await openBench({ deadlineMs: 700 })
    await bench.stall()
    const error = await within(3000, rejection(bench.camera.photograph()))
    expect(error).toMatchObject({ code: expect.stringMatching(gone), exitCode: 3 })
    expect(error).toBeInstanceOf(RigError)
  })

  test.skipIf(missing)('a camera that is lost says so', async () => {
    await using bench = await openBench({ deadlineMs: 5000 })
    await bench.camera.photograph()
    const running = bench.camera.photograph()
    running.catch(() => {})
    await bench.unplug()
    // The one under way may just have been taken.
    await running.catch((error: unknown) => expect(error).toMatchObject({ code: expect.stringMatching(gone) }))
    expect(await within(9000, rejection(bench.camera.photograph()))).toMatchObject({
      code: expect.stringMatching(gone),
    })
  })

  test.skipIf(missing)('closing ends what runs, may be done twice, and every later call says so', async () => {
    await using bench = await openBench()
    const running = bench.camera.photograph()
    const waiting = bench.camera.photograph()
    const watched = (async () => {
      for await (const _ of bench.camera.preview()) await pause(1)
    })()
    const ends = Promise.all([running, waiting, watched].map(rejection))
    await pause(3)
    await within(5000, Promise.all([bench.camera.close(), bench.camera.close()]))
    for (const error of await ends) expect(error).toMatchObject({ code: 'camera-closed' })
    for (const work of [bench.camera.photograph(), bench.camera.preview()[Symbol.asyncIterator]().next()]) {
      expect(await rejection(work)).toMatchObject({ code: 'camera-closed', exitCode: 3 })
    }
  })
})

describe.each(testBenches.filter(({ driver }) => driver !== 'folder'))('a preview ($driver)', ({ missing, open }) => {
  test.skipIf(missing)('is live, lets photographs be taken meanwhile, and ends with the signal', async () => {
    await using bench = await open()
    const controller = new AbortController()
    const seen: number[] = []
    let photograph = -1
    const watching = (async () => {
      for await (const { bytes } of bench.camera.preview(controller.signal)) {
        seen.push(await seenIn(bytes))
        if (seen.length === 2) {
          await bench.show(1)
          photograph = await seenIn((await bench.camera.photograph()).bytes)
        }
        if (seen.length > 2 && seen.at(-1) === 1) controller.abort(stop)
      }
    })()
    expect(await rejection(watching)).toBe(stop)
    expect(seen.slice(0, 2)).toEqual([0, 0])
    expect(photograph).toBe(1)
    expect(await seenIn((await bench.camera.photograph()).bytes)).toBe(1)
  })
})
