import { createHash } from 'node:crypto'
import { isVirtual } from '../../../devices/rig.ts'
import type { StationName } from '../../core/vocabulary.ts'
import { inspectOne } from '../../inspection/inspect-lot.ts'
import { type Inspected, RunStopped } from '../../inspection/run.ts'
import {
  type SpotCheck,
  type SpotCheckEnd,
  type SpotCheckState,
  type SpotCheckStep,
  spotCheck,
  spotCheckSteps,
} from '../../inspection/spot-check.ts'
import { unitShown } from '../../inspection/unit-shown.ts'
import { profileDigest } from '../../lots/keep-inspections.ts'
import { type KnownSpotCheck, spotChecksIn } from '../../lots/spot-checks.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { sameSerial } from '../../products/serial-text.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { SpotCheckFacts, SpotCheckStepFacts } from '../../record/journal-kinds.ts'
import type { Done, LotSession } from './lot-session.ts'

/** Who has the card laid in as each step wants it, and hears what comes of it. */
export interface SpotCheckGuide extends Pick<SpotCheck, 'lay'> {
  /** Where it begins, or goes on. */
  readonly began?: (from: SpotCheckState) => void
  /** A look at the card, once it is kept. */
  readonly looked?: (inspected: Inspected) => Promise<void>
  readonly ended?: (end: SpotCheckEnd) => void
}

interface WalkOptions {
  /** Serial of the unit; left out: the one that was broken off, else the one that is laid in. */
  readonly unit?: string | undefined
  readonly operator?: string | undefined
}

/** What the journal knows of spot checks of the lot's units. */
export async function spotChecksOf({
  lot,
  journal,
}: Pick<LotSession, 'lot' | 'journal'>): Promise<ReadonlyMap<string, KnownSpotCheck>> {
  return await spotChecksIn(journal.entriesAboutUnits(lot.units.map(({ serial }) => serial)))
}

/** The unit whose spot check was broken off. */
export function brokenOff(
  { lot }: Pick<LotSession, 'lot'>,
  known: ReadonlyMap<string, KnownSpotCheck>,
  wanted?: string,
) {
  const serials = lot.units.map(({ serial }) => serial)
  return [...known.values()].find(
    one => one.isOpen && serials.includes(one.unit) && (wanted === undefined || one.unit === wanted),
  )
}

/** The twin's nest has the unit's card, in the state that a station sees it in; nothing where the lot has no such unit. @returns is it there? */
export async function placeTwin(
  { rig, line }: Pick<LotSession, 'rig' | 'line'>,
  serial: string | null,
  station: StationName,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isVirtual(rig) || line === null) return false
  const index = line.lot.units.findIndex(({ record }) => serial !== null && sameSerial(record.serial, serial))
  rig.place(index < 0 ? null : await line.card(index, station, signal))
  return index >= 0
}

/**
 * One unit of a lot, from sealed to opened, with one record of the three photographs' inspections. What was done is in the journal
 * before the next step is asked for, so that one that was broken off goes on there.
 */
export async function walkUnit(
  session: LotSession,
  { unit: wanted, operator }: WalkOptions,
  guideOf: (known: ReadonlyMap<string, KnownSpotCheck>) => SpotCheckGuide,
): Promise<Done> {
  const { profile, lot, journal, kept, ask, results } = session
  const known = await spotChecksOf(session)
  const guide = guideOf(known)
  const broken = brokenOff(session, known, wanted)
  const unit = broken?.unit ?? wanted ?? null
  // Of one that was not good while it was sealed nothing is left but to say so.
  const opening = broken?.done[0]?.record.verdict === 'PASS' ? broken : undefined
  if (opening !== undefined) {
    const { step } = opening.done.at(-1)!
    ask(`assay: the spot check of ${opening.unit} was broken off when the unit was ${step}; it goes on there.`)
  }
  const destroyed = async (its: string) =>
    void (await journal.append({ kind: 'unit-destroyed', who: operator, unit: its, facts: { by: 'spot-check' } }))
  if (opening?.isDestroyed === false) await destroyed(opening.unit)
  const station = (name: SpotCheckStep['name']) => spotCheckSteps.find(one => one.name === name)!.station
  let spent = opening === undefined ? null : { unit: opening.unit, step: opening.done.at(-1)!.step }
  const basisOf = (serial: string) => basisSha256(lot.units.find(one => one.serial === serial) ?? null, profile)
  const isOther = opening?.done.some(one => one.basisSha256 !== basisOf(opening.unit)) === true
  const doubt = isOther
    ? `The lot file's record of ${unit}, or the product's profile, is not the one that its earlier steps were judged by, so the steps prove nothing together.`
    : null
  if (doubt !== null) ask(`assay: ${doubt}`)
  const from = { unit, done: broken?.done ?? [] }
  const serials = lot.units.map(({ serial }) => serial)
  let stopped = null as RunStopped | null
  guide.began?.(from)
  const walked = spotCheck({
    profile,
    from,
    doubt,
    spent: new Set([...known.values()].flatMap(one => (one.isOpen ? [] : [one.unit]))),
    // After an alarm a serial is what was read: it is a unit's where the lot has it.
    whose: record => {
      const shown = unitShown(record, profile)
      return shown === null ? null : (serials.find(serial => sameSerial(serial, shown)) ?? null)
    },
    lay: async (step, its, last) => await guide.lay(step, its, last),
    inspect: async ({ name, station: at }, its) => {
      const { onRecord, ...request } = session.at(at, { step: name, unit: its })
      const seen: InspectionRecord[] = []
      try {
        await inspectOne({
          ...request,
          onRecord: async one => {
            seen.push(one.record)
            await onRecord(one)
            await guide.looked?.(one)
          },
        })
      } catch (error) {
        if (!(error instanceof RunStopped) || seen.length === 0) throw error
        stopped = error
      }
      return seen[0]!
    },
    onUndecided: async ({ name }, { record, because }) => {
      await kept.lookingAgain({ step: name, because }, record)
      results.lookingAgain(record)
      ask(`assay: ${because}`)
    },
    onDone: async (its, { step, record }) => {
      const facts: SpotCheckStepFacts = { step, record, basisSha256: basisOf(its) }
      await journal.append({ kind: 'spot-check-step', who: operator, unit: its, station: station(step), facts })
      // From here on it is scratched, whatever anybody does next: nobody sells it.
      if (step === 'sealed' && record.verdict === 'PASS') await destroyed(its)
      if (step !== 'sealed' || record.verdict === 'PASS') spent = { unit: its, step }
    },
  })
  const end = await walked.catch((error: unknown) => {
    if (spent !== null)
      ask(
        `assay: ${spent.unit} was ${spent.step} when its spot check was broken off, and is spent; the next one goes on there.`,
      )
    throw error
  })
  await keepEnd(session, end, operator)
  guide.ended?.(end)
  if (stopped !== null) throw stopped
  return { isWhole: end.isWhole || end.isGivenUp || !isSpent(end), why: end.because }
}

const basisSha256 = (record: UnitRecord | null, profile: ProductProfile) =>
  createHash('sha256')
    .update(JSON.stringify([record, profileDigest(profile)]))
    .digest('hex')

/** From its first step on, a unit that was good while it was sealed is scratched, whatever anybody does next. */
const isSpent = ({ done }: SpotCheckEnd) => done.length > 1 || (done.length === 1 && done[0]!.record.verdict === 'PASS')

async function keepEnd({ journal, results, ask }: LotSession, end: SpotCheckEnd, who?: string): Promise<void> {
  const { unit, verdict, because, isWhole, isGivenUp, done } = end
  if (unit !== null && (isWhole || isGivenUp || !isSpent(end))) {
    const facts: SpotCheckFacts = {
      verdict,
      because,
      isWhole,
      isGivenUp,
      steps: done.map(({ step, record }) => ({ step, record })),
    }
    await journal.append({ kind: 'spot-check', who, unit, facts })
  }
  results.spotChecked(end)
  if (isSpent(end))
    ask(`assay: ${unit} is spent. In a line's ledger the next assay line a pass takes it out of the lot.`)
}
