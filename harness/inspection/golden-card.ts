import { AssayError, exitCodes } from '../core/assay-error.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'

/** The rig could not see a card as good that is known to be good: the rig is at fault, and no unit is judged by it. */
export class GoldenCardError extends AssayError {
  override readonly name = 'GoldenCardError'
  /** Of the golden card; it is no unit's. */
  readonly record: InspectionRecord

  constructor(record: InspectionRecord) {
    const { name } = record.rig
    super(
      'golden-card-failed',
      `rig ${name} does not see its golden card as good (${record.verdict}: ${record.because}) The rig is at fault, so no unit was judged. Clean the golden card, lay it in again, and run assay rig doctor ${name}.`,
      { exitCode: exitCodes.rigFault },
    )
    this.record = record
  }
}

/**
 * Inspects a card that is known to be good, before any unit.
 *
 * @param serial of the golden card: another card in the nest proves nothing
 * @throws GoldenCardError unless it passes
 */
export async function proveByGoldenCard(
  inspect: () => Promise<InspectionRecord>,
  serial: string,
): Promise<InspectionRecord> {
  const record = await inspect()
  if (record.verdict === 'PASS' && record.unit === serial) return record
  if (record.verdict !== 'PASS') throw new GoldenCardError(record)
  const because = `the card in the nest is ${record.unit ?? 'unknown'}, not the golden card ${serial}.`
  throw new GoldenCardError({
    ...record,
    error: { code: 'golden-card-other', message: because },
    verdict: 'ERROR',
    because,
  })
}
