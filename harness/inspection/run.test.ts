import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
} from '../checks/reference-unit.testing.ts'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { verdictOf } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { takenOf } from './photograph-unit.ts'
import { requestOf } from './reference-request.testing.ts'
import { type Inspected, RunStopped, runInspections, type Visit } from './run.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

const good = () => photographOf('sealed', unit.card)
const peeled = () => photographOf('sealed', unit.card, { 'epk-qr': readingOf('epk-qr', Secret.ofText(unit.card.epk)) })
const taken = (reading: PhotographReading) => takenOf(Promise.resolve({ reading, crops: [] }))

/** What happened, in order: every taking of a photograph, every record. */
let log: string[] = []
let records: Inspected['record'][] = []

type Named = Visit & { readonly name: string }

/** A unit in a nest that shows `readings`, one a photograph. */
function inNest(name: string, readings: readonly PhotographReading[], over: Partial<Visit> = {}): Named {
  const {
    photographs: _,
    signal: __,
    ...request
  } = requestOf('sealed', [], {
    records: () => ({ lot: 'L-0', product: null, units: [unit.record] }),
  })
  let left = [...readings]
  return {
    ...request,
    name,
    photographs: async planned => {
      log.push(`${name} under ${planned.map(({ light }) => light).join('+')}`)
      const shown = left.slice(0, planned.length)
      left = left.slice(planned.length)
      return shown.map(taken)
    },
    ...over,
  }
}

async function run(visits: Iterable<Named> | AsyncIterable<Named>, ahead = 0, signal?: AbortSignal): Promise<unknown> {
  log = []
  records = []
  try {
    await runInspections({
      visits,
      ahead,
      signal,
      onRecord: ({ visit: { name }, record }) => {
        log.push(`${name} ${record.verdict}`)
        records.push(record)
      },
    })
    return null
  } catch (error) {
    return error
  } finally {
    for (const record of records) expect(record.verdict).toBe(verdictOf(record))
  }
}

describe('the loop', () => {
  test('takes the next unit only when the record of the one before was handed on', async () => {
    expect(await run([inNest('a', [good()]), inNest('b', [good()])])).toBeNull()
    expect(log).toEqual(['a under dome+left', 'a PASS', 'b under dome+left', 'b PASS'])
  })

  test('waits until a record was written before it takes the next unit', async () => {
    log = []
    await runInspections({
      visits: [inNest('a', [good()]), inNest('b', [good()])],
      onRecord: async ({ visit: { name } }) => {
        await new Promise(resolve => setTimeout(resolve, 5))
        log.push(`${name} is written`)
      },
    })
    expect(log).toEqual(['a under dome+left', 'a is written', 'b under dome+left', 'b is written'])
  })

  test('lets the camera be ahead by as many units as it is told, and hands records on in their order', async () => {
    const visits = ['a', 'b', 'c', 'd'].map(name => inNest(name, [good()]))
    expect(await run(visits, 2)).toBeNull()
    expect(log).toEqual([
      ...['a under dome+left', 'b under dome+left', 'c under dome+left', 'a PASS'],
      ...['d under dome+left', 'b PASS', 'c PASS', 'd PASS'],
    ])
  })

  test('takes what was left unread again, once and under other light, and all photographs count', async () => {
    const unread = photographOf('sealed', unit.card, { 'serial-top': blankReading('serial-top', 'unread', 'glare') })
    expect(await run([inNest('a', [unread, unread, good()]), inNest('b', [unread, unread, unread])])).toBeNull()
    expect(log).toEqual([
      'a under dome+left',
      'a under ring',
      'a PASS',
      'b under dome+left',
      'b under ring',
      'b INCONCLUSIVE',
    ])
    expect(records[0]?.photographs).toHaveLength(3)
  })

  test('has no other photographs of a unit than its files', async () => {
    const unread = photographOf('sealed', unit.card, { 'serial-top': blankReading('serial-top', 'unread', 'glare') })
    expect(await run([inNest('a', [], { photographs: [taken(unread)] })])).toBeNull()
    expect(log).toEqual(['a INCONCLUSIVE'])
  })

  test('counts the time of the camera to the inspection', async () => {
    let now = 0
    const clock = () => `2026-11-21T00:00:00.00${now}Z`
    const visit = inNest('a', [good()], { clock })
    const slow: Named = {
      ...visit,
      photographs: async (planned, watch) => {
        now = 3
        return typeof visit.photographs === 'function' ? await visit.photographs(planned, watch) : []
      },
    }
    await run([slow])
    expect(records[0]).toMatchObject({ started: '2026-11-21T00:00:00.000Z', ended: '2026-11-21T00:00:00.003Z' })
  })

  test('keeps which photographs were asked for again', async () => {
    const retry = { light: 'dome', pose: 'inspect', error: { code: 'camera-torn', message: 'It broke off.' } }
    const visit = inNest('a', [], {
      photographs: async (_, watch) => {
        watch.onCaptureRetry?.(retry)
        return [taken(good())]
      },
    })
    await run([visit])
    expect(records[0]).toMatchObject({ verdict: 'PASS', captureRetries: [retry] })
  })

  test('makes an ERROR of a rig that fails, and leaves it to the source to go on', async () => {
    const fault = new AssayError('camera-gone', 'The camera is gone.')
    const failing = inNest('a', [], { photographs: () => Promise.reject(fault) })
    expect(await run([failing, inNest('b', [good()])], 1)).toBeNull()
    expect(records.map(({ verdict }) => verdict)).toEqual(['ERROR', 'PASS'])
    expect(records[0]).toMatchObject({ unit: null, error: { code: 'camera-gone' } })
  })

  test('gives every unit in hand its record when the source breaks off', async () => {
    const broken = new Error('no more cards')
    function* visits() {
      yield inNest('a', [good()])
      yield inNest('b', [good()])
      throw broken
    }
    expect(await run(visits(), 3)).toBe(broken)
    expect(log.slice(-2)).toEqual(['a PASS', 'b PASS'])
  })

  test('wipes what it read of a unit once the record was handed on', async () => {
    const reading = photographOf('opened', unit.card)
    const { station } = requestOf('opened', [])
    await run([inNest('a', [], { station, photographs: [taken(reading)] })])
    expect(records[0]).toMatchObject({ verdict: 'PASS', station: 'opened' })
    const secrets = reading.marks.flatMap(({ text }) => (text instanceof Secret ? [text.length] : []))
    expect(secrets).toEqual([0, 0])
  })
})

describe('an alarm', () => {
  test('stops the run: no further unit is taken in hand, and those that are get an ERROR', async () => {
    const visits = [inNest('a', [peeled()]), inNest('b', [good()]), inNest('c', [good()]), inNest('d', [good()])]
    const error = await run(visits, 1)
    expect(error).toBeInstanceOf(RunStopped)
    expect(error).toMatchObject({ code: 'epk-exposed', exitCode: 5, message: records[0]?.because })
    expect(log).toEqual(['a under dome+left', 'b under dome+left', 'a FAIL', 'b ERROR'])
    expect(records[0]?.alarm).toMatchObject({ code: 'epk-exposed', acknowledged: false })
    expect(records[1]).toMatchObject({ findings: [], readings: [], error: { code: 'run-stopped' } })
  })

  test('outweighs a source that breaks off meanwhile, and both are told', async () => {
    function* visits() {
      yield inNest('a', [peeled()])
      throw new Error('no more cards')
    }
    const error = await run(visits(), 1)
    expect(error).toMatchObject({ name: 'SuppressedError', suppressed: { message: 'no more cards' } })
    expect((error as SuppressedError).error).toBeInstanceOf(RunStopped)
  })

  test('that was planted and named beforehand stops nothing, and the record says so', async () => {
    const planted = inNest('a', [peeled()], { acknowledged: ['epk-exposed'] })
    expect(await run([planted, inNest('b', [good()])])).toBeNull()
    expect(records.map(({ verdict }) => verdict)).toEqual(['FAIL', 'PASS'])
    expect(records[0]?.alarm).toMatchObject({ code: 'epk-exposed', acknowledged: true })
  })

  test('that is another one than was named stops the run all the same', async () => {
    const planted = inNest('a', [peeled()], { acknowledged: ['passphrase-exposed', 'both-factors-exposed'] })
    expect(await run([planted, inNest('b', [good()])])).toMatchObject({ code: 'epk-exposed' })
    expect(log.at(-1)).toBe('a FAIL')
  })

  test('is acknowledged for one unit only', async () => {
    const planted = inNest('a', [peeled()], { acknowledged: ['epk-exposed'] })
    expect(await run([planted, inNest('b', [peeled()]), inNest('c', [good()])])).toBeInstanceOf(RunStopped)
    expect(records.map(({ alarm }) => alarm?.acknowledged)).toEqual([true, false])
  })
})

describe('an interruption', () => {
  test('makes an ERROR of every unit in hand, and nothing is lost', async () => {
    const controller = new AbortController()
    const reason = new AssayError('interrupted', 'stopped: interrupted by Ctrl-C.')
    function* visits() {
      yield inNest('a', [good()])
      yield inNest('b', [good()])
      controller.abort(reason)
      yield inNest('c', [good()])
      yield inNest('d', [good()])
    }
    expect(await run(visits(), 2, controller.signal)).toBe(reason)
    expect(log).toEqual(['a under dome+left', 'b under dome+left', 'a ERROR', 'b ERROR', 'c ERROR'])
    for (const record of records) expect(record.error?.code).toBe('interrupted')
  })

  test('while a unit is photographed is the end of that unit', async () => {
    const controller = new AbortController()
    const hanging = inNest('a', [], {
      photographs: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          controller.abort()
        }),
    })
    expect(await run([hanging, inNest('b', [good()])], 0, controller.signal)).toMatchObject({ name: 'AbortError' })
    expect(records).toMatchObject([{ verdict: 'ERROR', error: { code: 'interrupted' } }])
  })
})

test('nothing but the loop inspects units', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const sources = globSync('{harness,devices,fixtures,scenarios,reports}/**/*.ts', { cwd: root })
  const callers = sources
    .filter(file => !/\.(test|testing)\.ts$/.test(file))
    .filter(file => /\binspectUnit\(/.test(readFileSync(join(root, file), 'utf8')))
  expect(callers.map(file => file.replaceAll('\\', '/')).sort()).toEqual([
    // For the loop, in the process that holds the secrets.
    'harness/inspection/glovebox/glovebox-process.ts',
    'harness/inspection/inspect-unit.ts',
    'harness/inspection/run.ts',
  ])
})
