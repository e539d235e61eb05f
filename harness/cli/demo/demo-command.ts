import { createHash, randomInt } from 'node:crypto'
import { join, relative } from 'node:path'
import { virtualCardsFile } from '../../../fixtures/virtual-line/cards-of-lot.ts'
import { randomProduct } from '../../../fixtures/virtual-line/random-product.ts'
import { refuseUnknownLimits } from '../../checks/limits.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { UNITS } from '../../teach/lessons.ts'
import { showProgress } from '../progress.ts'
import { RunFolder } from '../run-folder.ts'
import { settingFlags } from '../setting-options.ts'
import { printLine, tellLine } from '../terminal.ts'
import { isFalsePass, reveal, type TableStyle, visitHeading, visitRow } from './demo-table.ts'
import { type DemoVisit, runDemo, virtualCards } from './run-demo.ts'
import { teachVirtualUnits } from './teach-virtual-units.ts'

/** What commander parsed; product, runs and workers are settings and may come from elsewhere. */
export interface DemoOptions {
  readonly seed?: number
  readonly units: number
  readonly json?: boolean
  /** Judge a card that is first learned from so many golden units, instead of one that a profile describes. */
  readonly teach?: boolean
}

/** Golden units that a demo is taught from: as few as give an appearance. */
const golden = UNITS.appearance

/** More reading threads than cores only cost memory, and the camera keeps one busy. */
const mostWorkers = 2

/**
 * Runs the demo and says what came of it. An interrupted demo leaves its records and a report of what was inspected.
 * @returns 0 only if every verdict was right
 */
export async function runDemoCommand(options: DemoOptions, signal: AbortSignal): Promise<ExitCode> {
  const flags = settingFlags({ ...options })
  const { config } = await configurationHere(flags)
  const { units, json = false, seed = randomInt(1_000_000), teach = false } = options
  if (teach && flags.product !== undefined)
    throw new AssayError('demo-taught', '--teach makes a card of its own and learns it: leave --product out.')
  const drawn = teach ? randomProduct(seed) : loadProfile(config.product)
  refuseUnknownLimits(drawn)
  const run = new RunFolder(config.runs, `demo-${drawn.name}-${seed}`)
  const people = json ? process.stderr : process.stdout
  const style = styleOf(people)
  const say = (text: string) => text.split('\n').forEach(json ? tellLine : printLine)
  const visits: DemoVisit[] = []
  const title = `Demo, seed ${seed}`
  if (teach)
    say(
      `${drawn.title}: where things stand, typeface and words are made up anew. It is learned from ${golden} good units, photographed on the virtual rig, and others are judged by what was learned.`,
    )
  say(`${drawn.title}: ${units} units, half of them with a planted defect; seed ${seed} (repeat with --seed ${seed}).`)
  run.begin()
  let isWhole = false
  try {
    using progress = showProgress(people)
    const profile = teach
      ? await teachVirtualUnits({
          drawn,
          units: golden,
          seed: seed + 1,
          folder: join(run.path, 'taught'),
          signal,
          onProgress: progress.of,
          tell: sentence => progress.say(sentence),
        })
      : drawn
    progress.say('')
    progress.say(visitHeading(style))
    // A world of its own, with its own journal: what is said of planted units is nothing of this workplace's.
    await using journal = await openJournal(join(run.path, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('it is not sealed')),
    })
    const kept = keepInspections(journal, { station: 'sealed', profile, out: run.path })
    const records = await runDemo({
      profile,
      drawn,
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
      // A card that was learned from a few units leaves more open, and says so: that is no wrong verdict.
      mayBeUnsure: teach,
      onInspected: visit => {
        visits.push(visit)
        run.writeRecord(visit.record, visit.crops)
        progress.say(visitRow(visit, style))
      },
    })
    run.write('lot.json', records)
    // What assay inspect --rig virtual lays in for this lot: it draws them by the profile that it is given.
    if (!teach) run.write(virtualCardsFile('lot.json'), `${JSON.stringify(virtualCards(units))}\n`)
    isWhole = true
  } finally {
    if (visits.length > 0) say(`\nReport: ${shown(writeReports(run, title, visits, isWhole))}`)
  }
  say(`\n${reveal(visits, style)}`)
  if (json) printLine(JSON.stringify(summary(seed, run.path, visits)))
  return visits.some(({ rating }) => rating === 'wrong') ? exitCodes.failed : exitCodes.passed
}

/** @returns path of the HTML report */
function writeReports(run: RunFolder, title: string, visits: readonly DemoVisit[], isWhole: boolean): string {
  const inspections = visits.map(({ record, crops, truth, rating }) => ({
    record,
    pictures: crops,
    remark: `${truth.defect === null ? 'Nothing was planted' : `Planted: ${truth.defect}`}; ${sentences[rating]}.`,
  }))
  return run.writeReports(inspections, {
    title,
    subtitle: 'A virtual lot on the virtual rig.',
    unfinished: isWhole ? null : 'The demonstration broke off.',
  })
}

const sentences = {
  right: 'the verdict is right',
  wrong: 'the verdict is wrong',
  unsure: 'it could not be judged',
} as const

function summary(seed: number, folder: string, visits: readonly DemoVisit[]): object {
  return {
    seed,
    folder,
    right: visits.filter(({ rating }) => rating === 'right').length,
    unsure: visits.filter(({ rating }) => rating === 'unsure').length,
    falsePass: visits.filter(isFalsePass).length,
    visits: visits.map(({ record, truth, rating }) => ({
      unit: truth.serial,
      station: record.station,
      verdict: record.verdict,
      because: record.because,
      defect: truth.defect,
      expected: truth.expected[record.station].verdicts,
      right: rating === 'right',
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
