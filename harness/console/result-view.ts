import { marginOf } from '../checks/measured.ts'
import { measurementRows } from '../checks/measurements.ts'
import type { Inspected } from '../inspection/run.ts'
import { heldSentence, type Standing } from '../lots/attempts.ts'
import { isOtherCard } from '../lots/other-card.ts'
import { unprovedNamesIn } from '../record/inspection-record.ts'
import type { ResultView } from './bench-state.ts'

/** Worst first, so that what needs a person is at the top. */
const order = ['FAIL', 'ERROR', 'INCONCLUSIVE', 'PASS', null] as const

const worstFirst = <T extends { readonly verdict: (typeof order)[number] }>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))

/** @property besides files that were handed in with it and count for nothing, each with why */
export type ShownInspection = Pick<Inspected, 'record' | 'crops'> & { readonly besides?: readonly string[] }

/**
 * What a screen shows of an inspection: nothing but what its record says, which holds no secret, and its masked pictures.
 *
 * @param number from 1 on, in the session
 * @param scanned serial that was scanned for the card
 * @param standing where the unit stands at the station, this inspection included
 */
export function resultView(
  { record, crops, besides = [] }: ShownInspection,
  number: number,
  scanned: string | null,
  standing: Standing | null,
): ResultView {
  const { unit, station, verdict, because, alarm, findings, measurements, unproved, ended } = record
  const isHeld = standing !== null && heldSentence(standing, verdict) !== null
  const held = isHeld ? { verdict: standing.verdict, because: standing.because } : null
  return {
    number,
    // An alarm ends an inspection before the unit is looked for; the journal knows whose card it is.
    unit: unit ?? standing?.unit ?? null,
    station,
    scanned,
    verdict,
    because,
    besides,
    isAlarm: alarm !== null && !alarm.acknowledged,
    isOther: isOtherCard(scanned, unit),
    attempt: standing?.attempts.length ?? null,
    held,
    counts: held?.verdict ?? verdict,
    findings: worstFirst(
      findings.map(({ check, verdict: its, because: why, marks }) => ({ check, verdict: its, because: why, marks })),
    ),
    measurements: worstFirst(
      measurements
        .filter(({ verdict: its }) => its !== null)
        .map(({ name, of, value, unit: its, limits, verdict: judged }) => ({
          title: measurementRows[name]?.title ?? name,
          of,
          value,
          unit: its,
          min: limits?.min ?? null,
          max: limits?.max ?? null,
          nearMin: marginOf(name, limits?.min ?? 0),
          nearMax: marginOf(name, limits?.max ?? 0),
          verdict: judged,
        })),
    ),
    unproved: unprovedNamesIn(unproved),
    pictures: crops.map(({ of }, index) => ({ of, path: `pictures/${number}/${index}` })),
    endedAt: ended,
  }
}
