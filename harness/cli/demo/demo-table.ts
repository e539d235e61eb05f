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
    const said = own.map(({ record, right }) => paint(style, right ? 'green' : 'red', mark(record.verdict, right)))
    lines.push(`${unit.serial.padEnd(12)} ${said.join(' ')}  ${clip(planted(unit), style.columns - 52)}`)
  }
  const wrong = visits.filter(({ right }) => !right)
  for (const { record, truth: unit } of wrong) {
    const { verdicts, because } = unit.expected[record.station]
    lines.push(
      `  wrong: ${unit.serial} at ${record.station} was ${record.verdict}, right is ${verdicts.join(' or ')} (${because})`,
    )
  }
  const sum = `${visits.length - wrong.length} of ${visits.length} verdicts right, ${falsePasses(wrong)} false PASS.`
  lines.push(paint(style, wrong.length === 0 ? 'green' : 'red', sum))
  return lines.join('\n')
}

function falsePasses(wrong: readonly DemoVisit[]): number {
  return wrong.filter(({ record }) => record.verdict === 'PASS').length
}

function planted({ defect, sentence }: UnitTruth): string {
  return defect === null ? 'good unit' : `${defect}: ${sentence}`
}

const mark = (verdict: Verdict, right: boolean) => `${right ? '✓' : '✗'} ${verdict}`.padEnd(14)

const row = (serial: string, station: string, verdict: string, because: string) =>
  `${serial.padEnd(12)} ${station.padEnd(8)} ${verdict.padEnd(12)} ${because}`

function clip(text: string, width: number): string {
  return text.length <= Math.max(20, width) ? text : `${text.slice(0, Math.max(20, width) - 1)}…`
}

function paint({ colour }: TableStyle, format: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(format, text, { validateStream: false }) : text
}
