import { createHash } from 'node:crypto'
import { isVirtual } from '../../../devices/rig.ts'
import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { inspectOne } from '../../inspection/inspect-lot.ts'
import { RunStopped } from '../../inspection/run.ts'
import {
  type AtStep,
  canBeOpened,
  type SpotCheckEnd,
  type SpotCheckStep,
  spotCheck,
  spotCheckSteps,
  type UndecidedLook,
} from '../../inspection/spot-check.ts'
import { unitShown } from '../../inspection/unit-shown.ts'
import { profileDigest } from '../../lots/keep-inspections.ts'
import { spotChecksIn } from '../../lots/spot-checks.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { sameSerial } from '../../products/serial-text.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { SpotCheckFacts, SpotCheckStepFacts } from '../../record/journal-kinds.ts'
import type { LotOfRecords } from './lot-of-records.ts'
import { type Done, type LotSession, type LotSessionOptions, type Person, withLotOnRig } from './lot-session.ts'

export interface SpotCheckOptions extends LotSessionOptions {
  /** Serial of the unit; default: the one that was broken off, else the one that is laid in. */
  readonly unit?: string
}

/**
 * `assay spot-check`: one unit of a lot, from sealed to opened, with one record of the three photographs' inspections. What
 * was done is in the journal before the next step is asked for, so that one that was broken off goes on there.
 */
export async function spotCheckOnRig(
  options: SpotCheckOptions,
  person: Person,
  signal: AbortSignal,
): Promise<ExitCode> {
  const work = async (session: LotSession) => await walk(session, options, signal)
  return await withLotOnRig(
    options,
    person,
    signal,
    false,
    work,
    async (lot, journal) => await requireOpenable(lot, journal, options.unit),
  )
}

/** @throws AssayError `not-to-be-opened`, `unit-unknown`, `unit-spent` */
async function requireOpenable({ profile, lot }: LotOfRecords, journal: JournalReader, wanted?: string): Promise<void> {
  if (!canBeOpened(profile)) {
    throw new AssayError(
      'not-to-be-opened',
      `Units of ${profile.name} are opened by a passphrase that only their customers have: there is no spot check of them.`,
    )
  }
  if (wanted === undefined) return
  if (!lot.units.some(({ serial }) => serial === wanted))
    throw new AssayError('unit-unknown', `The lot has no unit ${printable(wanted)}.`)
  const known = await spotChecksIn(journal.entriesAboutUnits([wanted]))
  if (known.get(wanted)?.isOpen === false) {
    throw new AssayError('unit-spent', `${wanted} was opened in a spot check already: it is spent.`)
  }
}

async function walk(
  session: LotSession,
  { unit: wanted, operator }: SpotCheckOptions,
  signal: AbortSignal,
): Promise<Done> {
  const { profile, lot, journal, kept, ask, results } = session
  const serials = lot.units.map(({ serial }) => serial)
  const known = await spotChecksIn(journal.entriesAboutUnits(serials))
  const broken = [...known.values()].find(
    one => one.isOpen && serials.includes(one.unit) && (wanted === undefined || one.unit === wanted),
  )
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
  let stopped = null as RunStopped | null
  const walked = spotCheck({
    profile,
    from: { unit, done: broken?.done ?? [] },
    doubt,
    spent: new Set([...known.values()].flatMap(one => (one.isOpen ? [] : [one.unit]))),
    lay: layOf(session, [...known.keys()], signal),
    // After an alarm a serial is what was read: it is a unit's where the lot has it.
    whose: record => {
      const shown = unitShown(record, profile)
      return shown === null ? null : (serials.find(serial => sameSerial(serial, shown)) ?? null)
    },
    inspect: async ({ name, station: at }, its) => {
      const { onRecord, ...request } = session.at(at, { step: name, unit: its })
      const seen: InspectionRecord[] = []
      try {
        await inspectOne({
          ...request,
          onRecord: async one => {
            seen.push(one.record)
            await onRecord(one)
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

/** Has the card laid in: a person does it, or the twin shows the unit in the state that the step leaves it in. */
function layOf({ rig, line, ask, answers, lot }: LotSession, spent: readonly string[], signal: AbortSignal) {
  let looks = 0
  return async (step: SpotCheckStep, unit: string | null, last: UndecidedLook | null): Promise<AtStep> => {
    if (!isVirtual(rig)) {
      ask(questionOf(step, unit, last))
      const answer = (await answers.next(signal))?.trim().toLowerCase() ?? 'q'
      if (answer === 'q') return 'leave'
      return answer === 'e' && (last?.stands ?? null) !== null ? 'stand' : 'photograph'
    }
    looks = last === null ? 1 : looks + 1
    // A twin's card differs by its noise only: what two photographs do not show, no more of them will.
    if (last !== null && (looks > 2 || last.record.verdict !== 'INCONCLUSIVE'))
      return last.stands === null ? 'leave' : 'stand'
    const serial = unit ?? lot.units.find(one => !spent.includes(one.serial))?.serial
    const index = line!.lot.units.findIndex(({ record }) => record.serial === serial)
    if (index < 0) return 'leave'
    rig.place(await line!.card(index, step.station, signal))
    return 'photograph'
  }
}

const endings: Readonly<Record<NonNullable<UndecidedLook['stands']>, string>> = {
  step: 'e and Enter lets this result stand',
  end: 'e and Enter ends the spot check, if it cannot be read at all',
}

function questionOf({ ask }: SpotCheckStep, unit: string | null, last: UndecidedLook | null): string {
  const what = last?.stands === 'step' ? 'Lay it in as it is, press Enter to photograph it again.' : ask
  const { stands = null } = last ?? {}
  const more = stands === null ? '' : ` (${endings[stands]}; q and Enter leaves it to the next spot check.)`
  return `${unit === null ? '' : `${unit}: `}${what}${more}`
}
