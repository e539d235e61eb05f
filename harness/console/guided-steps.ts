import { untilAborted } from '../core/until-aborted.ts'
import type {
  AtStep,
  DoneStep,
  SpotCheckEnd,
  SpotCheckState,
  SpotCheckStep,
  UndecidedLook,
} from '../inspection/spot-check.ts'
import { spotCheckSteps } from '../inspection/spot-check.ts'
import type { Action } from './action.ts'
import type { Refusal, SpotCheckView } from './bench-state.ts'
import type { ChosenUnit, OpenedBench, SpotCheckDesk, UnitsToOpen } from './desk.ts'
import type { Screens } from './screens.ts'
import { isKey, withoutSymbology } from './typed-text.ts'

/** What is done at a spot check alone. */
export type StepAction = Extract<Action, { do: 'choose' | 'photograph' | 'stand' | 'leave' | 'finish' | 'scan' }>

/**
 * A spot check as its screens show it: which unit, which step, and what may be done at it. What a step comes to is said by the loop
 * (`inspection/spot-check.ts`); here a person is asked, and answers.
 */
export class GuidedSteps implements SpotCheckDesk {
  readonly #screens: Screens
  readonly #bench: OpenedBench
  /** The camera is free when it resolves. */
  readonly #darken: () => Promise<void>
  #units: UnitsToOpen | null = null
  #chosen: ((unit: ChosenUnit | null) => void) | null = null
  #answered: ((answer: AtStep) => void) | null = null

  constructor(screens: Screens, bench: OpenedBench, darken: () => Promise<void>) {
    this.#screens = screens
    this.#bench = bench
    this.#darken = darken
  }

  async choose(units: UnitsToOpen, signal: AbortSignal): Promise<ChosenUnit | null> {
    this.#units = units
    const { brokenOff, drawn } = units
    this.#view({ brokenOff, drawn, at: null })
    this.#screens.change({ phase: 'choosing' })
    const { promise, resolve } = Promise.withResolvers<ChosenUnit | null>()
    this.#chosen = resolve
    return await this.#answerOf(promise, signal)
  }

  began({ unit, done }: SpotCheckState): void {
    this.#view({ unit, came: null, at: null, looks: 0, because: null, stands: null, steps: stepsOf(done) })
  }

  async lay(
    { name }: SpotCheckStep,
    unit: string | null,
    last: UndecidedLook | null,
    signal: AbortSignal,
  ): Promise<AtStep> {
    const { looks, steps } = this.#now
    this.#view({
      ...{ unit, at: name, looks: last === null ? 0 : looks + 1 },
      ...{ because: last?.because ?? null, stands: last?.stands ?? null },
      // Whatever comes before the step that is asked for is done.
      steps: steps.map((one, i) => ({ ...one, isDone: i < steps.findIndex(its => its.name === name) })),
    })
    // Why the last look does not count is said with the step.
    this.#screens.change({ phase: 'step', ...(last !== null && { said: null }) })
    const { promise, resolve } = Promise.withResolvers<AtStep>()
    this.#answered = resolve
    return await this.#answerOf(promise, signal)
  }

  ended({ unit, verdict, because, isWhole, isGivenUp, done }: SpotCheckEnd): void {
    this.#view({ unit, at: null, steps: stepsOf(done), came: { verdict, because, isOver: isWhole || isGivenUp } })
  }

  /** @returns why it was not done; null when it was */
  act(action: StepAction): Refusal | null {
    const { unacknowledged, newest } = this.#screens.state
    const { at, stands } = this.#now
    const goesOn = action.do !== 'leave' && action.do !== 'finish'
    if (this.#chosen === null && this.#answered === null) return 'not-now'
    if (goesOn && unacknowledged !== null) return 'acknowledge-first'
    switch (action.do) {
      case 'choose':
        return this.#choose(action.unit ?? null)
      case 'scan':
        return this.#scan(action.text)
      case 'finish':
        return this.#answerChoice(null)
      case 'photograph':
        // Pressed for another step than is asked for now: nobody has done this one yet.
        return action.step !== at ? 'not-now' : this.#answerStep('photograph')
      case 'stand':
        return stands === null || action.number !== newest?.number ? 'not-now' : this.#answerStep('stand')
      case 'leave':
        return this.#answerStep('leave')
    }
  }

  get #now(): SpotCheckView {
    return this.#screens.state.spotCheck ?? { ...nothingYet, picture: this.#bench.picture }
  }

  #view(change: Partial<SpotCheckView>): void {
    this.#screens.change({ spotCheck: { ...this.#now, ...change } })
  }

  async #answerOf<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await untilAborted(answer, signal)
    } finally {
      this.#chosen = null
      this.#answered = null
      await this.#darken()
    }
  }

  #choose(unit: string | null): Refusal | null {
    if (this.#chosen === null) return 'not-now'
    const { brokenOff, next, spent } = this.#units!
    if (unit !== null && spent.has(unit)) return 'unit-spent'
    const chosen = unit ?? brokenOff ?? next
    if (chosen !== null && !this.#screens.state.units.some(one => one.unit === chosen)) return 'no-card'
    // Nobody lays anything into a twin's nest but the one that is told to.
    if (chosen === null && this.#bench.facts.source === 'virtual') return 'no-card'
    return this.#answerChoice({ unit: chosen })
  }

  #scan(scanned: string): Refusal | null {
    const text = withoutSymbology(scanned)
    const unit = isKey(text) ? null : this.#bench.find(text)
    if (unit === null) return isKey(text) || this.#bench.isSecret(text) ? 'scan-secret' : 'scan-unknown'
    if (this.#chosen !== null) return this.#choose(unit)
    return unit === this.#now.unit ? this.#answerStep('photograph') : 'scan-other'
  }

  #answerChoice(chosen: ChosenUnit | null): Refusal | null {
    if (this.#chosen === null) return 'not-now'
    if (chosen === null) this.#screens.change({ phase: 'ending' })
    this.#chosen(chosen)
    this.#chosen = null
    return null
  }

  #answerStep(answer: AtStep): Refusal | null {
    if (this.#answered === null) return 'not-now'
    if (answer === 'photograph') this.#screens.change({ phase: 'judging' })
    this.#answered(answer)
    this.#answered = null
    return null
  }
}

/** As the loop has them; what came of those that are done. */
const stepsOf = (done: readonly DoneStep[]): SpotCheckView['steps'] =>
  spotCheckSteps.map(({ name }) => {
    const its = done.find(({ step }) => step === name)
    return { name, isDone: its !== undefined, verdict: its?.record.verdict ?? null }
  })

const nothingYet: Omit<SpotCheckView, 'picture'> = {
  ...{ unit: null, at: null, looks: 0, because: null, stands: null, came: null, brokenOff: null, drawn: [] },
  steps: stepsOf([]),
}
