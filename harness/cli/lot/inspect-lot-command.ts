import { isVirtual } from '../../../devices/rig.ts'
import { scannerOf } from '../../../devices/scanner/scanner-of.ts'
import type { ExitCode } from '../../core/assay-error.ts'
import { findCard } from '../../customer/find-card.ts'
import { inspectLot } from '../../inspection/inspect-lot.ts'
import { handNest, scannedNest, type TwinCard, twinNest } from '../../inspection/nests.ts'
import type { LotStatus } from '../../lots/lot-status.ts'
import { isOtherCard, keepOtherCard } from '../../lots/other-card.ts'
import { type Done, type LotSession, type LotSessionOptions, type Person, withLotOnRig } from './lot-session.ts'

export interface InspectLotOptions extends LotSessionOptions {
  /** Virtual rigs: also the cards that were judged already. */
  readonly again?: boolean
}

/**
 * `assay inspect --rig`: the cards of a lot, one after the other. The rig is proved first: calibration, health, golden card.
 * Every result is in the journal before it is shown; a session that was broken off goes on where it was.
 */
export async function inspectLotOnRig(
  options: InspectLotOptions,
  person: Person,
  signal: AbortSignal,
): Promise<ExitCode> {
  return await withLotOnRig(options, person, signal, true, async session => {
    const { rig, line, station, before, ask, answers } = session
    if (options.scan === true) return await judgeScanned(session, options)
    const judged = judgedAt(before, station)
    if (judged.size > 0) ask(`assay: ${resumed(before, judged, station)}`)
    const cards: TwinCard[] = (line?.lot.units ?? []).flatMap(({ record: { serial } }, index) =>
      options.again !== true && judged.has(serial)
        ? []
        : [{ draw: async stop => await line!.card(index, station, stop) }],
    )
    const nest = isVirtual(rig) ? twinNest(rig, cards) : handNest(answers, ask)
    await inspectLot({ ...session.at(station), nest })
    return allJudged
  })
}

const allJudged: Done = { isWhole: true, why: 'All cards that were laid in are judged.' }

/** Each card begins with its scan, and is held against it. */
async function judgeScanned(session: LotSession, { out }: InspectLotOptions): Promise<Done> {
  const { rig, lot, station, journal, results, ask, answers } = session
  const find = (text: string) => findCard(lot, text)?.serial ?? null
  const nest = scannedNest({ scanner: scannerOf(rig), find, answers, ask })
  const at = session.at(station)
  await inspectLot({
    ...at,
    nest,
    onRecord: async inspected => {
      const { scanned } = nest
      const { unit: seen } = inspected.record
      const isOther = isOtherCard(scanned, seen)
      const who = at.operator ?? null
      if (isOther) await keepOtherCard(journal, { scanned: scanned!, seen: seen!, station, who, out })
      await at.onRecord(inspected)
      if (isOther) results.otherCard(scanned!, seen!)
    },
  })
  return allJudged
}

/** Units that are judged at the station: nothing is left to look at, unless somebody says so. */
function judgedAt({ units, otherFile }: LotStatus, station: string): ReadonlySet<string> {
  const isJudged = (verdict: string) => verdict === 'PASS' || verdict === 'FAIL'
  const again = new Set(otherFile.flatMap(one => (one.station === station ? [one.unit] : [])))
  return new Set(
    units.flatMap(({ unit, stations }) =>
      !again.has(unit) && stations.some(one => one.station === station && isJudged(one.verdict)) ? [unit] : [],
    ),
  )
}

function resumed({ units }: LotStatus, judged: ReadonlySet<string>, station: string): string {
  const names = [...judged]
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
  return `${judged.size} of ${units.length} units are judged at ${station} already: ${shown}.`
}
