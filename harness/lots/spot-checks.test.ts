import { expect, it } from 'vitest'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { lotStatus } from './lot-status.ts'
import { spotChecksIn } from './spot-checks.ts'

const finding = { check: 'serials-agree' as const, verdict: 'PASS' as const, because: 'they agree', marks: [] }
const record = sampleRecord({ findings: [finding], plannedChecks: ['serials-agree'], verdict: 'PASS' })

async function* entriesOf(...told: readonly (readonly [kind: string, facts: object])[]): AsyncGenerator<JournalEntry> {
  for (const [index, [kind, facts]] of told.entries()) {
    const said = { kind, unit: 'BX0000001', station: 'sealed', who: null, why: null, facts: { ...facts } }
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
