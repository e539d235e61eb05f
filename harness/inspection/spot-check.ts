import { worst } from '../core/verdict.ts'
import { type StationName, showsMark, type Verdict } from '../core/vocabulary.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { plannedChecks, requiredMarkNames, stations } from './station.ts'

/** A step of a spot check: what the person does, and where the card is then inspected. */
export interface SpotCheckStep {
  readonly name: 'sealed' | 'scratched' | 'opened'
  readonly station: StationName
  readonly ask: string
}

/** In this order: each is seen to be done before the next is asked for. */
export const spotCheckSteps: readonly SpotCheckStep[] = [
  { name: 'sealed', station: 'sealed', ask: 'Lay the sealed card in and press Enter.' },
  {
    name: 'scratched',
    station: 'etched',
    ask: 'Scratch the passphrase free, leave the sticker closed, lay the card in again and press Enter.',
  },
  { name: 'opened', station: 'opened', ask: 'Peel the top layer off, lay the card in again and press Enter.' },
]

/** A step that was done, and its inspection. */
export interface DoneStep {
  readonly step: SpotCheckStep['name']
  readonly record: InspectionRecord
}

/** Where a spot check begins, or goes on. */
export interface SpotCheckState {
  /** Serial of the unit; null before one was seen. */
  readonly unit: string | null
  /** Steps that are done, in their order. */
  readonly done: readonly DoneStep[]
}

/** A look at the card that did not bring its step to an end, so that the card is photographed again. */
export interface UndecidedLook {
  readonly record: InspectionRecord
  readonly because: string
  /**
   * What letting it stand comes to: the step is done, with that result (`step`); the spot check ends, as the unit is spent and cannot be
   * read on (`end`); null: it cannot stand.
   */
  readonly stands: 'step' | 'end' | null
}

/** What happens at a step: the card lies there to be photographed; the last look stands; or the person leaves it for later. */
export type AtStep = 'photograph' | 'stand' | 'leave'

export interface SpotCheck {
  readonly profile: ProductProfile
  readonly from: SpotCheckState
  /** Why its steps do not prove one thing together, whatever each shows; null where they do. */
  readonly doubt?: string | null
  /** Units whose spot check came to its end. */
  readonly spent: ReadonlySet<string>
  /** Whose card a record shows that names no unit, since an alarm ended it before; null where nobody knows. Default: nobody does. */
  whose?(record: InspectionRecord): string | null
  /** Has the card laid in as the step wants it. @param last what the last look at this step showed; null before the first */
  lay(step: SpotCheckStep, unit: string | null, last: UndecidedLook | null): Promise<AtStep>
  /** @returns also the record of a look whose alarm stops the run: what is done then is all that is done */
  inspect(step: SpotCheckStep, unit: string | null): Promise<InspectionRecord>
  /** Keeps that, and why, the card in the nest does not count for the step, before the person is asked again. */
  onUndecided(step: SpotCheckStep, look: UndecidedLook): Promise<void>
  /** Keeps a step before the next is asked for. */
  onDone(unit: string, done: DoneStep): Promise<void>
}

/** How a spot check ended; what was done stands whatever came after. */
export interface SpotCheckEnd extends SpotCheckState {
  readonly isWhole: boolean
  /** It is not whole, and nobody goes on with it: the unit is spent, and could not be read on. */
  readonly isGivenUp: boolean
  readonly verdict: Verdict
  readonly because: string
}

/** May units of the product be opened by their maker? A customer's own passphrase is not the maker's to try. */
export function canBeOpened(profile: ProductProfile): boolean {
  return plannedChecks(stations.opened, profile).includes('decryption')
}

/**
 * One unit from sealed to opened: photographed, scratched, photographed, peeled, photographed, decrypted and proved. A unit
 * that is not good while it is sealed is not opened: it is evidence. After that it is opened whatever is found, since it is
 * spent already. An alarm is a step that failed, and nothing is asked for after it. What is not judged is photographed again
 * while the unit is in that state, for as long as the person wants: then it stands.
 */
export async function spotCheck({
  profile,
  from,
  doubt = null,
  spent,
  whose = ({ unit }) => unit,
  lay,
  inspect,
  onUndecided,
  onDone,
}: SpotCheck): Promise<SpotCheckEnd> {
  let { unit } = from
  const done = [...from.done]
  // A run that was killed at this place has not said it yet.
  const isEvidence = () => done.length > 0 && done[0]!.record.verdict !== 'PASS'
  for (const step of spotCheckSteps.slice(done.length)) {
    if (isEvidence()) return ended(unit, done, false)
    let last: UndecidedLook | null = null
    for (;;) {
      const answer: AtStep = await lay(step, unit, last)
      if (answer === 'leave') return ended(unit, done, false)
      if (answer === 'stand' && last?.stands === 'end') return ended(unit, done, false, last)
      let record: InspectionRecord
      if (answer === 'stand' && last?.stands === 'step') record = last.record
      else {
        record = await inspect(step, unit)
        const shown = whose(record)
        // Another card's alarm is nothing that this unit showed.
        if (isAlarm(record) && (shown === null || shown !== (unit ?? shown))) return ended(unit, done, false)
        last = isAlarm(record) ? null : undecided(step, record, unit, profile, spent)
        if (last !== null) {
          await onUndecided(step, last)
          continue
        }
      }
      unit = whose(record)!
      done.push({ step: step.name, record })
      await onDone(unit, done.at(-1)!)
      if (isAlarm(record)) return ended(unit, done, done.length === spotCheckSteps.length, null, doubt)
      break
    }
  }
  return ended(unit, done, true, null, doubt)
}

const isAlarm = ({ alarm }: InspectionRecord) => alarm !== null && !alarm.acknowledged

/** Null when the photographs show the unit in the state that the step asks for, and judge it. */
function undecided(
  { name, station }: SpotCheckStep,
  record: InspectionRecord,
  expected: string | null,
  profile: ProductProfile,
  spent: ReadonlySet<string>,
): UndecidedLook | null {
  const { unit, readings, because, verdict } = record
  const look = (why: string, stands: UndecidedLook['stands'] = null) => ({ record, because: why, stands })
  const isOpen = name !== 'sealed'
  if (unit === null)
    return look(`It is not known which unit this is. ${because}`, isOpen && verdict !== 'ERROR' ? 'end' : null)
  if (expected !== null && unit !== expected) return look(`This is ${unit}, and the spot check is of ${expected}.`)
  if (verdict === 'ERROR') return look(because)
  if (isOpen) {
    const secret = new Set(profile.marks.filter(mark => mark.secret).map(mark => mark.name))
    const hidden = requiredMarkNames(stations[station], profile).filter(
      mark => secret.has(mark) && !readings.some(one => one.mark === mark && showsMark[one.outcome] === true),
    )
    if (hidden.length > 0) return look(`Not read yet: ${hidden.join(', ')}. ${because}`, 'end')
  }
  if (verdict === 'INCONCLUSIVE') return look(because, isOpen ? 'step' : null)
  // A serial that two cards bear: the second one is not opened in the first one's name.
  if (spent.has(unit))
    return look(`${unit} was opened in a spot check already, so this is another card with its serial: put it aside.`)
  return null
}

function ended(
  unit: string | null,
  done: readonly DoneStep[],
  isWhole: boolean,
  givenUp: UndecidedLook | null = null,
  doubt: string | null = null,
): SpotCheckEnd {
  const records = [...done.map(({ record }) => record), ...(givenUp === null ? [] : [givenUp.record])]
  const verdict = worst([
    ...records.map(one => one.verdict),
    ...(isWhole && doubt === null ? [] : (['INCONCLUSIVE'] as const)),
  ])
  const state = done.at(-1)?.step
  const bad = records.find(one => one.verdict === verdict && verdict !== 'PASS')
  const told =
    givenUp !== null && bad?.verdict !== 'FAIL'
      ? givenUp.because
      : (bad?.because ??
        doubt ??
        (isWhole
          ? 'Sealed, scratched and opened: every check passed, and passphrase and encrypted key open the printed address.'
          : `It was broken off ${state === undefined ? 'before anything was done' : `when the unit was ${state}`}.`))
  const over = (() => {
    if (done[0] !== undefined && done[0].record.verdict !== 'PASS')
      return ' The unit was not opened: put it aside, it is evidence.'
    if (givenUp !== null) return ` The spot check was ended when the unit was ${state}.`
    if (!isWhole && bad !== undefined) return ` It was broken off when the unit was ${state}.`
    const isOver = isWhole && verdict === 'INCONCLUSIVE'
    return isOver ? ' The spot check is over with that: nobody photographs the unit again.' : ''
  })()
  return { unit, done, isWhole, isGivenUp: givenUp !== null, verdict, because: `${told}${over}` }
}
