import { withoutTypography } from '../core/bare-serial.ts'
import type { ProductProfile } from '../products/profile.ts'
import { roleOf } from '../products/role.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'

/**
 * Whose card a record shows: its unit, or after an alarm, which ends an inspection before the unit is looked for among the records, the
 * serial as it was read. What stands on the card itself goes first.
 */
export function unitShown(
  { unit, alarm, readings }: Pick<InspectionRecord, 'unit' | 'alarm' | 'readings'>,
  profile: ProductProfile,
): string | null {
  if (unit !== null || alarm === null) return unit
  const serials = profile.marks.filter(mark => roleOf(mark) === 'serial' && !mark.secret)
  const inOrder = [...serials].sort((a, b) => Number(b.on === 'card') - Number(a.on === 'card'))
  const texts = inOrder.flatMap(({ name }) =>
    readings.filter(({ mark, outcome, text }) => mark === name && outcome === 'read' && text !== null),
  )
  const text = texts[0]?.text ?? null
  return text === null ? null : withoutTypography(text)
}
