import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { isVirtual } from '../../../devices/rig.ts'
import { junitMark } from '../../../reports/junit-xml.ts'
import { nightJunit } from '../../../reports/nightly/night-junit.ts'
import { nightPage } from '../../../reports/nightly/night-page.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { makeFolders } from '../../core/make-folders.node.ts'
import { printable } from '../../core/printable.ts'
import { openGlovebox } from '../../inspection/glovebox/glovebox.ts'
import { GoldenCardError } from '../../inspection/golden-card.ts'
import { RunStopped } from '../../inspection/run.ts'
import { refuseOpenAlarms } from '../../lots/alarms.ts'
import { requireInspector } from '../../lots/inspector.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { type Night, type NightStep, nightState } from '../../lots/nightly/night.ts'
import { GoldenTrends } from '../../lots/nightly/trends.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { CommandContext } from '../context.ts'
import { type DemoVisit, runDemo } from '../demo/run-demo.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { openForUnits, proveByOwnGoldenCard, requireHealth } from '../lot/rig-session.ts'
import { chosenSettings } from '../photographs/chosen-settings.ts'
import { processOutput } from '../photographs/output.ts'
import { rigAtHand } from '../rig/chosen-rig.ts'
import { evidenceOf } from '../vault/station-vault.ts'
import { assayVersion, softwareIdentity } from '../version.ts'
import { replaceFile, requireOwnFile, writing } from '../write-file.ts'

export interface NightlyOptions extends JournalOptions {
  readonly rig: string
  readonly product?: string
  /** Times that the golden card is looked at. */
  readonly golden: number
  /** Units with and without planted defects that the programs judge on the twin; 0: none. */
  readonly planted: number
  readonly seed?: number
  /** Minutes that the golden card is looked at again and again; 0: not at all. */
  readonly soak: number
  readonly operator?: string
  readonly out: string
}

/** Planted defects are judged by as many threads, whatever the machine has. */
const workers = 2

/**
 * `assay nightly`: is the rig still what it was? Its golden card lies in the nest. Each part is told, whatever became of those before
 * it; the report is unfinished until its end.
 */
export async function runNight(options: NightlyOptions, { signal }: CommandContext): Promise<ExitCode> {
  const { product, loaded, open, configuration } = await chosenSettings(
    { product: options.product, journal: options.journal },
    ['product'],
  )
  const profile = loadProfile(product)
  const atHand = await rigAtHand(options.rig, loaded)
  const software = await softwareIdentity()
  const out = resolve(options.out)
  requireOwnFile(join(out, 'junit.xml'), junitMark, 'report of a night', join(out, 'nightly.json'))
  const night: Night = {
    rig: atHand.name,
    product: profile.name,
    version: assayVersion(),
    started: new Date().toISOString(),
    ended: null,
    steps: [],
    trends: [],
  }
  // What an earlier night left is no word of this one.
  write(out, night)
  await using journal = await openStationJournal(options, signal, loaded)
  await refuseOpenAlarms(journal.entriesOn('alarms', 'people'), atHand.name)
  const operator = options.operator ?? null
  await requireInspector(journal.entriesOn('people'), operator)
  const kept = keepInspections(journal, { station: 'sealed', operator: options.operator, profile, configuration })
  const steps: NightStep[] = []
  const output = processOutput()
  const step = (name: NightStep['name'], state: NightStep['state'], because: string) => {
    steps.push({ name, state, because })
    if (options.json !== true) output.print(`${name.padEnd(16)} ${state.padEnd(9)} ${printable(because)}`)
  }
  let seen = 0
  let isAlarm = false
  try {
    await using rig = await openForUnits(atHand, {}, 'assay nightly', signal)
    await using glovebox = openGlovebox()
    const evidence = await evidenceOf(kept, options.operator, glovebox, loaded)
    await using vision = open(glovebox)
    await kept.judgingBy({
      calibration: atHand.calibration?.id ?? null,
      names: { calibration: atHand.name, profile: profile.name },
    })
    let isWell = false
    const look = async () => {
      const record = await proveByOwnGoldenCard({
        ...{ rig, atHand, vision, glovebox, evidence, profile, journal: kept, operator, signal },
        acceptUnproved: station => loaded.config.stations[station]?.acceptUnproved ?? [],
        software,
        // Nobody is there at night: the card lies in the nest.
        answers: { next: async () => '' },
        ask: () => {},
        onLaidIn: async () => {
          await requireHealth(rig, atHand, loaded, journal, signal)
          if (!isWell)
            step(
              'health',
              'good',
              `${atHand.calibration === null ? 'The twin needs no calibration' : 'Calibrated'}, and every device answers as it should.`,
            )
          isWell = true
        },
      })
      seen++
      return record
    }
    try {
      for (let i = 0; i < options.golden; i++) await look()
      step('golden cards', 'good', `Seen as good ${options.golden} times of ${options.golden}.`)
      if (options.soak > 0) await soak(look, options.soak, step)
      else step('soak', 'left-out', 'Not asked for (--soak).')
    } catch (error) {
      if (signal.aborted || !(error instanceof AssayError)) throw error
      if (error instanceof GoldenCardError) seen++
      isAlarm = error instanceof RunStopped
      step(isWell ? 'golden cards' : 'health', 'bad', error.message)
    }
    if (isVirtual(rig)) rig.place(null)
  } catch (error) {
    if (signal.aborted || !(error instanceof AssayError)) throw error
    step('health', 'bad', error.message)
  }
  await planted(options, profile, signal, step)
  const golden = new GoldenTrends(atHand.name)
  for await (const entry of journal.entries()) golden.take(entry)
  const trends = golden.trends(Math.max(1, seen))
  const drift = trends.filter(one => one.drift.length > 0)
  const charted = trends.filter(({ chart }) => chart !== null).length
  step(
    'trends',
    drift.length > 0 ? 'doubt' : charted === 0 ? 'left-out' : 'good',
    drift.length > 0
      ? drift.map(one => `${one.name} of ${one.of}: ${one.drift.join(', ')}`).join('; ')
      : charted === 0
        ? 'Too few golden cards were seen so far to tell; it takes eight.'
        : `${charted} values are in control.`,
  )
  const whole: Night = { ...night, ended: new Date().toISOString(), steps, trends }
  const state = nightState(whole)
  await journal.append({ kind: 'nightly', who: operator, facts: { rig: atHand.name, state, steps } })
  const page = write(out, whole)
  say(
    options,
    {
      ...whole,
      trends: trends.map(({ values, chart: _, ...one }) => ({ ...one, values: values.length })),
      state,
      report: page,
    },
    [
      `Rig ${printable(atHand.name)}: ${state === 'good' ? 'good' : state === 'doubt' ? 'look at it' : 'BAD'}. The report is ${printable(page)}.`,
    ],
  )
  return isAlarm ? exitCodes.alarm : exitOf(steps)
}

/** A missed defect is worse than a rig that is ill: it would say of bad cards that they are good. */
function exitOf(steps: readonly NightStep[]): ExitCode {
  const bad = steps.filter(({ state }) => state === 'bad')
  if (bad.some(({ name }) => name === 'planted defects')) return exitCodes.failed
  if (bad.length > 0) return exitCodes.rigFault
  return steps.some(({ state }) => state === 'doubt') ? exitCodes.inconclusive : exitCodes.passed
}

type Step = (name: NightStep['name'], state: NightStep['state'], because: string) => void

async function soak(look: () => Promise<unknown>, minutes: number, step: Step): Promise<void> {
  const ends = performance.now() + 60_000 * minutes
  let looked = 0
  do {
    await look()
    looked++
  } while (performance.now() < ends)
  step('soak', 'good', `The golden card was seen as good ${looked} times of ${looked} in ${minutes} minutes.`)
}

/** A world of its own on the twin, with its own journal: an inspection that cannot find planted defects has no say about real cards. */
async function planted(
  { planted: units, seed }: NightlyOptions,
  profile: ReturnType<typeof loadProfile>,
  signal: AbortSignal,
  step: Step,
): Promise<void> {
  if (units === 0) return step('planted defects', 'left-out', 'Not asked for (--planted).')
  const visits: DemoVisit[] = []
  // Another lot every night, and the same one where a night is repeated on its day.
  const own = seed ?? createHash('sha256').update(new Date().toISOString().slice(0, 10)).digest().readUInt16BE(0)
  try {
    await runDemo({
      ...{ profile, units, workers, signal, seed: own },
      onProgress: () => {},
      onInspected: visit => void visits.push(visit),
    })
  } catch (error) {
    if (signal.aborted || !(error instanceof AssayError)) throw error
    return step('planted defects', 'bad', `Seed ${own}: ${error.message}`)
  }
  const wrong = visits.filter(({ rating }) => rating === 'wrong')
  const passed = wrong.filter(({ record }) => record.verdict === 'PASS').length
  const bad = new Set(visits.flatMap(({ truth }) => (truth.defect === null ? [] : [truth.serial]))).size
  const said = `${visits.length - wrong.length} of ${visits.length} verdicts right on ${units} units of the twin, ${bad} of them with a planted defect, seed ${own}`
  if (wrong.length === 0 && bad === 0)
    return step('planted defects', 'left-out', `${said}: no defect was tried. Ask for two units or more (--planted).`)
  step(
    'planted defects',
    wrong.length === 0 ? 'good' : 'bad',
    wrong.length === 0 ? `${said}.` : `${said}; ${passed} bad ones passed.`,
  )
}

function write(out: string, night: Night): string {
  const page = join(out, 'nightly.html')
  writing(out, 'results-unwritable', 'free some room or choose another folder', () => {
    makeFolders(out)
    replaceFile(page, nightPage(night, nightState(night)))
    replaceFile(join(out, 'junit.xml'), nightJunit(night))
    replaceFile(
      join(out, 'nightly.json'),
      `${JSON.stringify({ format: 'assay-nightly-1', ...night, state: nightState(night) }, null, 2)}\n`,
    )
  })
  return page
}
