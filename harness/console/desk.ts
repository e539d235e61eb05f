import type { ExitCode } from '../core/assay-error.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { Nest } from '../inspection/inspect-lot.ts'
import type { Answers } from '../inspection/nests.ts'
import type { Inspected } from '../inspection/run.ts'
import type { AtStep, SpotCheckEnd, SpotCheckState, SpotCheckStep, UndecidedLook } from '../inspection/spot-check.ts'
import type { Standing } from '../lots/attempts.ts'
import type { CardPicture } from '../products/card-picture.ts'
import type { BenchFacts, Looks, SymptomView } from './bench-state.ts'

/** A rig that has proved itself, and a lot to judge on it. */
export interface OpenedBench {
  readonly facts: BenchFacts
  /** Every unit of the lot, and what counts of it at this station. */
  readonly units: readonly { readonly unit: string; readonly verdict: Verdict | null }[]
  /** The unit that a code on a card names; null where the lot has none, or more than one. */
  find(text: string): string | null
  /** Has a virtual rig lay the unit's card in; null where a person does that. */
  readonly lay: ((unit: string, signal: AbortSignal) => Promise<void>) | null
  /** What the live picture can be taken under; null where there is none. */
  readonly looks: Looks | null
  /** Pictures of what is in view, until the signal. Frames are asked for one at a time. */
  live(look: Pick<Looks, 'light' | 'pose'>, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Would showing this text give a secret of the product away, such as a passphrase? */
  isSecret(text: string): boolean
  /** The product's card, to be drawn. */
  readonly picture: CardPicture
  /** Keeps that the card is another one than was scanned for it. */
  noteOther(scanned: string, seen: string): Promise<void>
}

/** A photograph that a person handed in. */
export interface HandedPicture {
  /** As its file is named. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Units among which one is chosen to be opened. */
export interface UnitsToOpen {
  /** Its spot check was broken off. */
  readonly brokenOff: string | null
  /** The one that is laid in where nobody chooses; null: whichever a person lays in. */
  readonly next: string | null
  /** Of the lot's sample, not opened yet. */
  readonly drawn: readonly string[]
  /** Opened, and done with. */
  readonly spent: ReadonlySet<string>
}

/** @property unit serial; null: whichever is laid in */
export interface ChosenUnit {
  readonly unit: string | null
}

/** Guides a person through spot checks, unit by unit. All of it rejects with the signal's reason. */
export interface SpotCheckDesk {
  /** Which unit is opened next; null: no more. */
  choose(units: UnitsToOpen, signal: AbortSignal): Promise<ChosenUnit | null>
  began(from: SpotCheckState): void
  /** As `SpotCheck.lay`. */
  lay(step: SpotCheckStep, unit: string | null, last: UndecidedLook | null, signal: AbortSignal): Promise<AtStep>
  ended(end: SpotCheckEnd): void
}

/** What {@link Work} tells the bench, and asks it. */
export interface Desk {
  readonly answers: Answers
  tell(line: string): void
  /** The rig is proved: cards may be laid in. */
  opened(bench: OpenedBench): Nest
  /** The rig is proved: units may be opened. */
  opensUnits(bench: OpenedBench): SpotCheckDesk
  /** The photographs of the card that the nest has next, where they come by hand. */
  handed(): readonly HandedPicture[]
  /** A result, once it is kept. @param besides what was handed in with it and counts for nothing, each with why */
  judged(
    inspected: Pick<Inspected, 'record' | 'crops'>,
    standing: Standing | null,
    besides?: readonly string[],
  ): Promise<void>
  /** Of what was handed in nothing could be judged. @param why of each file */
  noResult(why: readonly string[]): void
}

/**
 * Opens the rig, has it prove itself, and judges cards until the nest says that there is none left.
 * @param person who has logged in for it; null where nobody logs in
 */
export type Work = (desk: Desk, signal: AbortSignal, person: string | null) => Promise<ExitCode>

/** Has the rig's doctor look at every device. @returns what it found, in a sentence */
export type Examine = (onSymptom: (symptom: SymptomView) => void, signal: AbortSignal) => Promise<string>

/** What can go wrong on a rig that only exists in this program, to be tried. */
export interface FaultsToTry {
  /** Each with what it is. */
  readonly all: readonly { readonly name: string; readonly what: string }[]
  /** By name. */
  readonly on: readonly string[]
  /** Plants one, or takes it away. The journal of a run has it first. */
  set(name: string, isOn: boolean): Promise<void>
  /** Called when one was planted, or is over. */
  onChange: () => void
}
