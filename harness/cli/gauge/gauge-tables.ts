import { readCsv } from '../../checks/lot/lot-csv.ts'
import { AssayError } from '../../core/assay-error.ts'
import { withoutTypography } from '../../core/bare-serial.ts'
import { decodeText } from '../../core/decode-text.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { type Calling, type CardTrials, callings } from '../../lots/gauge/attribute-study.ts'
import type { Truths } from '../../lots/gauge/rig-trials.ts'
import { decimalIn } from '../option-values.ts'

/** A study that cannot be made from what was given. */
export class GaugeError extends AssayError {
  override readonly name = 'GaugeError'
}

/** The rows of a table under a head of just these columns. @throws GaugeError `table-unreadable` */
function tableRows(
  file: string,
  bytes: Uint8Array,
  columns: readonly string[],
): readonly { line: number; cells: readonly string[] }[] {
  const refuse = (because: string) =>
    new GaugeError('table-unreadable', `${file}: ${because}. It is a table with the columns ${columns.join(', ')}.`)
  const text = decodeText(bytes)
  if (text === null) throw refuse('it is neither UTF-8 nor UTF-16')
  const { rows, fault } = readCsv(text)
  if (fault !== null) throw refuse(`line ${fault.line}: ${fault.because}`)
  const [head, ...body] = rows
  if (head?.cells.map(cell => cell.toLowerCase()).join() !== columns.join())
    throw refuse('its first row is another one')
  const wrong = body.find(({ cells }) => cells.length !== columns.length || cells.some(cell => cell === ''))
  if (wrong !== undefined) throw refuse(`line ${wrong.line} has not ${columns.length} cells`)
  return body
}

/** Which cards are good: `unit,truth`. */
export function readTruths(file: string, bytes: Uint8Array = readOutside(file, 'lot')): Truths {
  const truths = new Map<string, 'good' | 'bad'>()
  for (const { line, cells } of tableRows(file, bytes, ['unit', 'truth'])) {
    const [given, truth] = cells as [string, string]
    const unit = withoutTypography(given)
    if (truth !== 'good' && truth !== 'bad')
      throw new GaugeError('table-unreadable', `${file}, line ${line}: a card is good or bad.`)
    if (truths.has(unit)) throw new GaugeError('table-unreadable', `${file}, line ${line}: ${unit} stands there twice.`)
    truths.set(unit, truth)
  }
  return truths
}

/**
 * What people said of the same cards: `appraiser,unit,trial,said`.
 * @throws GaugeError `table-unreadable`, `trials-missing`
 */
export function readPeople(file: string, truths: Truths, trials: number): { appraiser: string; cards: CardTrials[] }[] {
  const said = new Map<string, Map<string, Map<string, Calling>>>()
  const refuse = (line: number, because: string) =>
    new GaugeError('table-unreadable', `${file}, line ${line}: ${because}.`)
  for (const { line, cells } of tableRows(file, readOutside(file, 'lot'), ['appraiser', 'unit', 'trial', 'said'])) {
    const [appraiser, given, trial, word] = cells as [string, string, string, string]
    const unit = withoutTypography(given)
    const calling = callings.find(one => one === word)
    if (calling === undefined) throw refuse(line, `what is said of a card is one of ${callings.join(', ')}`)
    if (!truths.has(unit)) throw refuse(line, `${unit} is none of the cards of the study`)
    const cards = said.get(appraiser) ?? new Map<string, Map<string, Calling>>()
    const its = cards.get(unit) ?? new Map<string, Calling>()
    said.set(appraiser, cards.set(unit, its))
    if (its.has(trial)) throw refuse(line, `${appraiser} has two words for ${unit} in trial ${trial}`)
    its.set(trial, calling)
  }
  return [...said].map(([appraiser, units]) => ({
    appraiser,
    cards: [...truths].map(([card, truth]) => {
      const its = [...(units.get(card)?.values() ?? [])]
      if (its.length < trials)
        throw new GaugeError(
          'trials-missing',
          `${file}: ${appraiser} judged ${card} ${its.length} times, and ${trials} were planned. Nothing was written.`,
        )
      return { card, truth, said: its }
    }),
  }))
}

/** Nothing on a card is longer, in whatever unit. */
const mostMeasured = 1e12

/** Measured values: `part,appraiser,trial,value`, by part and appraiser. */
export function readValues(file: string): readonly (readonly (readonly number[])[])[] {
  const values = new Map<string, Map<string, number[]>>()
  const seen = new Set<string>()
  const appraisers = new Set<string>()
  for (const { line, cells } of tableRows(file, readOutside(file, 'lot'), ['part', 'appraiser', 'trial', 'value'])) {
    const [part, appraiser, trial, text] = cells as [string, string, string, string]
    const refuse = (because: string) =>
      new GaugeError('table-unreadable', `${file}, line ${line}: ${because}. Nothing was studied.`)
    const value = decimalIn(text)
    // Squares of more could not be told apart, or not be told at all.
    if (value === null || Math.abs(value) > mostMeasured) throw refuse(`a value is a number up to ${mostMeasured}`)
    const key = JSON.stringify([part, appraiser, trial])
    if (seen.has(key)) throw refuse(`${appraiser} has two values for ${part} in trial ${trial}`)
    seen.add(key)
    appraisers.add(appraiser)
    const its = values.get(part) ?? new Map<string, number[]>()
    const row = its.get(appraiser) ?? []
    row.push(value)
    values.set(part, its.set(appraiser, row))
  }
  return [...values.values()].map(its => [...appraisers].map(name => its.get(name) ?? []))
}
