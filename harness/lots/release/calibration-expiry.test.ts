import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { formatCalibration, parseCalibration, sealCalibration } from '../../../devices/rig/calibration/calibration.ts'
import { sampleCalibration } from '../../../devices/rig/calibration/sample-calibration.testing.ts'
import { openRig } from '../../../devices/rig.ts'
import { makeReferenceUnit, photographOf, referenceProfile } from '../../checks/reference-unit.testing.ts'
import type { Said } from '../../custody/journal/entry.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { inspectUnit } from '../../inspection/inspect-unit.ts'
import { requestOf } from '../../inspection/reference-request.testing.ts'
import { keepInspections } from '../keep-inspections.ts'
import { decideLot } from './decide-lot.ts'
import { madeIdentity, madeLot, rowsOf } from './made-lot.testing.ts'

const place = mkdtempSync(join(tmpdir(), 'assay-expiry-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const [unit] = lot.serials
const judged = good.findIndex(said => said.kind === 'inspection' && said.unit === unit && said.station === 'sealed')

it('until when a calibration is valid goes from its file through an opened rig into the record and the journal, and holds the lot', async () => {
  const expiresAt = '2026-11-21T10:00:00.000Z'
  const content = { ...sampleCalibration, rig: 'twin', kind: 'virtual', expiresAt } as const
  const calibration = parseCalibration(formatCalibration(sealCalibration(content)), 'cal.json')
  const { card, record } = await makeReferenceUnit(unit!, 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  await using rig = await openRig({
    kind: 'virtual',
    name: 'twin',
    seed: 1,
    size: { width: 320, height: 240 },
    calibration,
    hurry: 200,
  })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  const { takenAt: _, how } = await rig.camera.photograph()
  expect(how.calibration).toBe(calibration.id)

  /** What the lot comes to with an inspection of the unit on this rig, as the journal has it. */
  const inspectedAt = async (at: string) => {
    const reading = photographOf('sealed', card)
    const photographs = [{ photograph: { id: reading.photographId, takenAt: at, how }, reading }]
    const records = () => ({ lot: lot.lot, product: null, units: [record] })
    const made = await inspectUnit(
      requestOf('sealed', [], { photographs, records, rig: rig.identity, clock: () => at, operator: 'tom' }),
    )
    await using journal = await openJournal(join(place, at.slice(11, 13)), {
      clock: () => new Date(at),
      password: () => Promise.reject(new Error('no password')),
    })
    const kept = keepInspections(journal, { station: 'sealed', operator: 'tom', profile: referenceProfile })
    await kept.judged(made, [], lot.recordsSha256)
    const entries = await Array.fromAsync(journal.entriesAbout(unit!))
    const { kind, who, station, facts } = entries.at(-1)!
    const said: Said = { kind, who, unit: unit!, station, facts }
    const counted = lot.serials.length - good.filter(one => one.kind === 'unit-destroyed').length
    const rows = rowsOf(good.with(judged, said), lot)
    const { decision, reasons } = await decideLot({ lot, rows, journalFaults: [], otherAddresses: [], counted })
    return { verdict: made.verdict, decision, codes: reasons.map(({ code }) => code), reasons }
  }
  const before = await inspectedAt('2026-11-21T09:59:59.999Z')
  const after = await inspectedAt('2026-11-21T10:00:00.000Z')
  expect([before.verdict, after.verdict]).toEqual(['PASS', 'PASS'])
  for (const code of ['calibration-expired', 'calibration-unknown', 'contradictory'])
    expect(before.codes).not.toContain(code)
  expect([after.decision, after.codes.filter(code => !before.codes.includes(code))]).toEqual([
    'HELD',
    ['calibration-expired'],
  ])
  const said = after.reasons.find(({ code }) => code === 'calibration-expired')!.because
  expect(said).toBe(`Judged by a calibration that expired on ${expiresAt}, at sealed: 1 unit (${unit}).`)
})
