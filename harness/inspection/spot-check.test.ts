import { describe, expect, test } from 'vitest'
import { referenceProfile } from '../checks/reference-unit.testing.ts'
import type { Outcome, StationName, Verdict } from '../core/vocabulary.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { canBeOpened, type SpotCheck, spotCheck } from './spot-check.ts'

const unit = 'BX0000001'

interface Seen {
  readonly verdict?: Verdict
  readonly unit?: string | null
  /** What was seen of the secret marks. */
  readonly secrets?: Outcome
  /** An alarm, and the serial that was read on its card: its record names no unit. */
  readonly alarmOf?: string | null
}

const alarm = { code: 'epk-exposed' as const, because: 'It lies open.', marks: [], acknowledged: false }

function recordOf(
  station: StationName,
  { verdict = 'PASS', unit: serial = unit, secrets = 'read', alarmOf }: Seen,
): InspectionRecord {
  const [reading] = sampleRecord({}).readings
  if (alarmOf !== undefined)
    return sampleRecord({ station, unit: null, verdict: 'FAIL', because: alarm.because, alarm, operator: alarmOf })
  return sampleRecord({
    station,
    unit: serial,
    verdict,
    because: `${station} is ${verdict}`,
    readings: ['passphrase', 'epk-qr'].map(mark => ({ ...reading!, mark, secret: true, text: null, outcome: secrets })),
  })
}

/** @param seen what each look at a card shows, in their order, or that the last one stands; the person leaves when there is none left */
async function run(seen: readonly (Seen | 'stand')[], over: Partial<SpotCheck> = {}) {
  const left = [...seen]
  const events: string[] = []
  const end = await spotCheck({
    profile: referenceProfile,
    from: { unit: null, done: [] },
    spent: new Set(),
    whose: record => (record.alarm === null ? record.unit : record.operator),
    lay: async ({ name }, _, last) => {
      const answer = left.length === 0 ? 'leave' : left[0] === 'stand' ? 'stand' : 'photograph'
      if (answer !== 'leave') events.push(`${answer === 'stand' ? 'stand' : 'lay'} ${name}`)
      if (answer === 'stand' && last !== null && last.stands !== null) left.shift()
      return answer
    },
    inspect: async ({ station }) => {
      if (left[0] === 'stand') left.shift()
      return recordOf(station, left.shift() as Seen)
    },
    onUndecided: async ({ name }, { because, stands }) =>
      void events.push(`again ${name}${stands === null ? '' : ` or ${stands}`}: ${because}`),
    onDone: async (serial, { step }) => void events.push(`done ${step} ${serial}`),
    ...over,
  })
  return { end, events }
}

describe('a spot check', () => {
  test('goes from sealed to opened, and keeps each step before it asks for the next', async () => {
    const { end, events } = await run([{}, {}, {}])
    expect(events).toEqual([
      'lay sealed',
      `done sealed ${unit}`,
      'lay scratched',
      `done scratched ${unit}`,
      'lay opened',
      `done opened ${unit}`,
    ])
    expect(end).toMatchObject({ unit, isWhole: true, verdict: 'PASS' })
    expect(end.done.map(({ record: { station } }) => station)).toEqual(['sealed', 'etched', 'opened'])
  })

  test.each(['FAIL', 'INCONCLUSIVE'] as const)('does not open a unit that is %s while it is sealed', async verdict => {
    const { end, events } = await run([{ verdict }])
    expect(events).not.toContain('lay scratched')
    expect(end).toMatchObject({ isWhole: false, isGivenUp: false, verdict })
  })

  test('takes an alarm for a step that failed: at sealed the unit is not opened, later it goes on from there', async () => {
    const { end, events } = await run([{ alarmOf: unit }])
    expect(events).toEqual(['lay sealed', `done sealed ${unit}`])
    expect(end).toMatchObject({ unit, isWhole: false, isGivenUp: false, verdict: 'FAIL' })
    expect(end.because).toBe('It lies open. The unit was not opened: put it aside, it is evidence.')
    const spent = await run([{}, { alarmOf: unit }])
    expect(spent.events.at(-1)).toBe(`done scratched ${unit}`)
    expect(spent.end).toMatchObject({ isWhole: false, isGivenUp: false, verdict: 'FAIL' })
    expect(spent.end.because).toBe('It lies open. It was broken off when the unit was scratched.')
    const rest = await run([{}], { from: spent.end })
    expect(rest.events).toEqual(['lay opened', `done opened ${unit}`])
    expect(rest.end).toMatchObject({ isWhole: true, verdict: 'FAIL' })
    expect((await run([{}, {}, { alarmOf: unit }])).end).toMatchObject({ isWhole: true, verdict: 'FAIL' })
  })

  test.each([[null], ['BX0000002']])('blames the unit for no alarm of a card that shows %j', async alarmOf => {
    const { end, events } = await run([{}, { alarmOf }, {}])
    expect(events.at(-1)).toBe('lay scratched')
    expect(end).toMatchObject({ unit, isWhole: false, isGivenUp: false, verdict: 'INCONCLUSIVE' })
    expect(end.done).toHaveLength(1)
  })

  test('photographs a step again that was not judged, and the last look counts', async () => {
    const close = { verdict: 'INCONCLUSIVE' } as const
    const { end, events } = await run([{}, close, {}, close, close, {}])
    expect(events.filter(event => event.startsWith('again'))).toEqual([
      'again scratched or step: etched is INCONCLUSIVE',
      'again opened or step: opened is INCONCLUSIVE',
      'again opened or step: opened is INCONCLUSIVE',
    ])
    expect(end).toMatchObject({ isWhole: true, verdict: 'PASS' })
  })

  test('lets a look that is not judged stand where a person says so, and goes on: the whole is no better', async () => {
    const { end, events } = await run([{}, { verdict: 'INCONCLUSIVE' }, 'stand', {}])
    expect(events.slice(2)).toEqual([
      'lay scratched',
      'again scratched or step: etched is INCONCLUSIVE',
      'stand scratched',
      `done scratched ${unit}`,
      'lay opened',
      `done opened ${unit}`,
    ])
    expect(end).toMatchObject({ isWhole: true, isGivenUp: false, verdict: 'INCONCLUSIVE' })
    expect(end.because).toMatch(/is over with that/)
  })

  test.each<[string, Seen, Verdict]>([
    ['a secret that cannot be read', { secrets: 'unread', verdict: 'INCONCLUSIVE' }, 'INCONCLUSIVE'],
    ['a card whose serial is gone', { unit: null, verdict: 'INCONCLUSIVE' }, 'INCONCLUSIVE'],
    ['a secret that is still covered', { secrets: 'concealed', verdict: 'FAIL' }, 'FAIL'],
  ])('is ended by a person at %s, and never passes', async (_, seen, verdict) => {
    const { end, events } = await run([{}, seen, 'stand', {}])
    expect(events.at(-1)).toBe('stand scratched')
    expect(end).toMatchObject({ unit, isWhole: false, isGivenUp: true, verdict })
    expect(end.done).toHaveLength(1)
    expect(end.because).toMatch(/The spot check was ended when the unit was sealed\.$/)
  })

  test.each<[string, Seen]>([
    ['another card', { unit: 'BX0000002', verdict: 'INCONCLUSIVE' }],
    ['a look that broke', { verdict: 'ERROR' }],
  ])('lets nothing stand of %s: it is laid in and looked at again', async (_, seen) => {
    const { end } = await run([{}, seen, 'stand', {}, {}])
    expect(end).toMatchObject({ isWhole: true, verdict: 'PASS' })
  })

  test('lets no unit be opened that was not judged while it was sealed', async () => {
    const { end, events } = await run([{ verdict: 'INCONCLUSIVE' }, 'stand', { verdict: 'INCONCLUSIVE' }])
    expect(events).not.toContain('lay scratched')
    expect(end).toMatchObject({ done: [], isWhole: false, isGivenUp: false, verdict: 'INCONCLUSIVE' })
  })

  test('does not open a second card in the name of one that was opened already', async () => {
    const { end, events } = await run([{}], { spent: new Set([unit]) })
    expect(events[1]).toMatch(new RegExp(`^again sealed: ${unit} was opened in a spot check already, .* another card`))
    expect(end).toMatchObject({ done: [], isWhole: false, verdict: 'INCONCLUSIVE' })
  })

  test('does not go on before the step is seen to be done: a passphrase that is still covered is not scratched free', async () => {
    const { end, events } = await run([{}, { secrets: 'concealed', verdict: 'FAIL' }, { secrets: 'unread' }, {}, {}])
    expect(events.filter(event => event.startsWith('again scratched or end: Not read yet: passphrase'))).toHaveLength(2)
    expect(end).toMatchObject({ isWhole: true, verdict: 'PASS' })
  })

  test('does not take another card for the one that it began with, nor one that nobody knows', async () => {
    const { end, events } = await run([{}, { unit: 'BX0000002' }, { unit: null }])
    expect(events.slice(3)).toEqual([
      expect.stringMatching(/This is BX0000002, and the spot check is of BX0000001/),
      'lay scratched',
      expect.stringMatching(/not known which unit/),
    ])
    expect(end).toMatchObject({ unit, isWhole: false, verdict: 'INCONCLUSIVE' })
    expect(end.because).toBe('It was broken off when the unit was sealed.')
  })

  test('opens a unit whose passphrase was found to be wrong, as it is spent already; the whole is a FAIL', async () => {
    const { end } = await run([{}, { verdict: 'FAIL' }, {}])
    expect(end).toMatchObject({ isWhole: true, verdict: 'FAIL', because: 'etched is FAIL' })
  })

  test('does not go on with a unit that was not good while it was sealed, where a run was killed before it said so', async () => {
    const done = [{ step: 'sealed' as const, record: recordOf('sealed', { verdict: 'FAIL' }) }]
    const { end, events } = await run([{}, {}], { from: { unit, done } })
    expect(events).toEqual([])
    expect(end).toMatchObject({ isWhole: false, isGivenUp: false, verdict: 'FAIL' })
  })

  test('goes on where it was broken off', async () => {
    const done = [{ step: 'sealed' as const, record: recordOf('sealed', {}) }]
    const { end, events } = await run([{}, {}], { from: { unit, done } })
    expect(events[0]).toBe('lay scratched')
    expect(end.done.map(({ step }) => step)).toEqual(['sealed', 'scratched', 'opened'])
    expect(end.verdict).toBe('PASS')
  })

  test('is not of products whose passphrase only customers have', () => {
    expect(canBeOpened(referenceProfile)).toBe(true)
    const marks = referenceProfile.marks.filter(({ name }) => name !== 'passphrase')
    expect(canBeOpened({ ...referenceProfile, marks })).toBe(false)
  })
})
