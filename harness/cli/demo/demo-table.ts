import { styleText } from 'node:util'
import type { UnitTruth } from '../../../fixtures/defects/plant-defects.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { DemoVisit } from './run-demo.ts'

const colours: Readonly<Record<Verdict, 'green' | 'yellow' | 'red' | 'magenta'>> = {
  PASS: 'green',
  INCONCLUSIVE: 'yellow',
  FAIL: 'red',
  ERROR: 'magenta',
}

/** The width that tables may take, and whether colour helps. */
export interface TableStyle {
  readonly columns: number
  readonly colour: boolean
}

/** Heading of the table of inspections. */
export function visitHeading(style: TableStyle): string {
  return paint(style, 'bold', row('serial', 'station', 'verdict', 'because'))
}

/** One row of the table: what was said, and nothing of what was planted. */
export function visitRow({ record }: DemoVisit, style: TableStyle): string {
  const lead = row(record.unit ?? '(unknown)', record.station, '', '').length
  const because = clip(record.because, style.columns - lead - 1)
  const verdict = paint(style, colours[record.verdict], record.verdict.padEnd(12))
  return `${(record.unit ?? '(unknown)').padEnd(12)} ${record.station.padEnd(8)} ${verdict} ${because}`
}

/** What was planted, unit by unit, and whether each verdict was right. */
export function reveal(visits: readonly DemoVisit[], style: TableStyle): string {
  const units = [...new Set(visits.map(({ truth }) => truth))]
  const lines = [paint(style, 'bold', 'What was planted, and what was said (etched / sealed / opened):')]
  for (const unit of units) {
    const own = visits.filter(visit => visit.truth === unit)
    const said = own.map(({ record, rating }) => paint(style, ratingColours[rating], mark(record.verdict, rating)))
    lines.push(`${unit.serial.padEnd(12)} ${said.join(' ')}  ${clip(planted(unit), style.columns - 52)}`)
  }
  const of = (rating: DemoVisit['rating']) => visits.filter(visit => visit.rating === rating)
  const [wrong, unsure] = [of('wrong'), of('unsure')]
  for (const { record, truth: unit } of wrong) {
    const { verdicts, because } = unit.expected[record.station]
    lines.push(
      `  wrong: ${unit.serial} at ${record.station} was ${record.verdict}, right is ${verdicts.join(' or ')} (${because})`,
    )
  }
  const open = unsure.length === 0 ? '' : `, ${unsure.length} could not be judged`
  const sum = `${of('right').length} of ${visits.length} verdicts right${open}, ${visits.filter(isFalsePass).length} false PASS.`
  lines.push(paint(style, wrong.length === 0 ? 'green' : 'red', sum))
  return lines.join('\n')
}

export const isFalsePass = ({ rating, record }: DemoVisit) => rating === 'wrong' && record.verdict === 'PASS'

function planted({ defect, sentence }: UnitTruth): string {
  return defect === null ? 'good unit' : `${defect}: ${sentence}`
}

const signs = { right: '✓', unsure: '?', wrong: '✗' } as const
const ratingColours = { right: 'green', unsure: 'yellow', wrong: 'red' } as const

const mark = (verdict: Verdict, rating: DemoVisit['rating']) => `${signs[rating]} ${verdict}`.padEnd(14)

const row = (serial: string, station: string, verdict: string, because: string) =>
  `${serial.padEnd(12)} ${station.padEnd(8)} ${verdict.padEnd(12)} ${because}`

function clip(text: string, width: number): string {
  return text.length <= Math.max(20, width) ? text : `${text.slice(0, Math.max(20, width) - 1)}…`
}

function paint({ colour }: TableStyle, format: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(format, text, { validateStream: false }) : text
}
