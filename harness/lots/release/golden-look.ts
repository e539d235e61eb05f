import { withoutTypography } from '../../core/bare-serial.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { judgedByIn, judgedRecordIn, type LotRow, type SlimRecord } from './lot-rows.ts'
import { entryFaults, recordFaults } from './record-faults.ts'

/** What a rig saw of its golden card. */
export interface GoldenLook {
  readonly index: number
  /** Null where it cannot be read. */
  readonly record: SlimRecord | null
  /** ERROR where nothing was seen of the golden card: another card in its place proves nothing, however good it is. */
  readonly verdict: string
  readonly byInspector: boolean
  /** Is the card one of the units that it is to prove the rig for? */
  readonly isOfLot: boolean
  /** Was one of its photographs evidence of something else before? */
  readonly isRepeated: boolean
  /** Of the profile that it was judged by; null where nobody wrote it down. */
  readonly profileSha256: string | null
  /** What its entry says otherwise, as clauses. */
  readonly entrySays: readonly string[]
}

/**
 * @param byInspector did the register have whoever looked as an inspector then?
 * @param ofLot serials of the lot's units
 */
export function goldenLook(row: LotRow, byInspector: boolean, ofLot: ReadonlySet<string>): GoldenLook {
  const record = judgedRecordIn(row)
  const { serial } = row.facts
  const named = typeof serial === 'string' ? withoutTypography(serial) : null
  const isItself = record !== null && record.unit !== null && withoutTypography(record.unit) === named
  const isOfLot = named !== null && ofLot.has(named)
  const { profileSha256 } = judgedByIn(row)
  const verdict = isItself ? record.verdict : 'ERROR'
  const entrySays = record === null ? [] : entryFaults(record, row).map(([, clause]) => clause)
  return { index: row.index, record, verdict, byInspector, isOfLot, isRepeated: false, profileSha256, entrySays }
}

/** Why a look that found the card good proves nothing of the rig for a lot of this plan, as clauses. Bad looks count, whoever took them. */
export function lookFaults(
  { verdict, record, byInspector, isOfLot, isRepeated, profileSha256, entrySays }: GoldenLook,
  plan: PlannedFacts | null,
): readonly string[] {
  if (verdict !== 'PASS' || record === null || plan === null) return []
  const { path, opening, product } = plan
  const planned = [...path, ...(opening === null ? [] : [opening])].find(({ station }) => station === record.station)
  return [
    ...(byInspector ? [] : ['by nobody whom the register has as an inspector']),
    ...(isOfLot ? ['the card is a unit of the lot itself'] : []),
    ...(isRepeated ? ['a photograph of it was evidence of something else before'] : []),
    ...(record.product !== product
      ? [`of ${record.product}`]
      : profileSha256 === plan.profileSha256
        ? []
        : ['judged by another profile than was planned']),
    ...(planned === undefined ? [`at ${record.station}, where no unit of the lot is looked at`] : []),
    ...recordFaults(record, planned).map(([, clause]) => clause),
    ...entrySays,
  ]
}

/** The looks that say something of a rig: all but those that prove nothing. */
export const tellingLooks = (golden: readonly GoldenLook[], plan: PlannedFacts | null): readonly GoldenLook[] =>
  golden.filter(look => lookFaults(look, plan).length === 0)

export const isGood = ({ verdict }: GoldenLook): boolean => verdict === 'PASS'
/** An ERROR is no look at the card: the picture was none, or the card another. */
export const isJudged = ({ verdict }: GoldenLook): boolean => verdict !== 'ERROR'
