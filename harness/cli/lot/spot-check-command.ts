import { isVirtual } from '../../../devices/rig.ts'
import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { inspectOne } from '../../inspection/inspect-lot.ts'
import {
  canBeOpened,
  type SpotCheckEnd,
  type SpotCheckStep,
  spotCheck,
  spotCheckSteps,
} from '../../inspection/spot-check.ts'
import { spotChecksIn } from '../../lots/spot-checks.ts'
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
  const { profile, lot, journal, ask, results } = session
  const serials = lot.units.map(({ serial }) => serial)
  const known = await spotChecksIn(journal.entriesAboutUnits(serials))
  const broken = [...known.values()].find(
    one => one.isOpen && serials.includes(one.unit) && (wanted === undefined || one.unit === wanted),
  )
  const unit = broken?.unit ?? wanted ?? null
  if (broken !== undefined) {
    const { step } = broken.done.at(-1)!
    ask(`assay: the spot check of ${broken.unit} was broken off when the unit was ${step}; it goes on there.`)
  }
  const destroyed = async (its: string) =>
    void (await journal.append({ kind: 'unit-destroyed', who: operator, unit: its, facts: { by: 'spot-check' } }))
  if (broken !== undefined && !broken.isDestroyed) await destroyed(broken.unit)
  const station = (name: SpotCheckStep['name']) => spotCheckSteps.find(one => one.name === name)!.station
  let spent = broken === undefined ? null : { unit: broken.unit, step: broken.done.at(-1)!.step }
  const walked = spotCheck({
    profile,
    from: { unit, done: broken?.done ?? [] },
    spent: new Set([...known.values()].flatMap(one => (one.isOpen ? [] : [one.unit]))),
    lay: layOf(session, [...known.keys()], signal),
    inspect: async name => {
      const { onRecord: _, ...at } = session.at(name)
      return await inspectOne(at)
    },
    refuse: ({ name }, because) => {
      ask(`assay: ${because}`)
      if (name !== 'sealed' && spent !== null)
        ask(`assay: if it cannot be read at all: q, then assay journal unread ${spent.unit} --by NAME --why TEXT.`)
    },
    onDone: async (its, { step, record }) => {
      const facts: SpotCheckStepFacts = { step, record }
      await journal.append({ kind: 'spot-check-step', who: operator, unit: its, station: station(step), facts })
      results.judged({ record, crops: [] })
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
  return { isWhole: end.isWhole || !isSpent(end), why: end.because }
}

/** From its first step on, a unit that was good while it was sealed is scratched, whatever anybody does next. */
const isSpent = ({ done }: SpotCheckEnd) => done.length > 1 || (done.length === 1 && done[0]!.record.verdict === 'PASS')

async function keepEnd({ journal, results, ask }: LotSession, end: SpotCheckEnd, who?: string): Promise<void> {
  const { unit, verdict, because, isWhole, done } = end
  if (unit !== null && (isWhole || !isSpent(end))) {
    const facts: SpotCheckFacts = {
      verdict,
      because,
      isWhole,
      steps: done.map(({ step, record }) => ({ step, record })),
    }
    await journal.append({ kind: 'spot-check', who, unit, facts })
  }
  results.spotChecked(end)
  if (isSpent(end))
    ask(`assay: ${unit} is spent; take it out of the line's lot: assay line a mark scrapped --reason spot-check.`)
}

/** Has the card laid in: a person does it, or the twin shows the unit in the state that the step leaves it in. */
function layOf({ rig, line, ask, answers, lot }: LotSession, spent: readonly string[], signal: AbortSignal) {
  let laid: string | null = null
  return async (step: SpotCheckStep, unit: string | null): Promise<boolean> => {
    if (!isVirtual(rig)) {
      ask(unit === null ? step.ask : `${unit}: ${step.ask}`)
      const answer = await answers.next(signal)
      return answer !== null && answer.trim().toLowerCase() !== 'q'
    }
    // A twin's card looks the same every time: what was not seen to be done would never be.
    if (laid === step.name) return false
    laid = step.name
    const serial = unit ?? lot.units.find(one => !spent.includes(one.serial))?.serial
    const index = line!.lot.units.findIndex(({ record }) => record.serial === serial)
    if (index < 0) return false
    rig.place(await line!.card(index, step.station, signal))
    return true
  }
}
