import { AssayError, kindAndPlace } from '../core/assay-error.ts'
import { untilAborted } from '../core/until-aborted.ts'
import type { Nest } from '../inspection/inspect-lot.ts'
import type { Inspected } from '../inspection/run.ts'
import type { Standing } from '../lots/attempts.ts'
import type { EvidenceCrop } from '../vision/report/evidence.ts'
import type { Action } from './action.ts'
import type { BenchState, Looks, Phase, Refusal, ResultView } from './bench-state.ts'
import type { Desk, Examine, HandedPicture, OpenedBench, Work } from './desk.ts'
import { LiveView } from './live-view.ts'
import { resultView } from './result-view.ts'
import { isKey, isNoWord, withoutSymbology } from './typed-text.ts'

/** Photographs of one card by hand: more are a mistake. */
const mostHanded = 12
/** Results and pictures older than these are in the journal and its reports only. */
const mostResults = 30

/** What goes on now, and what ends it. */
interface Session {
  readonly stop: AbortController
  readonly done: Promise<void>
}

const nobodyYet: Omit<BenchState, 'id' | 'card' | 'logIn' | 'person'> = {
  phase: 'closed',
  bench: null,
  symptoms: [],
  looks: null,
  question: null,
  said: null,
  scanned: null,
  pictures: [],
  unacknowledged: null,
  newest: null,
  results: [],
  tally: { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 },
  units: [],
}

/**
 * The bench as its screens show it: what may be done now, and what came of it. It judges nothing and keeps nothing: the one
 * loop does, in {@link Work}, and a result is shown once it stands in the journal.
 */
export class Bench implements AsyncDisposable {
  readonly #work: Work
  readonly #examine: Examine | null
  readonly #listeners = new Set<(state: BenchState) => void>()
  readonly #shownResults = new Map<number, { readonly view: ResultView; readonly crops: readonly EvidenceCrop[] }>()
  #state: BenchState
  #session: Session | null = null
  #opened: OpenedBench | null = null
  /** Wakes the nest: true for the card that was laid in, false when there is none left. */
  #laid: ((is: boolean) => void) | null = null
  #answered: (() => void) | null = null
  #inNest: string | null = null
  #handed: readonly HandedPicture[] = []
  #live: LiveView | null = null

  /**
   * @param examine null where there is no rig to look at
   * @param logIn does only who has logged in work here?
   */
  constructor(work: Work, examine: Examine | null = null, logIn = false) {
    this.#work = work
    this.#examine = examine
    this.#state = { id: 1, card: 1, logIn, person: null, ...nobodyYet }
  }

  get state(): BenchState {
    return this.#state
  }

  /** Called with each new state. @returns what ends it */
  subscribe(listener: (state: BenchState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** A result of this session, while it is one of the last. */
  result(number: number): ResultView | null {
    return this.#shownResults.get(number)?.view ?? null
  }

  /** A masked picture of such a result. */
  picture(number: number, index: number): EvidenceCrop | null {
    return this.#shownResults.get(number)?.crops[index] ?? null
  }

  /** What is in view, while a card is waited for; null while nobody may look. */
  async frame(): Promise<Uint8Array | null> {
    if (this.#live?.isOver === true) await this.#darken()
    // Asked after the wait: meanwhile somebody may have had the card judged, and the camera and its lamps are taken.
    const { phase } = this.#state
    if (this.#opened === null || (phase !== 'waiting' && phase !== 'warned')) return null
    const { looks } = this.#state
    if (looks === null) return null
    this.#live ??= new LiveView(signal => this.#opened!.live(looks, signal))
    return await this.#live.next()
  }

  /** May a photograph of this card be handed in now, by this person? @returns why not */
  mayHand(card: number, who: string | null = null): Refusal | null {
    const { phase, bench } = this.#state
    const refused = this.#isNotFor(who)
    if (refused !== null) return refused
    if (bench?.source !== 'hand') return 'not-now'
    if (card !== this.#state.card) return 'picture-late'
    return phase !== 'waiting' || this.#handed.length >= mostHanded ? 'not-now' : null
  }

  /**
   * Takes a photograph of the next card.
   * @param card `card` of the state in which it was chosen: one that comes when its card was judged is none of the next one's
   * @returns why not; null when it is taken
   */
  hand(picture: HandedPicture, card: number, who: string | null = null): Refusal | null {
    const refused = this.mayHand(card, who)
    if (refused !== null) return refused
    const name = this.#isSecret(picture.name) ? `photograph ${this.#handed.length + 1}` : picture.name
    this.#setHanded([...this.#handed, { ...picture, name }])
    return null
  }

  /**
   * @param who has logged in; null: nobody. To stop is everybody's.
   * @returns why it was not done; null when it was
   */
  async act(action: Action, who: string | null = null): Promise<Refusal | null> {
    const { phase, unacknowledged, newest, scanned } = this.#state
    const refused = action.do === 'stop' ? null : this.#isNotFor(who)
    if (refused !== null) return refused
    const isWaiting = phase === 'waiting' || phase === 'warned'
    switch (action.do) {
      case 'begin':
        if (phase !== 'closed' && phase !== 'ended') return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        this.#begin(who)
        return null
      case 'examine':
        if ((phase !== 'closed' && phase !== 'ended') || this.#examine === null) return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        this.#change({ person: who })
        this.#session = this.#startSession(signal => this.#examineRig(this.#examine!, phase, signal))
        return null
      case 'look':
        if (!isWaiting) return 'not-now'
        return await this.#lookUnder(action)
      case 'answer':
        if (phase !== 'asked' || this.#answered === null) return 'not-now'
        this.#answered()
        return null
      case 'acknowledge':
        if (unacknowledged !== action.number) return 'not-now'
        this.#change({ unacknowledged: null })
        return null
      case 'stop':
        if (this.#session === null) return 'not-now'
        // It stops whatever stands there as the reason: a scanner may have typed into its field.
        this.#session.stop.abort(stoppedBy(isNoWord(action.why) || this.#isSecret(action.why) ? '' : action.why))
        this.#change({ phase: 'ending', question: null })
        return null
      case 'finish':
        if (!isWaiting) return 'not-now'
        return this.#wakeNest(false)
      case 'undo':
        if (!isWaiting || (scanned === null && this.#handed.length === 0)) return 'not-now'
        this.#nextHanded()
        this.#change({ phase: 'waiting', scanned: null })
        return null
      case 'scan':
        if (!isWaiting) return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        return await this.#scan(action.text)
      case 'again':
        if (!isWaiting || newest === null || this.#opened?.facts.source === 'hand') return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        this.#change({ scanned: newest.scanned })
        return await this.#judge(this.#inNest)
      case 'judge':
        if (!isWaiting) return 'not-now'
        if (unacknowledged !== null) return 'acknowledge-first'
        return await this.#judge(action.unit ?? scanned ?? this.#nextUnit())
    }
  }

  /** Ends the session as Ctrl-C does: the unit in the nest is an ERROR, lamps go off. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.stop.abort(stoppedBy('the console was closed'))
    await this.#session?.done
  }

  #change(change: Partial<Omit<BenchState, 'id'>>): void {
    this.#state = { ...this.#state, ...change, id: this.#state.id + 1 }
    for (const listener of this.#listeners) listener(this.#state)
  }

  #begin(person: string | null): void {
    const { newest, results, tally, card, symptoms } = this.#state
    this.#change({ ...nobodyYet, person, card: card + 1, newest, results, tally, symptoms, phase: 'opening' })
    this.#session = this.#startSession(signal => this.#run(signal))
  }

  /** A run is one person's: what is done in it stands under their name. */
  #isNotFor(who: string | null): Refusal | null {
    const { logIn, person } = this.#state
    if (!logIn) return null
    if (who === null) return 'log-in'
    return this.#session !== null && person !== who ? 'other-person' : null
  }

  #startSession(work: (signal: AbortSignal) => Promise<void>): Session {
    const stop = new AbortController()
    return { stop, done: work(stop.signal) }
  }

  async #examineRig(examine: Examine, before: Phase, signal: AbortSignal): Promise<void> {
    this.#change({ phase: 'examining', symptoms: [], said: null })
    const said = await sentenceOf(
      () => examine(symptom => this.#change({ symptoms: [...this.#state.symptoms, symptom] }), signal),
      signal,
    )
    this.#session = null
    this.#change({ phase: before, said })
  }

  /** The next live picture is taken so. The one that is being taken ends first: lamp and stage are its own. */
  async #lookUnder({ light, pose }: Pick<Looks, 'light' | 'pose'>): Promise<Refusal | null> {
    const { looks } = this.#state
    if (looks === null || !looks.lights.includes(light) || !looks.poses.includes(pose)) return 'action-unknown'
    this.#change({ looks: { ...looks, light, pose } })
    await this.#darken()
    return null
  }

  async #run(signal: AbortSignal): Promise<void> {
    const said = await sentenceOf(async () => {
      await this.#work(this.#desk(), signal, this.#state.person)
      return null
    }, signal)
    await this.#darken().catch(() => {})
    this.#opened = null
    this.#laid = null
    this.#answered = null
    this.#session = null
    this.#handed = []
    this.#change({
      ...{ pictures: [], phase: 'ended', looks: null, question: null, scanned: null },
      said: said ?? this.#state.said,
    })
  }

  #desk(): Desk {
    return {
      tell: line => this.#told(line),
      answers: { next: async signal => await this.#answer(signal) },
      opened: bench => this.#open(bench),
      handed: () => {
        const pictures = this.#handed
        this.#nextHanded()
        return pictures
      },
      judged: async (inspected, standing) => await this.#shown(inspected, standing),
    }
  }

  /** The last sentence is the question, where an answer is waited for. */
  #told(line: string): void {
    this.#change({ said: line.replace(/^assay: /, '') })
  }

  async #answer(signal: AbortSignal | undefined): Promise<string | null> {
    signal?.throwIfAborted()
    const answered = new Promise<void>(resolve => {
      this.#answered = resolve
    })
    this.#change({ phase: 'asked', question: this.#state.said })
    await untilAborted(answered, signal)
    signal?.throwIfAborted()
    this.#answered = null
    this.#change({ phase: 'opening', question: null })
    return ''
  }

  #open(bench: OpenedBench): Nest {
    this.#opened = bench
    this.#change({ bench: bench.facts, units: bench.units, looks: bench.looks, said: null })
    return {
      next: async signal => {
        signal?.throwIfAborted()
        const laid = new Promise<boolean>(resolve => {
          this.#laid = resolve
        })
        this.#change({ phase: 'waiting', scanned: null })
        try {
          return await untilAborted(laid, signal)
        } finally {
          this.#laid = null
          await this.#darken()
        }
      },
    }
  }

  async #scan(scanned: string): Promise<Refusal | null> {
    const text = withoutSymbology(scanned)
    if (isKey(text)) return 'scan-secret'
    const unit = this.#opened!.find(text)
    if (unit === null) return this.#isSecret(text) ? 'scan-secret' : 'scan-unknown'
    const before = this.#state.units.find(one => one.unit === unit)?.verdict ?? null
    if (before === 'PASS' || before === 'FAIL') {
      this.#change({ phase: 'warned', scanned: unit })
      return null
    }
    this.#change({ scanned: unit })
    // By hand a card is scanned first and photographed then.
    return this.#opened!.facts.source === 'hand' && this.#handed.length === 0 ? null : await this.#judge(unit)
  }

  async #judge(unit: string | null): Promise<Refusal | null> {
    const { lay, facts } = this.#opened!
    if (facts.source === 'hand' && this.#handed.length === 0) {
      if (this.#state.phase !== 'warned') return 'no-picture'
      // It is to be judged again: it can be photographed now.
      this.#change({ phase: 'waiting' })
      return null
    }
    if (lay !== null) {
      if (unit === null || !this.#state.units.some(one => one.unit === unit)) return 'no-card'
      const session = this.#session!
      const { signal } = session.stop
      this.#change({ phase: 'judging' })
      try {
        await this.#darken()
        await lay(unit, signal)
      } catch (error) {
        if (this.#session === session && !signal.aborted) {
          session.stop.abort(error)
          this.#change({ phase: 'ending' })
        }
        return null
      }
      // Whoever stopped and began again waits for another card than this one.
      if (this.#session !== session || signal.aborted) return null
    }
    this.#inNest = unit
    return this.#wakeNest(true)
  }

  #wakeNest(is: boolean): Refusal | null {
    if (this.#laid === null) return 'not-now'
    this.#change({ phase: is ? 'judging' : 'ending' })
    this.#laid(is)
    this.#laid = null
    return null
  }

  /** Never said, not even to say that it was refused. */
  #isSecret(text: string): boolean {
    return isKey(text) || this.#opened?.isSecret(text) === true
  }

  /** Photographs are of another card from now on. */
  #nextHanded(): void {
    this.#handed = []
    this.#change({ pictures: [], card: this.#state.card + 1 })
  }

  #setHanded(pictures: readonly HandedPicture[]): void {
    this.#handed = pictures
    this.#change({ pictures: pictures.map(({ name }) => name) })
  }

  /** The camera is free for photographs when this resolves. */
  async #darken(): Promise<void> {
    const live = this.#live
    await live?.end()
    if (this.#live === live) this.#live = null
  }

  #nextUnit(): string | null {
    return this.#state.units.find(({ verdict }) => verdict === null)?.unit ?? null
  }

  async #shown(inspected: Pick<Inspected, 'record' | 'crops'>, standing: Standing | null): Promise<void> {
    const { results, tally, units, scanned } = this.#state
    const number = (results[0]?.number ?? 0) + 1
    const view = resultView(inspected, number, scanned, standing)
    const { unit, verdict } = view
    if (view.isOther) await this.#opened!.noteOther(scanned!, unit!)
    this.#shownResults.set(number, { view, crops: inspected.crops })
    this.#shownResults.delete(number - mostResults)
    this.#change({
      newest: view,
      results: [{ number, unit, verdict }, ...results].slice(0, mostResults),
      tally: { ...tally, [verdict]: tally[verdict] + 1 },
      units: units.map(one => (one.unit === unit ? { ...one, verdict: standing?.verdict ?? verdict } : one)),
      unacknowledged: needsPerson(view) ? number : null,
    })
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

/** Nobody goes on before it was seen. */
const needsPerson = ({ verdict, isAlarm, isOther, held }: ResultView): boolean =>
  verdict === 'FAIL' || verdict === 'ERROR' || isAlarm || isOther || held !== null

const stoppedBy = (why: string) =>
  new AssayError('stopped-at-console', `Stopped at the console${why === '' ? '' : `: ${why}`}.`)
