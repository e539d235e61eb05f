import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { lotStatus } from './lot-status.ts'
import { SpotChecks, spotChecksIn } from './spot-checks.ts'

const finding = { check: 'serials-agree' as const, verdict: 'PASS' as const, because: 'they agree', marks: [] }
const record = sampleRecord({ findings: [finding], plannedChecks: ['serials-agree'], verdict: 'PASS' })

type ToldEntry = readonly [kind: string, facts: object, who?: string | null, why?: string | null]

async function* entriesOf(...told: readonly ToldEntry[]): AsyncGenerator<JournalEntry> {
  for (const [index, [kind, facts, who = null, why = null]] of told.entries()) {
    const unit = kind === 'person-added' ? null : 'BX0000001'
    const said = { kind, unit, station: 'sealed', who, why, facts: { ...facts } }
    yield { journal: 'assay-journal-1', index, at: '2026-11-21T08:00:00.000Z', ...said }
  }
}

it('a spot check that was broken off is known with what was done, and one that ended is spent', async () => {
  const step = (name: string) => ['spot-check-step', { step: name, record }] as const
  const open = await spotChecksIn(entriesOf(step('sealed'), step('scratched')))
  expect(open.get('BX0000001')).toMatchObject({ isOpen: true, done: [{ step: 'sealed' }, { step: 'scratched' }] })
  const whole = await spotChecksIn(entriesOf(step('sealed'), ['spot-check', { isWhole: true }]))
  expect(whole.get('BX0000001')).toMatchObject({ isOpen: false })
  const never = await spotChecksIn(entriesOf(step('sealed'), ['spot-check', { isWhole: false }]))
  expect(never.size).toBe(0)
})

it('remembers of which spot check a record is a step, also of one that never opened its unit', async () => {
  const bad: InspectionRecord = { ...record, findings: [{ ...finding, verdict: 'FAIL' }], verdict: 'FAIL' }
  const step = (name: string, its: object) => ['spot-check-step', { step: name, record: its }] as const
  const end = (verdict: string, isWhole: boolean) => ['spot-check', { verdict, because: 'so', isWhole }] as const
  const checks = new SpotChecks()
  const all = entriesOf(
    step('sealed', bad),
    end('FAIL', false),
    step('sealed', record),
    end('PASS', true),
    end('FAIL', false),
  )
  for await (const entry of all) checks.take(entry)
  expect(checks.ofStep('BX0000001', bad)).toMatchObject({ step: 'sealed', of: { came: { verdict: 'FAIL' } } })
  expect(checks.ofStep('BX0000001', record)).toMatchObject({ step: 'sealed', of: { came: { verdict: 'PASS' } } })
  expect(checks.ofStep('BX0000001', { ...record, because: 'another' })).toBeNull()
  // Another card with its serial that was not opened takes nothing from what was spent.
  expect([checks.isSpent('BX0000001'), checks.all.get('BX0000001')?.came?.verdict]).toEqual([true, 'PASS'])
})

it('knows whether the journal says already that the unit is spent: a run may have been killed in between', async () => {
  const step = ['spot-check-step', { step: 'sealed', record }] as const
  expect((await spotChecksIn(entriesOf(step))).get('BX0000001')).toMatchObject({ isOpen: true, isDestroyed: false })
  const said = await spotChecksIn(entriesOf(step, ['unit-destroyed', {}]))
  expect(said.get('BX0000001')).toMatchObject({ isOpen: true, isDestroyed: true })
})

it('a unit that was opened is no unit that was seen twice', async () => {
  const inspection = ['inspection', { record }] as const
  const lot = { lot: null, units: [{ serial: 'BX0000001' }] }
  expect((await lotStatus(entriesOf(inspection, inspection), lot, null)).doubled).toHaveLength(1)
  const opened = await lotStatus(entriesOf(inspection, inspection, ['unit-destroyed', {}]), lot, null)
  expect(opened).toMatchObject({ doubled: [], destroyed: ['BX0000001'] })
})

describe('a spot check whose unit cannot be read', () => {
  const step = ['spot-check-step', { step: 'scratched', record }] as const
  const lot = { lot: null, units: [{ serial: 'BX0000001' }] }
  const unread = ['spot-check-unread', { step: 'scratched' }, 'tom', 'the sticker tore'] as const
  const added = (...roles: string[]) => ['person-added', { name: 'tom', roles, publicKey: null }, 'tom'] as const

  it('is ended by a word of a person, is spent, and stands with the lot', async () => {
    const all = () => entriesOf(step, ['unit-destroyed', {}], ['inspection', { record }], unread)
    const known = (await spotChecksIn(all())).get('BX0000001')
    expect(known).toMatchObject({ isOpen: false, isDestroyed: true, unread: { who: 'tom', why: 'the sticker tore' } })
    const status = await lotStatus(all(), lot, null)
    expect(status.unproved).toEqual([
      { unit: 'BX0000001', step: 'scratched', unread: { who: 'tom', why: 'the sticker tore' }, because: null },
    ])
  })

  it('stands with the lot as broken off until then', async () => {
    const status = await lotStatus(entriesOf(step, ['unit-destroyed', {}], ['inspection', { record }]), lot, null)
    expect(status.unproved).toEqual([{ unit: 'BX0000001', step: 'scratched', unread: null, because: null }])
  })

  it.each([
    ['nobody', [['spot-check-unread', {}, null, 'torn']]],
    ['somebody without a reason', [['spot-check-unread', {}, 'tom', null]]],
    ['somebody who does not inspect here', [added('witness'), unread]],
    ['a name that the register does not have', [added('operator'), ['spot-check-unread', {}, 'eve', 'torn']]],
  ] as const)('is not ended by %s', async (_, said) => {
    expect((await spotChecksIn(entriesOf(step, ...said))).get('BX0000001')?.isOpen).toBe(true)
  })

  it('changes nothing of one that came to its end, nor of a unit that nobody opened', async () => {
    const whole = await spotChecksIn(entriesOf(step, ['spot-check', { isWhole: true }], unread))
    expect(whole.get('BX0000001')).toMatchObject({ isOpen: false, unread: null })
    expect((await spotChecksIn(entriesOf(unread))).size).toBe(0)
  })
})

it('takes nothing of the card that was opened for another one with its serial, and tells of that', async () => {
  const step = (name: string) => ['spot-check-step', { step: name, record }] as const
  const whole = [step('sealed'), ['unit-destroyed', {}], step('scratched'), step('opened')] as const
  const all = () => entriesOf(...whole, ['spot-check', { isWhole: true }], ['inspection', { record }], step('sealed'))
  expect((await spotChecksIn(all())).get('BX0000001')).toMatchObject({ isOpen: true, done: [{ step: 'sealed' }] })
  const { doubled } = await lotStatus(all(), { lot: null, units: [{ serial: 'BX0000001' }] }, null)
  expect(doubled).toEqual([{ unit: 'BX0000001', station: 'sealed', entries: [1, 5] }])
})
