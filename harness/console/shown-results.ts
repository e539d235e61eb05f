import type { Standing } from '../lots/attempts.ts'
import type { EvidenceCrop } from '../vision/report/evidence.ts'
import type { ResultView } from './bench-state.ts'
import { resultView, type ShownInspection } from './result-view.ts'
import type { Screens } from './screens.ts'

/** Results and pictures older than these are in the journal and its reports only. */
const mostResults = 30

/** The results of this session, as long as they are among the last. */
export class ShownResults {
  readonly #screens: Screens
  readonly #shown = new Map<number, { readonly view: ResultView; readonly crops: readonly EvidenceCrop[] }>()

  constructor(screens: Screens) {
    this.#screens = screens
  }

  result(number: number): ResultView | null {
    return this.#shown.get(number)?.view ?? null
  }

  /** A masked picture of such a result. */
  picture(number: number, index: number): EvidenceCrop | null {
    return this.#shown.get(number)?.crops[index] ?? null
  }

  /** @param noteOther keeps that the card is another one than was scanned, before that is shown */
  async show(
    inspected: ShownInspection,
    standing: Standing | null,
    noteOther: (scanned: string, seen: string) => Promise<void>,
  ): Promise<void> {
    const { results, scanned } = this.#screens.state
    const number = (results[0]?.number ?? 0) + 1
    const view = resultView(inspected, number, scanned, standing)
    const { unit, counts, station } = view
    if (view.isOther) await noteOther(scanned!, unit!)
    this.#shown.set(number, { view, crops: inspected.crops })
    this.#shown.delete(number - mostResults)
    const { tally, units, bench } = this.#screens.state
    this.#screens.change({
      newest: view,
      noResult: [],
      results: [{ number, unit, verdict: counts }, ...results].slice(0, mostResults),
      tally: { ...tally, [counts]: tally[counts] + 1 },
      units: units.map(one => (one.unit === unit && station === bench?.station ? { ...one, verdict: counts } : one)),
      unacknowledged: needsPerson(view) ? number : null,
    })
  }
}

/** Nobody goes on before it was seen. */
const needsPerson = ({ verdict, isAlarm, isOther, held }: ResultView): boolean =>
  verdict === 'FAIL' || verdict === 'ERROR' || isAlarm || isOther || held !== null
