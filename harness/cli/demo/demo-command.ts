import { createHash, randomInt } from 'node:crypto'
import { join, relative } from 'node:path'
import { virtualCardsFile } from '../../../fixtures/virtual-line/cards-of-lot.ts'
import { refuseUnknownLimits } from '../../checks/limits.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { showProgress } from '../progress.ts'
import { RunFolder } from '../run-folder.ts'
import { settingFlags } from '../setting-options.ts'
import { printLine, tellLine } from '../terminal.ts'
import { reveal, type TableStyle, visitHeading, visitRow } from './demo-table.ts'
import { type DemoVisit, runDemo, virtualCards } from './run-demo.ts'

/** What commander parsed; product, runs and workers are settings and may come from elsewhere. */
export interface DemoOptions {
  readonly seed?: number
  readonly units: number
  readonly json?: boolean
}

/** More reading threads than cores only cost memory, and the camera keeps one busy. */
const mostWorkers = 2

/**
 * Runs the demo and says what came of it. An interrupted demo leaves its records and a report of what was inspected.
 * @returns 0 only if every verdict was right
 */
export async function runDemoCommand(options: DemoOptions, signal: AbortSignal): Promise<ExitCode> {
  const flags = settingFlags({ ...options })
  const { config } = await configurationHere(flags)
  const profile = loadProfile(config.product)
  refuseUnknownLimits(profile)
  const { units, json = false, seed = randomInt(1_000_000) } = options
  const run = new RunFolder(config.runs, `demo-${profile.name}-${seed}`)
  const people = json ? process.stderr : process.stdout
  const style = styleOf(people)
  const say = (text: string) => text.split('\n').forEach(json ? tellLine : printLine)
  const visits: DemoVisit[] = []
  const title = `Demo, seed ${seed}`
  say(
    `${profile.title}: ${units} units, half of them with a planted defect; seed ${seed} (repeat with --seed ${seed}).`,
  )
  say(`\n${visitHeading(style)}`)
  run.begin()
  let isWhole = false
  try {
    using progress = showProgress(people)
    // A world of its own, with its own journal: what is said of planted units is nothing of this workplace's.
    await using journal = await openJournal(join(run.path, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('it is not sealed')),
    })
    const kept = keepInspections(journal, { station: 'sealed', profile, out: run.path })
    const records = await runDemo({
      profile,
      seed,
      units,
      workers: Math.min(config.workers, mostWorkers),
      signal,
      onProgress: (_, done, total) => people.isTTY && progress.of('steps', done, total),
      journal: async (record, text) => {
        const recordsSha256 = createHash('sha256').update(text).digest('hex')
        await kept.judgingBy({ records: recordsSha256, names: { profile: profile.name } })
        await kept.judged(record, [], recordsSha256)
      },
      onInspected: visit => {
        visits.push(visit)
        run.writeRecord(visit.record, visit.crops)
        progress.say(visitRow(visit, style))
      },
    })
    run.write('lot.json', records)
    // What assay inspect --rig virtual lays in for this lot.
    run.write(virtualCardsFile('lot.json'), `${JSON.stringify(virtualCards(units))}\n`)
    isWhole = true
  } finally {
    if (visits.length > 0) say(`\nReport: ${shown(writeReports(run, title, visits, isWhole))}`)
  }
  say(`\n${reveal(visits, style)}`)
  if (json) printLine(JSON.stringify(summary(seed, run.path, visits)))
  return visits.every(({ right }) => right) ? exitCodes.passed : exitCodes.failed
}

/** @returns path of the HTML report */
function writeReports(run: RunFolder, title: string, visits: readonly DemoVisit[], isWhole: boolean): string {
  const inspections = visits.map(({ record, crops, truth, right }) => ({
    record,
    pictures: crops,
    remark: `${truth.defect === null ? 'Nothing was planted' : `Planted: ${truth.defect}`}; the verdict is ${right ? 'right' : 'wrong'}.`,
  }))
  return run.writeReports(inspections, {
    title,
    subtitle: 'A virtual lot on the virtual rig.',
    unfinished: isWhole ? null : 'The demonstration broke off.',
  })
}

function summary(seed: number, folder: string, visits: readonly DemoVisit[]): object {
  return {
    seed,
    folder,
    right: visits.filter(({ right }) => right).length,
    falsePass: visits.filter(({ right, record }) => !right && record.verdict === 'PASS').length,
    visits: visits.map(({ record, truth, right }) => ({
      unit: truth.serial,
      station: record.station,
      verdict: record.verdict,
      because: record.because,
      defect: truth.defect,
      expected: truth.expected[record.station].verdicts,
      right,
    })),
  }
}

function shown(path: string): string {
  const short = relative('.', path)
  return short.startsWith('..') ? path : short
}

function styleOf(stream: NodeJS.WriteStream): TableStyle {
  const colour = stream.isTTY === true && (stream.hasColors?.() ?? false)
  return { columns: stream.isTTY ? (stream.columns ?? 100) : 400, colour }
}
