import { AssayError, exitCodes } from '../core/assay-error.ts'
import { sameSerial } from '../products/serial-text.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'

/** The rig could not see a card as good that is known to be good: the rig is at fault, and no unit is judged by it. */
export class GoldenCardError extends AssayError {
  override readonly name = 'GoldenCardError'
  /** Of the golden card; it is no unit's. */
  readonly record: InspectionRecord

  constructor(record: InspectionRecord, when: GoldenTime) {
    const { name } = record.rig
    super(
      'golden-card-failed',
      `rig ${name} does not see its golden card as good (${record.verdict}: ${record.because}) The rig is at fault, so ${consequence[when]}. Clean the golden card, lay it in again, and run assay rig doctor ${name}.${record.verdict === 'FAIL' ? ' That it failed stands: no lot is released on what this rig judges next before somebody of quality explains the entry (assay lot explain), or the rig is calibrated anew.' : ''}`,
      { exitCode: exitCodes.rigFault },
    )
    this.record = record
  }
}

/** When a rig is proved: before any unit, or after the last one. What drifted in between is seen by the second only. */
export type GoldenTime = 'before' | 'after'

const consequence: Readonly<Record<GoldenTime, string>> = {
  before: 'no unit was judged',
  after: 'what it judged since it saw it as good is in doubt',
}

/**
 * Inspects a card that is known to be good.
 *
 * @param serial of the golden card: another card in the nest proves nothing
 * @throws GoldenCardError unless it passes
 */
export async function proveByGoldenCard(
  inspect: () => Promise<InspectionRecord>,
  serial: string,
  when: GoldenTime = 'before',
): Promise<InspectionRecord> {
  const record = await inspect()
  if (record.verdict === 'PASS' && record.unit !== null && sameSerial(record.unit, serial)) return record
  if (record.verdict !== 'PASS') throw new GoldenCardError(record, when)
  const because = `the card in the nest is ${record.unit ?? 'unknown'}, not the golden card ${serial}.`
  const other = {
    ...record,
    error: { code: 'golden-card-other', message: because },
    verdict: 'ERROR' as const,
    because,
  }
  throw new GoldenCardError(other, when)
}
