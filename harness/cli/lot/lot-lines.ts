import { printable } from '../../core/printable.ts'
import { type Verdict, worst } from '../../core/verdict.ts'
import { heldSentence, type Standing } from '../../lots/attempts.ts'
import {
  type LotStatus,
  shortened,
  stationSentence,
  type Unknown,
  type UnprovedSpotCheck,
} from '../../lots/lot-status.ts'
import { type InspectionRecord, unprovedNamesIn } from '../../record/inspection-record.ts'
import { findingLines, verdictColours, verdictWord } from '../photographs/inspection-lines.ts'
import { bigWord } from './big-word.ts'

/** One unit of a lot for the person at the rig: one big word, the because-sentence, and what else is wrong. */
export function unitLines(
  record: InspectionRecord,
  standing: Standing | null,
  { columns, colours }: { readonly columns: number | null; readonly colours: boolean },
): readonly string[] {
  const { verdict: seen, because, unit, station, findings, unproved, alarm } = record
  const isHeld = standing !== null && heldSentence(standing, seen) !== null
  // The big word is what counts: whoever reads nothing else does not take a unit that failed for a good one.
  const verdict = isHeld ? worst([seen, standing.verdict]) : seen
  const isAlarm = alarm !== null && !alarm.acknowledged
  const names = unprovedNamesIn(unproved)
  const who = [
    unit ?? standing?.unit ?? 'unknown unit',
    `at ${station}`,
    ...(standing !== null && standing.attempts.length > 1 ? [`attempt ${standing.attempts.length}`] : []),
    ...(isHeld ? [`seen as ${seen} this time`] : []),
    ...(names.length > 0 ? [`not proved: ${names.join(', ')}`] : []),
  ].join(', ')
  const paint = (line: string) => (colours ? `\u001b[1;${verdictColours[verdict]}m${line}\u001b[0m` : line)
  const head =
    columns === null
      ? [`${verdictWord(verdict, colours, 15)} ${who}`]
      : ['', ...bigWord(isAlarm ? 'ALARM' : verdict, columns).map(line => `  ${paint(line)}`), '', `  ${who}`]
  const others = findingLines(findings, because, colours)
  const reason = `    ${printable(because)}`
  // No sentence stands there twice: alone it needs no check's name, among others it has one.
  const isAlone = findings.every(one => one.verdict === 'PASS' || one.because === because)
  if (isAlone) return [...head, reason]
  return [...head, ...(others.some(line => line.includes(reason.trim())) ? [] : [reason]), ...others]
}

/** Units that are known to be bad, and the station at which each has to be refused. */
type Decoys = ReadonlyMap<string, string>
const noDecoys: Decoys = new Map()

/** Where a lot stands: stations, units that did not pass, and what does not belong. @param decoys empty for whoever inspects */
export function lotLines(status: LotStatus, decoys = noDecoys): readonly string[] {
  const { lot, units, stations, unknown, otherFile, failedByOtherFile, destroyed, takenOut, unproved } = status
  const doubled = status.doubled.filter(({ unit }) => !decoys.has(unit))
  const seen = units.filter(({ verdict }) => verdict !== null).length
  const counts = stations.flatMap(({ counts: { PASS, FAIL } }) => [PASS, FAIL])
  const open = units.filter(({ unit, verdict }) => verdict !== null && verdict !== 'PASS' && !decoys.has(unit))
  return [
    `${lot === null ? 'The lot' : `Lot ${printable(lot)}`}: ${seen} of ${units.length} units seen.`,
    ...(counts.length === 0 ? [] : stations.map(one => `  ${stationSentence(withoutDecoys(one, units, decoys))}`)),
    ...open.map(({ unit, verdict, stations: all }) => {
      const each = all.map(
        ({ station, verdict: at, attempts }) => `${printable(station)} ${at}${times(attempts.length)}`,
      )
      const worst = all.find(one => one.verdict === verdict)!
      return `  ${printable(unit)}: ${each.join(', ')}. ${printable(worst.because)}`
    }),
    ...[...decoys].map(
      ([unit, station]) =>
        `  ${printable(unit)} is a decoy, known to be bad at ${printable(station)}: ${decoyClause[decoyVerdict(units, unit, station)]}`,
    ),
    ...(destroyed.length === 0 ? [] : [`  Opened in spot checks, and spent: ${destroyed.map(printable).join(', ')}.`]),
    ...takenOut.map(
      ({ unit, as, who }) => `  ${printable(unit)} was taken out, says ${printable(who)}: ${printable(as)}.`,
    ),
    ...unproved.map(one => `  The spot check of ${printable(one.unit)} ${unprovedClause(one)}`),
    ...(otherFile.length === 0
      ? []
      : [
          `  Passed by another lot file than this one, which may say other things of them: ${placesOf(otherFile)}. Inspect them by this one.`,
        ]),
    ...(failedByOtherFile.length === 0
      ? []
      : [
          `  Failed by another lot file than this one, which may say other things of them: ${placesOf(failedByOtherFile)}. Where that file was wrong, a second person has them inspected again (assay journal dispose).`,
        ]),
    ...doubled.map(
      ({ unit, station, entries }) =>
        `  ${printable(unit)} was judged at ${printable(station)} (entry ${entries[0]}) and looked at again (${entries.length === 2 ? 'entry' : 'entries'} ${entries.slice(1).join(', ')}): one card or photograph twice, or two cards with one serial.`,
    ),
    ...unknown.map(one => `  ${unknownSentence(one)}`),
  ]
}

/** What an inspection was that belongs to no unit of the lot, and what is still to be done about it. */
function unknownSentence({ index, station, verdict, read, spotCheckOf, wrongFile, own, shows }: Unknown): string {
  const entry = `entry ${index}, ${printable(station ?? 'no station')}`
  const said = wrongFile === null ? '' : ` ${printable(wrongFile)}`
  if (shows !== null)
    return `A card with the serial of ${printable(shows)} was held against another lot's file (${entry}).${said} This lot's has not judged it yet: inspect it again with this one.`
  const look = spotCheckOf === null ? '' : `, in the spot check of ${printable(spotCheckOf)}`
  const texts = read.length === 0 ? '; nothing was read on it.' : `; read: ${read.map(printable).join(', ')}.`
  const open =
    wrongFile !== null && own === null ? ' It is not judged yet: inspect it again with its own lot file.' : ''
  return `Not of this lot, or not known: ${entry}${look}, ${verdict}${texts}${said}${open}`
}

/** What a decoy shows at any station is none of the lot's: it is told in a line of its own. */
function withoutDecoys(station: LotStatus['stations'][number], units: LotStatus['units'], decoys: Decoys) {
  const counts = { ...station.counts }
  let { seen } = station
  for (const { unit, stations } of units) {
    const its = decoys.has(unit) ? stations.find(one => one.station === station.station) : undefined
    if (its === undefined) continue
    counts[its.verdict] -= 1
    seen -= 1
  }
  return { ...station, seen, counts, missing: station.missing.filter(unit => !decoys.has(unit)) }
}

/** «A at sealed, B at etched» */
const placesOf = (all: LotStatus['otherFile']) =>
  shortened(all.map(({ unit, station }) => `${printable(unit)} at ${printable(station)}`))

/** How a spot check came to prove nothing. */
function unprovedClause({ step, unread, because }: UnprovedSpotCheck): string {
  if (unread !== null) {
    const who = unread.who === null ? '' : `, says ${printable(unread.who)}`
    return `is INCONCLUSIVE: it was ${step} and cannot be read${who}: ${printable(unread.why)}`
  }
  if (because !== null) return `is INCONCLUSIVE, whatever each of its steps showed: ${printable(because)}`
  return `was broken off when the unit was ${step}: assay spot-check goes on there.`
}

const times = (attempts: number) => (attempts === 1 ? '' : ` (attempt ${attempts})`)

const decoyClause = {
  PASS: 'it was refused there, as it has to be, and counts nowhere.',
  FAIL: 'it was PASSED there, and what was judged there is in doubt.',
  INCONCLUSIVE: 'it was not refused there yet.',
} as const

/** Does it what it is for? It is FAIL where it was ever passed there. */
function decoyVerdict(units: LotStatus['units'], decoy: string, station: string): keyof typeof decoyClause {
  const its = units.find(({ unit }) => unit === decoy)?.stations.find(one => one.station === station)
  const said = new Set(its?.attempts.map(({ verdict }) => verdict))
  return said.has('PASS') ? 'FAIL' : said.has('FAIL') ? 'PASS' : 'INCONCLUSIVE'
}

/**
 * The verdict of a lot at one station, or at all that saw any of it or have to: every unit seen and passed at each, by this lot file, and nothing that does not belong. An inspection that
 * broke off before a unit was known says nothing of the lot. Of a decoy counts only whether it was refused where it has to be.
 */
export function lotVerdict(
  { units, stations, unknown, doubled, otherFile, takenOut, unproved }: LotStatus,
  station: string | null,
  decoys = noDecoys,
): Verdict {
  const at = units.flatMap(({ unit, verdict, stations }): (Verdict | null)[] => {
    const bad = decoys.get(unit)
    if (bad !== undefined) return station === null || station === bad ? [decoyVerdict(units, unit, bad)] : []
    const its = station === null ? verdict : (stations.find(one => one.station === station)?.verdict ?? null)
    return its === null && takenOut.some(one => one.unit === unit) ? [] : [its]
  })
  if (at.includes('FAIL')) return 'FAIL'
  const isOpen =
    at.some(verdict => verdict !== 'PASS') ||
    // At a station that saw some of the units, or has to, the rest is missing.
    (station === null && stations.some(one => !one.isSample && one.missing.some(unit => !decoys.has(unit)))) ||
    unknown.some(one => one.verdict !== 'ERROR' && (one.wrongFile === null || one.own === null)) ||
    [...doubled, ...otherFile].some(({ unit }) => !decoys.has(unit)) ||
    ((station === null || station === 'opened') && unproved.length > 0)
  return isOpen ? 'INCONCLUSIVE' : 'PASS'
}
