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

export interface SpotCheck {
  readonly profile: ProductProfile
  readonly from: SpotCheckState
  /** Units whose spot check came to its end. */
  readonly spent: ReadonlySet<string>
  /** Has the card laid in as the step wants it. False when the person breaks off. */
  lay(step: SpotCheckStep, unit: string | null): Promise<boolean>
  inspect(station: StationName): Promise<InspectionRecord>
  /** Why the card in the nest does not count for the step; the person is asked again. */
  refuse(step: SpotCheckStep, because: string): void
  /** Keeps a step before the next is asked for. */
  onDone(unit: string, done: DoneStep): Promise<void>
}

/** How a spot check ended; what was done stands whatever came after. */
export interface SpotCheckEnd extends SpotCheckState {
  readonly isWhole: boolean
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
 * spent already.
 */
export async function spotCheck({
  profile,
  from,
  spent,
  lay,
  inspect,
  refuse,
  onDone,
}: SpotCheck): Promise<SpotCheckEnd> {
  let { unit } = from
  const done = [...from.done]
  for (const step of spotCheckSteps.slice(done.length)) {
    for (;;) {
      if (!(await lay(step, unit))) return ended(unit, done, false)
      const record = await inspect(step.station)
      const not = whyNotDone(step, record, unit, profile) ?? whySpent(record, spent)
      if (not !== null) {
        refuse(step, not)
        continue
      }
      unit = record.unit!
      done.push({ step: step.name, record })
      await onDone(unit, done.at(-1)!)
      break
    }
    if (step.name === 'sealed' && done[0]!.record.verdict !== 'PASS') return ended(unit, done, false)
  }
  return ended(unit, done, true)
}

/** Null when the photographs show the unit in the state that the step asks for. */
function whyNotDone(
  { name, station }: SpotCheckStep,
  { unit, readings, because, verdict }: InspectionRecord,
  expected: string | null,
  profile: ProductProfile,
): string | null {
  if (unit === null) return `It is not known which unit this is. ${because}`
  if (expected !== null && unit !== expected) return `This is ${unit}, and the spot check is of ${expected}.`
  if (verdict === 'ERROR') return because
  if (name === 'sealed') return verdict === 'INCONCLUSIVE' ? because : null
  const secret = new Set(profile.marks.filter(mark => mark.secret).map(mark => mark.name))
  const hidden = requiredMarkNames(stations[station], profile).filter(
    mark => secret.has(mark) && !readings.some(one => one.mark === mark && showsMark[one.outcome] === true),
  )
  return hidden.length === 0 ? null : `Not read yet: ${hidden.join(', ')}. ${because}`
}

/** A serial that two cards bear: the second one is not opened in the first one's name. */
function whySpent({ unit }: InspectionRecord, spent: ReadonlySet<string>): string | null {
  if (unit === null || !spent.has(unit)) return null
  return `${unit} was opened in a spot check already, so this is another card with its serial: put it aside.`
}

function ended(unit: string | null, done: readonly DoneStep[], isWhole: boolean): SpotCheckEnd {
  const records = done.map(({ record }) => record)
  const verdict = worst([...records.map(one => one.verdict), ...(isWhole ? [] : (['INCONCLUSIVE'] as const))])
  const bad = records.find(one => one.verdict === verdict && verdict !== 'PASS')
  const because =
    bad?.because ??
    (isWhole
      ? 'Sealed, scratched and opened: every check passed, and passphrase and encrypted key open the printed address.'
      : `It was broken off ${done.length === 0 ? 'before anything was done' : `when the unit was ${done.at(-1)!.step}`}.`)
  return { unit, done, isWhole, verdict, because }
}
