import { chooseRig } from '../../config/choose-rig.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { printable } from '../../core/printable.ts'
import type { StationName } from '../../core/vocabulary.ts'
import { gaugeLimits } from '../../lots/gauge/attribute-study.ts'
import {
  type GaugePlannedFacts,
  type GaugeStudy,
  GaugePlannedFacts as Planned,
  studiedFacts,
  studyIn,
} from '../../lots/gauge/gauge-kinds.ts'
import { crossedGauge, type1Defaults, type1Study } from '../../lots/gauge/measured-study.ts'
import { RigTrials } from '../../lots/gauge/rig-trials.ts'
import { shortened } from '../../lots/lot-status.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import type { CommandContext } from '../context.ts'
import type { SigningOptions } from '../journal/sign-act.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { holdLots } from '../lot/hold-lots.ts'
import { readLotOf } from '../lot/read-lot-of.ts'
import { appendAct, requirePerson } from '../lot/release-entry.ts'
import { appraisedLines } from './gauge-lines.ts'
import { GaugeError, readPeople, readTruths, readValues } from './gauge-tables.ts'
import { knownSalt, saltBeside, saltFile, truthDigest } from './truth-salt.ts'

interface GaugeOptions extends JournalOptions, SigningOptions {
  readonly by: string
  /** The file that says which cards are good. */
  readonly truth: string
}

/** `assay gauge plan`: which cards a rig will be tried with, into the journal before it sees them. */
export async function planGauge(
  gauge: string,
  file: string,
  options: GaugeOptions & { readonly rig: string; readonly station: StationName; readonly trials: number },
  context: CommandContext,
): Promise<void> {
  const { lot, recordsSha256 } = readLotOf(file)
  const truth = readOutside(options.truth, 'lot')
  const truths = readTruths(options.truth, truth)
  const serials = new Set(lot.units.map(({ serial }) => serial))
  const unlike = [...truths.keys()].filter(unit => !serials.has(unit))
  if (unlike.length > 0 || truths.size !== serials.size)
    throw new GaugeError(
      'cards-unlike',
      `${printable(options.truth)} has to say of every card of ${printable(file)} whether it is good, and of no other${unlike.length > 0 ? ` (${shortened(unlike)})` : ''}. Nothing was written.`,
    )
  const count = (truth: 'good' | 'bad') => [...truths.values()].filter(one => one === truth).length
  const { leastBad, leastGood } = gaugeLimits
  if (count('bad') < leastBad || count('good') < leastGood)
    throw new GaugeError(
      'cards-few',
      `${printable(options.truth)} has ${count('bad')} bad and ${count('good')} good cards; no rig is found fit with fewer than ${leastBad} and ${leastGood}. Nothing was written.`,
    )
  const { rig, station, trials } = options
  chooseRig(await configurationHere(), rig)
  const given = {
    ...{ gauge, rig, station, trials },
    recordsSha256,
    truthSha256: sha256Of(truth),
    cards: truths.size,
  }
  const read = Planned.safeParse(given)
  if (!read.success)
    throw new GaugeError(
      'gauge-name',
      `${JSON.stringify(gauge)} is no name: letters, digits, dots, dashes and underscores, 40 at most.`,
    )
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  if ((await planOf(journal, gauge)) !== null)
    throw new GaugeError(
      'planned-already',
      `The study ${gauge} is planned already; choose another name. Nothing was written.`,
    )
  const facts = { ...read.data, truthSha256: truthDigest(truth, saltBeside(options.truth)), salted: true }
  await appendAct(journal, { kind: 'gauge-planned', who: options.by, facts }, ['quality'], options, context.signal)
  say(options, facts, [
    `Written down: rig ${printable(rig)} sees ${truths.size} cards at ${station}, ${trials} times each.`,
    `Keep ${printable(saltFile(options.truth))} with ${printable(options.truth)}: it takes both to work the study out.`,
    `Now ${trials} times: assay inspect --rig ${printable(rig)} --records ${printable(file)} --station ${station} --again`,
  ])
}

type Reading = Pick<Awaited<ReturnType<typeof openStationJournal>>, 'entriesOn'>

async function planOf(journal: Reading, gauge: string): Promise<(GaugePlannedFacts & { index: number }) | null> {
  for await (const { kind, facts, index } of journal.entriesOn('gauges')) {
    const { signature: _, ...said } = facts
    const read = kind === 'gauge-planned' ? Planned.safeParse(said) : undefined
    if (read?.success && read.data.gauge === gauge) return { ...read.data, index }
  }
  return null
}

/** `assay gauge study`: what the journal says of the rig's trials, what a table says of people's; worked out, and kept. */
export async function studyGauge(
  gauge: string,
  options: GaugeOptions & { readonly people?: string },
  context: CommandContext,
): Promise<ExitCode> {
  const bytes = readOutside(options.truth, 'lot')
  const truths = readTruths(options.truth, bytes)
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  await requirePerson(journal, options.by, ['quality'])
  const plan = await planOf(journal, gauge)
  if (plan === null)
    throw new GaugeError(
      'not-planned',
      `No study ${JSON.stringify(gauge)} is planned here: assay gauge plan. Nothing was written.`,
    )
  const digest = plan.salted ? truthDigest(bytes, knownSalt(options.truth)) : sha256Of(bytes)
  if (digest !== plan.truthSha256)
    throw new GaugeError(
      'truth-unlike',
      `${printable(options.truth)} is not the file that the study was planned with${plan.salted ? `, or ${printable(saltFile(options.truth))} not its salt` : ''}: what a card is was known before it was tried. Nothing was written.`,
    )
  const trials = new RigTrials(plan, truths)
  for await (const entry of journal.entries(plan.index)) {
    if (entry.kind === 'gauge-studied' && entry.facts['gauge'] === gauge)
      throw new GaugeError(
        'studied-already',
        `The study ${gauge} was made (entry ${entry.index}); plan another. Nothing was written.`,
      )
    trials.take(entry)
  }
  const result = trials.result(truths)
  if ('left' in result)
    throw new GaugeError(
      'trials-missing',
      `Rig ${printable(plan.rig)} has not seen every card ${plan.trials} times at ${plan.station} since the study was planned: ${shortened(result.left)}. Nothing was written.`,
    )
  const people = options.people === undefined ? [] : readPeople(options.people, truths, plan.trials)
  const facts = studiedFacts(plan, [{ appraiser: plan.rig, cards: result.cards }, ...people], trials.made)
  await appendAct(journal, { kind: 'gauge-studied', who: options.by, facts }, ['quality'], options, context.signal)
  const study = studyIn(facts)!
  say(options, { ...study, trials: facts }, studyLines(study))
  return fitness(study.unfit.length === 0)
}

function studyLines({
  gauge,
  rig,
  station,
  appraised,
  betweenKappa,
  unfit,
  by,
  elsewhere,
}: GaugeStudy): readonly string[] {
  return [
    `${unfit.length === 0 ? 'FIT' : 'NOT FIT'}  rig ${printable(rig)} at ${station}, study ${gauge}`,
    ...unfit.map(because => `  ${because}`),
    ...appraised.flatMap(appraisedLines),
    ...(appraised.length < 2 ? [] : [`All together: Fleiss' kappa ${betweenKappa?.toFixed(3) ?? 'not defined'}.`]),
    ...(elsewhere === 0
      ? []
      : [`${elsewhere} looks at its cards by a rig of another name are no trials; the release says so.`]),
    ...(by.length > 1
      ? [`Its trials were made in ${by.length} ways (product, profile, plan, kind of rig, faults).`]
      : []),
    ...[...new Set(by.flatMap(({ faults }) => faults))].map(fault => `No lot rests on it: ${fault}.`),
    'Shares count cards, each as often as it was ever called so; bounds are exact, 95 % one-sided.',
    ...(unfit.length === 0 ? [] : ['No lot is released on what this rig judges until it is found fit again.']),
  ]
}

/** `assay gauge measure`: measured values of known parts, as a table has them. @returns 3 where the gauge is not fit */
export function measureGauge(
  file: string,
  options: { readonly reference?: number; readonly tolerance?: number; readonly json?: boolean },
): ExitCode {
  const values = readValues(file)
  const { reference, tolerance } = options
  if ((reference === undefined) !== (tolerance === undefined))
    throw new GaugeError('reference-missing', 'One known value takes both: --reference and --tolerance.')
  if (reference !== undefined && tolerance !== undefined) {
    if (tolerance <= 0)
      throw new GaugeError('tolerance-none', 'A tolerance has a width: --tolerance takes more than 0.')
    const all = values.flat(2)
    if (values.length !== 1 || all.length < 10 || new Set(all).size < 2)
      throw new GaugeError(
        'values-few',
        `${file}: one part of a known value is measured, ten times at least, and not always the same.`,
      )
    const study = type1Study(all, reference, tolerance)
    const { least, shareOfTolerance, sigmas } = type1Defaults
    const isFit = Math.min(study.cg, study.cgk) >= least
    say(options, study, [
      `Type 1 study of ${all.length} values: bias ${short(study.bias)}, t ${study.t.toFixed(3)}.`,
      `Cg ${study.cg.toFixed(2)}, Cgk ${study.cgk.toFixed(2)} (${100 * shareOfTolerance} % of the tolerance over ${sigmas} deviations); ${isFit ? 'fit' : 'not fit'}, it takes ${least}.`,
    ])
    return fitness(isFit)
  }
  let study: ReturnType<typeof crossedGauge>
  try {
    study = crossedGauge(values)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new GaugeError('values-uneven', `${file}: ${cause.message}.`)
  }
  const percent = 100 * study.gaugeShare
  const isFit = percent <= 30
  say(options, study, [
    `Crossed gauge R&R by analysis of variance, ${values.length} parts, ${values[0]!.length} appraisers, ${values[0]![0]!.length} trials:`,
    ...(['repeatability', 'reproducibility', 'gauge', 'part', 'total'] as const).map(
      name => `  ${name.padEnd(16)} variance ${study[name].toPrecision(5)}`,
    ),
    `  interaction      p ${study.interactionP.toFixed(3)}`,
    `The gauge is ${percent.toFixed(2)} % of the variation (${percent < 10 ? 'good' : isFit ? 'may do' : 'not fit'}); ${study.distinct} kinds of parts are told apart, five are wanted.`,
  ])
  return fitness(isFit)
}

const fitness = (isFit: boolean): ExitCode => (isFit ? exitCodes.passed : exitCodes.rigFault)

const short = (value: number) => String(Number(value.toPrecision(4)))
