import type { StationName, Verdict } from '../core/vocabulary.ts'
import type { SpotCheckStep, UndecidedLook } from '../inspection/spot-check.ts'
import type { CardPicture } from '../products/card-picture.ts'

/**
 * Where the bench is. `closed`: nobody has begun. `examining`: the rig is looked at. `opening`: the rig proves itself. `asked`: a question waits for Enter.
 * `waiting`: for the next card. `warned`: the scanned unit was judged already. `choosing`: which unit is opened next. `step`: a step of a spot
 * check waits to be done. `judging`: a card is looked at. `ending`: it was stopped, or there are no more cards. `ended`.
 */
export type Phase =
  | ('closed' | 'examining' | 'opening' | 'asked' | 'waiting' | 'warned' | 'choosing' | 'step' | 'judging')
  | ('ending' | 'ended')

/** What is judged, where, by whom. */
export interface BenchFacts {
  readonly rig: string
  /** Where photographs come from: a rig, the virtual one, or a person who takes them by hand. */
  readonly source: 'rig' | 'virtual' | 'hand'
  readonly lot: string | null
  readonly units: number
  readonly product: string
  readonly station: StationName
  readonly operator: string | null
}

/** One thing about the rig, as its doctor found it. */
export interface SymptomView {
  readonly device: string
  readonly name: string
  readonly state: 'good' | 'bad' | 'not measured'
  readonly value: string
  /** What it must be; empty where it only tells. */
  readonly limit: string
  /** What to do; empty when all is well. */
  readonly hint: string
}

/** What the live picture is taken under, and what it can be taken under. */
export interface Looks {
  readonly lights: readonly string[]
  readonly poses: readonly string[]
  readonly light: string
  readonly pose: string
}

/** A fault that can be tried on a rig that only exists in this program. */
export interface FaultView {
  readonly name: string
  readonly what: string
  readonly isOn: boolean
}

/** A finding or a number of a result, as it is shown. Whatever it quotes is public: it comes from the record. */
export interface FindingView {
  readonly check: string
  readonly verdict: Verdict
  readonly because: string
  readonly marks: readonly string[]
}

export interface MeasurementView {
  readonly title: string
  readonly of: string
  readonly value: number | null
  readonly unit: string
  readonly min: number | null
  readonly max: number | null
  /** So near to each of them it is neither good nor bad. */
  readonly nearMin: number
  readonly nearMax: number
  readonly verdict: Verdict | null
}

/** One inspection, as the screen shows it. */
export interface ResultView {
  /** From 1 on, in the order of this session. */
  readonly number: number
  readonly unit: string | null
  readonly station: StationName
  /** What was scanned for this card; null where nothing was. */
  readonly scanned: string | null
  readonly verdict: Verdict
  readonly because: string
  /** What was handed in with it and counts for nothing, each with why. */
  readonly besides: readonly string[]
  /** A secret lay open: the run has stopped. */
  readonly isAlarm: boolean
  /** The card is another one than was scanned. */
  readonly isOther: boolean
  /** How often the unit was inspected at this station, by the journal; null of an unknown one. */
  readonly attempt: number | null
  /** A FAIL from before that stands, whatever was seen now. */
  readonly held: { readonly verdict: Verdict; readonly because: string } | null
  /** What the unit counts as with it: what holds it back, else what was seen. */
  readonly counts: Verdict
  readonly findings: readonly FindingView[]
  readonly measurements: readonly MeasurementView[]
  readonly unproved: readonly string[]
  /** Masked pictures of it, each by its address. */
  readonly pictures: readonly { readonly of: string; readonly path: string }[]
  readonly endedAt: string
}

/** One inspection, as a line. */
export type ResultLine = Pick<ResultView, 'number' | 'unit' | 'verdict'>

/** A unit of the lot, and where it stands at this station. */
export interface UnitView {
  readonly unit: string
  readonly verdict: Verdict | null
}

/** A spot check: what is done, what is asked for, and what the whole came to. */
export interface SpotCheckView {
  /** Null before one was seen. */
  readonly unit: string | null
  /** In their order. @property verdict null until the whole is at its end */
  readonly steps: readonly {
    readonly name: SpotCheckStep['name']
    readonly isDone: boolean
    readonly verdict: Verdict | null
  }[]
  /** The step that is asked for, or looked at; null between units. */
  readonly at: SpotCheckStep['name'] | null
  /** How often the card was photographed at it without bringing it to its end. */
  readonly looks: number
  /** Why the last of these looks did not; null before the first. */
  readonly because: string | null
  /** What letting that look stand comes to; null: it cannot stand. */
  readonly stands: UndecidedLook['stands']
  /** Of the last unit. @property isOver nobody goes on with it */
  readonly came: { readonly verdict: Verdict; readonly because: string; readonly isOver: boolean } | null
  /** A unit whose spot check was broken off. */
  readonly brokenOff: string | null
  /** Units of the lot's sample that are not opened yet. */
  readonly drawn: readonly string[]
  /** The card, to be drawn as each step wants it; null where its product is not known. */
  readonly picture: CardPicture | null
}

/** All that a screen shows. Each change gives a new one with a higher id, so one that was missed is lost to nobody. */
export interface BenchState {
  readonly id: number
  readonly phase: Phase
  readonly bench: BenchFacts | null
  /** Does only who has logged in work here? */
  readonly logIn: boolean
  /** Can units be opened here? */
  readonly opensUnits: boolean
  /** Whose run it is, where people log in; null before the first. */
  readonly person: string | null
  /** What the rig's doctor found last, in its order. */
  readonly symptoms: readonly SymptomView[]
  /** None of a rig that can really break. */
  readonly faults: readonly FaultView[]
  /** Null while no rig is open. */
  readonly looks: Looks | null
  /** What the rig asks for before the first card. */
  readonly question: string | null
  /** What was said last while it opened or ended. */
  readonly said: string | null
  /** The unit whose code was scanned for the card in hand. */
  readonly scanned: string | null
  /** Which card photographs are handed in for: another number for each. */
  readonly card: number
  /** Names of the photographs that were handed in for the next card. */
  readonly pictures: readonly string[]
  /** Number of the result that a person has to acknowledge first; null: none. */
  readonly unacknowledged: number | null
  /** The last result, whole. */
  readonly newest: ResultView | null
  /** The card after it came to no result: why, file by file; empty where it came to one. */
  readonly noResult: readonly string[]
  /** The last of this session, newest first; each whole under its address `results/NUMBER`. */
  readonly results: readonly ResultLine[]
  readonly tally: Readonly<Record<Verdict, number>>
  readonly units: readonly UnitView[]
  /** Null where cards are judged at one station. */
  readonly spotCheck: SpotCheckView | null
}

/** Why an action was not done, by the name of its sentence. */
export const refusals = [
  'log-in',
  'other-person',
  'not-now',
  'acknowledge-first',
  'scan-secret',
  'scan-unknown',
  'scan-other',
  'unit-spent',
  'no-card',
  'no-picture',
  'picture-late',
  'picture-large',
  'too-much',
  'action-unknown',
] as const
export type Refusal = (typeof refusals)[number]
