import { AssayError, kindAndPlace } from '../core/assay-error.ts'
import { untilAborted } from '../core/until-aborted.ts'
import type { EvidenceCrop } from '../vision/report/evidence.ts'
import type { Action } from './action.ts'
import type { BenchState, Looks, Phase, Refusal, ResultView } from './bench-state.ts'
import { CardsInNest } from './cards-in-nest.ts'
import type { Desk, Examine, FaultsToTry, HandedPicture, OpenedBench, Work } from './desk.ts'
import { GuidedSteps } from './guided-steps.ts'
import { LiveView } from './live-view.ts'
import { nobodyYet, Screens } from './screens.ts'
import { ShownResults } from './shown-results.ts'
import { isKey, isNoWord } from './typed-text.ts'

/** What goes on now, and what ends it. */
interface Session {
  readonly stop: AbortController
  readonly done: Promise<void>
}

export interface BenchOptions {
  /** Judges cards at one station. */
  readonly work: Work
  /** Opens units; left out where that is not done here. */
  readonly spotCheck?: Work | undefined
  /** Left out where there is no rig to look at. */
  readonly examine?: Examine | undefined
  /** Left out where the rig can really break. */
  readonly faults?: FaultsToTry | undefined
  /** Does only who has logged in work here? */
  readonly logIn?: boolean | undefined
}

/** Phases in which a card is laid straight under the live picture. */
const seenLive: readonly Phase[] = ['waiting', 'warned', 'choosing', 'step']

/**
 * The bench as its screens show it: what may be done now, and what came of it. It judges nothing and keeps nothing: the one
 * loop does, in {@link Work}, and a result is shown once it stands in the journal.
 */
export class Bench implements AsyncDisposable {
  readonly #options: BenchOptions
  readonly #screens: Screens
  readonly #results: ShownResults
  #session: Session | null = null
  #opened: OpenedBench | null = null
  #cards: CardsInNest | null = null
  #guided: GuidedSteps | null = null
  #answered: (() => void) | null = null
  #live: LiveView | null = null

  constructor(options: BenchOptions) {
    const { logIn = false, spotCheck, faults } = options
    this.#options = options
    this.#screens = new Screens({ logIn, opensUnits: spotCheck !== undefined })
    this.#results = new ShownResults(this.#screens)
    if (faults === undefined) return
    faults.onChange = () => {
      const isOn = new Set(faults.on)
      this.#screens.change({ faults: faults.all.map(one => ({ ...one, isOn: isOn.has(one.name) })) })
    }
    faults.onChange()
  }

  get state(): BenchState {
    return this.#screens.state
  }

  /** Called with each new state. @returns what ends it */
  subscribe(listener: (state: BenchState) => void): () => void {
    return this.#screens.subscribe(listener)
  }

  /** A result of this session, while it is one of the last. */
  result(number: number): ResultView | null {
    return this.#results.result(number)
  }

  /** A masked picture of such a result. */
  picture(number: number, index: number): EvidenceCrop | null {
    return this.#results.picture(number, index)
  }

  /** What is in view, while a card is waited for; null while nobody may look. */
  async frame(): Promise<Uint8Array | null> {
    if (this.#live?.isOver === true) await this.#darken()
    // Asked after the wait: meanwhile somebody may have had the card judged, and the camera and its lamps are taken.
    const { phase, looks } = this.state
    if (this.#opened === null || !seenLive.includes(phase)) return null
    if (looks === null) return null
    this.#live ??= new LiveView(signal => this.#opened!.live(looks, signal))
    return await this.#live.next()
  }

  /** May a photograph of this card be handed in now, by this person? @returns why not */
  mayHand(card: number, who: string | null = null): Refusal | null {
    const refused = this.#isNotFor(who)
    return refused ?? (this.#cards === null ? 'not-now' : this.#cards.mayHand(card))
  }

  /**
   * Takes a photograph of the next card.
   * @param card `card` of the state in which it was chosen: one that comes when its card was judged is none of the next one's
   * @returns why not; null when it is taken
   */
  hand(picture: HandedPicture, card: number, who: string | null = null): Refusal | null {
    return this.mayHand(card, who) ?? this.#cards!.hand(picture, card)
  }

  /**
   * @param who has logged in; null: nobody. To stop is everybody's.
   * @returns why it was not done; null when it was
   */
  async act(action: Action, who: string | null = null): Promise<Refusal | null> {
    const { phase, unacknowledged } = this.state
    const refused = action.do === 'stop' ? null : this.#isNotFor(who)
    if (refused !== null) return refused
    const isFree = phase === 'closed' || phase === 'ended'
    switch (action.do) {
      case 'begin':
      case 'examine':
        if (!isFree) return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        return action.do === 'begin' ? this.#begin(action.work, who) : this.#examine(phase, who)
      case 'look':
        if (!seenLive.includes(phase)) return 'not-now'
        return await this.#lookUnder(action)
      case 'fault':
        return await this.#plant(action)
      case 'answer':
        if (phase !== 'asked' || this.#answered === null) return 'not-now'
        this.#answered()
        return null
      case 'acknowledge':
        if (unacknowledged !== action.number) return 'not-now'
        this.#screens.change({ unacknowledged: null })
        return null
      case 'stop':
        if (this.#session === null) return 'not-now'
        this.#session.stop.abort(this.#stopped(action.why, who))
        this.#screens.change({ phase: 'ending', question: null })
        return null
      case 'choose':
      case 'photograph':
      case 'stand':
      case 'leave':
        return this.#guided === null ? 'not-now' : this.#guided.act(action)
      case 'undo':
      case 'again':
      case 'judge':
        return this.#cards === null ? 'not-now' : await this.#cards.act(action)
      case 'finish':
      case 'scan':
        if (this.#guided !== null) return this.#guided.act(action)
        return this.#cards === null ? 'not-now' : await this.#cards.act(action)
    }
  }

  /** Ends the session as Ctrl-C does: the unit in the nest is an ERROR, lamps go off. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.stop.abort(stoppedBy('the console was closed'))
    await this.#session?.done
  }

  #begin(asked: 'spot-check' | undefined, person: string | null): Refusal | null {
    const work = asked === undefined ? this.#options.work : this.#options.spotCheck
    if (work === undefined) return 'not-now'
    const { newest, results, tally, card, symptoms } = this.state
    this.#screens.change({
      ...nobodyYet,
      ...{ person, card: card + 1, newest, results, tally, symptoms, phase: 'opening' },
    })
    this.#session = this.#startSession(stop => this.#run(work, stop))
    return null
  }

  /** A run is one person's: what is done in it stands under their name. */
  #isNotFor(who: string | null): Refusal | null {
    const { logIn, person } = this.state
    if (!logIn) return null
    if (who === null) return 'log-in'
    return this.#session !== null && person !== who ? 'other-person' : null
  }

  #startSession(work: (stop: AbortController) => Promise<void>): Session {
    const stop = new AbortController()
    return { stop, done: work(stop) }
  }

  #examine(before: Phase, person: string | null): Refusal | null {
    const { examine } = this.#options
    if (examine === undefined) return 'not-now'
    this.#screens.change({ person })
    this.#session = this.#startSession(stop => this.#examineRig(examine, before, stop.signal))
    return null
  }

  async #examineRig(examine: Examine, before: Phase, signal: AbortSignal): Promise<void> {
    this.#screens.change({ phase: 'examining', symptoms: [], said: null })
    const said = await sentenceOf(
      () => examine(symptom => this.#screens.change({ symptoms: [...this.state.symptoms, symptom] }), signal),
      signal,
    )
    this.#session = null
    this.#screens.change({ phase: before, said })
  }

  /** The next live picture is taken so. The one that is being taken ends first: lamp and stage are its own. */
  async #lookUnder({ light, pose }: Pick<Looks, 'light' | 'pose'>): Promise<Refusal | null> {
    const { looks } = this.state
    if (looks === null || !looks.lights.includes(light) || !looks.poses.includes(pose)) return 'action-unknown'
    this.#screens.change({ looks: { ...looks, light, pose } })
    await this.#darken()
    return null
  }

  async #plant({ name, isOn }: Extract<Action, { do: 'fault' }>): Promise<Refusal | null> {
    const { faults } = this.#options
    if (faults === undefined) return 'not-now'
    if (!faults.all.some(one => one.name === name)) return 'action-unknown'
    await faults.set(name, isOn)
    return null
  }

  async #run(work: Work, stop: AbortController): Promise<void> {
    const said = await sentenceOf(async () => {
      await work(this.#desk(stop), stop.signal, this.state.person)
      return null
    }, stop.signal)
    await this.#darken().catch(() => {})
    this.#opened = null
    this.#cards = null
    this.#guided = null
    this.#answered = null
    this.#session = null
    this.#screens.change({
      ...{ pictures: [], phase: 'ended', looks: null, question: null, scanned: null },
      said: said ?? this.state.said,
    })
  }

  #desk(stop: AbortController): Desk {
    const darken = async () => await this.#darken()
    const open = (bench: OpenedBench) => {
      this.#opened = bench
      this.#screens.change({ bench: bench.facts, units: bench.units, looks: bench.looks, said: null })
    }
    const fail = (error: unknown) => {
      stop.abort(error)
      this.#screens.change({ phase: 'ending' })
    }
    return {
      tell: line => this.#told(line),
      answers: { next: async signal => await this.#answer(signal) },
      opened: bench => {
        open(bench)
        this.#cards = new CardsInNest(this.#screens, bench, { darken, fail, signal: stop.signal })
        return this.#cards
      },
      opensUnits: bench => {
        open(bench)
        this.#guided = new GuidedSteps(this.#screens, bench, darken)
        return this.#guided
      },
      handed: () => this.#cards?.takeHanded() ?? [],
      noResult: why => this.#screens.change({ noResult: why }),
      judged: async (inspected, standing, besides = []) =>
        await this.#results.show({ ...inspected, besides }, standing, this.#opened!.noteOther),
    }
  }

  /** The last sentence is the question, where an answer is waited for. */
  #told(line: string): void {
    this.#screens.change({ said: line.replace(/^assay: /, '') })
  }

  async #answer(signal: AbortSignal | undefined): Promise<string | null> {
    signal?.throwIfAborted()
    const answered = new Promise<void>(resolve => {
      this.#answered = resolve
    })
    this.#screens.change({ phase: 'asked', question: this.state.said })
    await untilAborted(answered, signal)
    signal?.throwIfAborted()
    this.#answered = null
    this.#screens.change({ phase: 'opening', question: null })
    return ''
  }

  /** It stops whatever stands there as the reason: a scanner may have typed into its field. The run is another's than who stopped it, perhaps. */
  #stopped(why: string, who: string | null): AssayError {
    const { logIn, person } = this.state
    const by = !logIn || who === person ? '' : ` by ${who ?? 'somebody who was not logged in'}`
    return stoppedBy(isNoWord(why) || this.#isSecret(why) ? '' : why, by)
  }

  /** Never said, not even to say that it was refused. */
  #isSecret(text: string): boolean {
    return isKey(text) || this.#opened?.isSecret(text) === true
  }

  /** The camera is free for photographs when this resolves. */
  async #darken(): Promise<void> {
    const live = this.#live
    await live?.end()
    if (this.#live === live) this.#live = null
  }
}

/** How work ended: what it says itself, or why it broke off; null where nothing is to be said. */
async function sentenceOf(work: () => Promise<string | null>, signal: AbortSignal): Promise<string | null> {
  try {
    const said = await work()
    if (said !== null && !signal.aborted) return said
  } catch (error) {
    return error instanceof AssayError ? error.message : `A defect in Assay: an unexpected ${kindAndPlace(error)}.`
  }
  return signal.aborted ? (signal.reason as Error).message : null
}

const stoppedBy = (why: string, by = '') =>
  new AssayError('stopped-at-console', `Stopped at the console${by}${why === '' ? '' : `: ${why}`}.`)
