import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { Standing } from '../../lots/attempts.ts'
import { isOwnJudgement, judgementIn, type WrongFiles } from '../../lots/wrong-file.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { photographsIn, RunEntry, spotCheckAgain } from '../../record/journal-kinds.ts'

/** Said of what a later run judged. */
export const laterBecause = 'A later run took it up.'

/**
 * Why an attempt does not count in a folder: another one that the folder shows counts in its place, of a later run or, in a spot
 * check, of the same step, unless it failed. Of a run's other attempts at a unit all count.
 */
export function settledIn(
  of: readonly JournalEntry[],
  index: number,
  { unit, station, attempts, counts, verdict }: Standing,
): string | null {
  const counting = attempts.find(({ number }) => number === counts)
  // One bad unit is one failure, also where what failed it is told elsewhere.
  if (verdict === 'FAIL' && !of.some(one => one.index === counting?.index)) {
    const first = attempts.find(one => of.some(its => its.index === one.index))
    return first === undefined || first.index === index ? null : `It is counted at attempt ${first.number}: FAIL.`
  }
  if (counting === undefined || counting.index === index || !of.some(one => one.index === counting.index)) return null
  const isLater = of.some(
    one =>
      (one.kind === 'files-named' ||
        one.kind === 'run-begun' ||
        (one.kind === spotCheckAgain && one.unit === unit && one.station === station)) &&
      one.index > index &&
      one.index < counting.index,
  )
  return isLater || verdict === 'FAIL' ? `Attempt ${counting.number} counts: ${verdict}.` : null
}

/**
 * Why an inspection without a unit does not count in a folder. Where it found nothing against the card: a later run looked at the
 * same picture again; or it broke off on a rig, and a later run on that rig came to its end. Where its lot file does not have the card: that was
 * the wrong file, as people say, and another one has it.
 */
export function settledUnknown(
  of: readonly JournalEntry[],
  entry: JournalEntry,
  { verdict, alarm, rig }: InspectionRecord,
  wrongFiles: WrongFiles,
): string | null {
  const { index, unit, facts } = entry
  const wrong = wrongFiles.sentence(index)
  if (wrong !== null) {
    const own = byOwnFile(of, entry)
    return own === null ? null : `${wrong} The card is counted as ${own.unit}.`
  }
  const isOpen = unit === null && alarm === null && (verdict === 'ERROR' || verdict === 'INCONCLUSIVE')
  const again = of.findIndex(one => one.index > index && (one.kind === 'files-named' || one.kind === 'run-begun'))
  if (!isOpen || again < 0) return null
  const later = of.slice(again)
  if (rig.kind === 'files') {
    const pictures = photographsIn(facts)
    const isSeen = later.some(one => {
      const seen = one.kind === 'inspection' ? photographsIn(one.facts) : []
      return pictures.length > 0 && pictures.every(id => seen.includes(id))
    })
    return isSeen ? laterBecause : null
  }
  const isDone = later.some(({ kind, facts: its }) => {
    const read = RunEntry.safeParse(its)
    return kind === 'run-ended' && read.success && read.data.isWhole && read.data.rig === rig.name
  })
  return verdict === 'ERROR' && isDone ? 'It broke off, and a later run on the rig came to its end.' : null
}

/** What the card's own lot file said of it, among these entries. */
const byOwnFile = (of: readonly JournalEntry[], entry: JournalEntry) =>
  of.flatMap(one => judgementIn(one) ?? []).find(one => isOwnJudgement(entry, one)) ?? null

/** What to do where a card failed by one lot file and another one has it. */
export function wrongFileRemarks(
  of: readonly JournalEntry[],
  entry: JournalEntry,
  wrongFiles: WrongFiles,
): readonly string[] {
  if (wrongFiles.of(entry.index) === undefined) return []
  const [own, said] = [byOwnFile(of, entry), wrongFiles.sentence(entry.index)]
  if (said !== null) return own === null ? [`${said} Inspect the card again by its own lot file.`] : []
  if (own === null) return []
  return [
    `Another lot file has this card: ${own.unit}. Where this one was the wrong file, somebody of quality who did not inspect it says so (assay journal wrong-file ${entry.index}).`,
  ]
}
