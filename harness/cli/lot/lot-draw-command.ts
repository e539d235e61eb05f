import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AssayError } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { otherVersion, parseJson } from '../../core/parse-json.ts'
import { printable } from '../../core/printable.ts'
import { systemRandom } from '../../core/random.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { commitmentOf, drawSample, freshSeed, isSeed, populationSha256 } from '../../lots/draw/draw-sample.ts'
import { isOfLot, shortened, type UnitStatus } from '../../lots/lot-status.ts'
import { decideLot } from '../../lots/release/decide-lot.ts'
import { evidenceIn, type LotEvidence } from '../../lots/release/lot-evidence.ts'
import { DrawnFacts, LotName, PlannedFacts, SeedFacts } from '../../lots/release/lot-kinds.ts'
import { finishedAt } from '../../lots/release/plan-reasons.ts'
import { lastingCodes, type Reason } from '../../lots/release/reason.ts'
import type { CommandContext } from '../context.ts'
import { type SigningOptions, signedByWho } from '../journal/sign-act.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { createFile, writing } from '../write-file.ts'
import { holdLots } from './hold-lots.ts'
import { identityOf, lotNow } from './lot-now.ts'
import { readLotOf } from './read-lot-of.ts'
import { factsOfLot, LotReleaseError, requireLotName, requirePerson } from './release-entry.ts'

interface ByOptions extends JournalOptions {
  readonly by: string
}

const seedFormat = 'assay-lot-seed-1'
/** A person's seed, kept by them until the sample is drawn, with a head of the journal that nobody can take back then. */
const SeedFile = z.strictObject({
  format: z.literal(seedFormat),
  lot: LotName,
  by: z.string(),
  seed: z.string().refine(isSeed),
  head: TreeHead,
})
type SeedFile = z.infer<typeof SeedFile>

const parsed =
  <S extends z.ZodType>(schema: S) =>
  (facts: unknown): z.output<S> | null =>
    schema.safeParse(facts).data ?? null

/** `assay lot commit`: a seed into a file of one's own, and its hash into the journal. */
export async function commitSeed(
  lot: string,
  options: ByOptions & SigningOptions & { readonly out: string },
  context: CommandContext,
): Promise<void> {
  const name = requireLotName(lot, 'the command')
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  const people = await requirePerson(journal, options.by, [])
  const plans = await factsOfLot(journal, name, 'lot-planned', parsed(PlannedFacts))
  if (plans.length === 0) throw notPlanned(name)
  const before = await factsOfLot(journal, name, 'lot-seed-committed', parsed(SeedFacts))
  if (before.some(({ who }) => who === options.by))
    throw new LotReleaseError(
      'seed-there',
      `${options.by} has committed a seed for ${name} already; one a person counts.`,
    )
  if (existsSync(options.out))
    throw new LotReleaseError('file-exists', `${options.out} is there already; name another file.`)
  const seed = freshSeed(systemRandom)
  const facts: SeedFacts = { lot: name, seedSha256: commitmentOf(seed) }
  if (people.find(options.by)?.publicKey === null)
    throw new LotReleaseError(
      'key-missing',
      `The register has no key of ${options.by}: anybody could commit a seed in their name (assay people key, and --key of assay people add). Nothing was written.`,
    )
  const seen = await firstFinished(journal, name, plans[0]!.index)
  if (seen !== null)
    throw new LotReleaseError(
      'seed-late',
      `A finished unit of ${name} was seen (entry ${seen}): a seed that is committed after that would hold the lot. Nothing was written.`,
    )
  const said = { kind: 'lot-seed-committed', who: options.by, facts }
  const signed = await signedByWho(said, people, options, context.signal)
  const head = (await journal.head())!
  const file: SeedFile = { format: seedFormat, lot: name, by: options.by, seed, head }
  // The file first: a seed that is committed and lost would hold the lot for ever.
  writing(options.out, 'results-unwritable', 'choose another file', () => {
    if (!createFile(options.out, `${JSON.stringify(file, null, 2)}\n`))
      throw new LotReleaseError('file-exists', `${options.out} is there already; name another file.`)
  })
  await journal.append(signed)
  say(options, { ...facts, file: options.out }, [
    `${options.by} takes part in the draw of ${name}: sha256 of the seed ${facts.seedSha256}.`,
    `Keep ${options.out} to yourself until the sample is drawn; without it the lot cannot be.`,
  ])
}

/** The first entry by which a unit of the lot was seen that was finished. */
async function firstFinished(journal: Journal, lot: string, planned: number): Promise<number | null> {
  for await (const { index, kind, unit, station, facts } of journal.entries(planned))
    if (kind === 'inspection' && unit !== null && finishedAt.includes(station ?? '') && isOfLot(facts, lot, null))
      return index
  return null
}

/** `assay lot draw`: tells the seeds, and with them the sample. */
export async function drawLot(
  file: string,
  options: ByOptions & { readonly seed: readonly string[] },
  context: CommandContext,
): Promise<void> {
  const identity = identityOf(readLotOf(file), file)
  const { lot: name, recordsSha256 } = identity
  const told = options.seed.map(readSeed)
  const foreign = told.find(one => one.lot !== name)
  if (foreign !== undefined)
    throw new LotReleaseError(
      'seed-unlike',
      `The seed of ${printable(foreign.by)} is for the lot ${foreign.lot}, not ${name}.`,
    )
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  await requirePerson(journal, options.by, [])
  const [plan] = await factsOfLot(journal, name, 'lot-planned', parsed(PlannedFacts))
  if (plan === undefined) throw notPlanned(name)
  const { opening } = plan.facts
  if (opening === null)
    throw new LotReleaseError(
      'not-to-be-opened',
      `Units of ${plan.facts.product} are not opened; there is no sample to draw.`,
    )
  const [drawn] = await factsOfLot(journal, name, 'lot-sample-drawn', parsed(DrawnFacts))
  if (drawn !== undefined)
    throw new LotReleaseError(
      'drawn-already',
      `The sample of ${name} was drawn (entry ${drawn.index}): ${drawn.facts.sample.join(', ')}. It is drawn once.`,
    )
  const { head, taken, journalFaults } = await lotNow(
    journal,
    identity,
    told.map(({ head: its }) => its),
    context.signal,
  )
  const broken = journalFaults.find(({ isClock }) => !isClock)
  if (broken !== undefined)
    throw new LotReleaseError(
      'journal-broken',
      `The journal is not the one in which the seeds were committed: ${broken.sentence}. Nothing was drawn.`,
    )
  const evidence = await evidenceIn(taken.rows, identity)
  const { out, population } = evidence
  const seeds = toldSeeds(evidence, told)
  requireFinished(evidence.status.units.filter(({ unit }) => !out.has(unit)))
  if (opening.sample > population.length)
    throw new LotReleaseError(
      'sample-larger',
      `The plan opens ${opening.sample} units, and ${population.length} are in the lot.`,
    )
  const facts: DrawnFacts = {
    lot: name,
    recordsSha256,
    populationSha256: populationSha256(population),
    population: population.length,
    seeds: [...seeds],
    sample: [...drawSample(population, seeds, opening.sample)],
  }
  const drawing = { kind: 'lot-sample-drawn', who: options.by, facts }
  const row = { ...drawing, index: head.size, at: head.at, why: null, unit: null, station: null }
  const rows = [...taken.rows, { ...row, facts: { ...facts } }]
  const later = await decideLot({ lot: identity, rows, journalFaults, counted: 0, otherAddresses: [] })
  requireDrawable(later.reasons)
  await journal.append(drawing)
  const open = later.reasons.filter(({ code }) => !broughtByOpening.has(code))
  say(options, facts, [
    `Open these ${facts.sample.length} of ${facts.population} units of ${name}, in any order:`,
    ...facts.sample.map(
      serial => `  ${printable(serial)}${out.has(serial) ? ' (taken out, and opened all the same)' : ''}`,
    ),
    ...(open.length === 0
      ? []
      : [
          `Before you open any: as it stands now ${name} would not be released, whatever they show. Settle this first, where you can:`,
          ...open.map(({ because }) => `  ${printable(because)}`),
        ]),
  ])
}

/** What opening the sample settles, and counting what is left. */
const broughtByOpening = new Set(['sample-closed', 'counted'])

/**
 * Nothing is drawn, and no card destroyed, for a lot that can never be released: by the reasons that would hold it when it is closed.
 * @throws LotReleaseError `never-released`
 */
function requireDrawable(reasons: readonly Reason[]): void {
  const lasting = reasons.filter(({ code }) => lastingCodes.has(code))
  if (lasting.length === 0) return
  throw new LotReleaseError(
    'never-released',
    `The lot can never be released, so that no card of it is opened: ${lasting.map(({ because }) => because).join(' ')} Nothing was drawn.`,
  )
}

/** Whoever knows the sample before all units are finished could make them for it. @throws LotReleaseError `lot-unfinished` */
function requireFinished(units: readonly UnitStatus[]): void {
  const left = units.flatMap(({ unit, stations }) =>
    stations.some(({ station }) => station === 'sealed') ? [] : [unit],
  )
  if (left.length === 0) return
  throw new LotReleaseError(
    'lot-unfinished',
    `${left.length} units were never seen at sealed (${shortened(left)}): whoever knows the sample could still make them for it. Inspect them, or take them out, before it is drawn.`,
  )
}

/** The seeds that count, in the order of their commitments. @throws LotReleaseError `seed-missing`, `seed-unlike` */
function toldSeeds({ seeds }: LotEvidence, told: readonly SeedFile[]): readonly string[] {
  const all = seeds.map(({ by, facts: { seedSha256 } }) => {
    const its = told.find(({ seed }) => commitmentOf(seed) === seedSha256)
    if (its === undefined)
      throw new LotReleaseError(
        'seed-missing',
        `The seed that ${printable(by)} committed was not told: add their file with --seed.`,
      )
    return its.seed
  })
  const other = told.find(({ seed }) => !all.includes(seed))
  if (other === undefined) return all
  throw new LotReleaseError(
    'seed-unlike',
    `The seed of ${printable(other.by)} is none that counts in this journal: nobody committed it there, or not with their key.`,
  )
}

function readSeed(path: string): SeedFile {
  const json = parseJson(readOutside(path, 'note').toString('utf8'))
  const other = otherVersion(json, seedFormat)
  if (other !== null) throw new AssayError('seed-newer', `${path} is of another Assay (${other}); use that version.`)
  const read = SeedFile.safeParse(json)
  if (read.success) return read.data
  throw new AssayError('seed-unreadable', `${path} is no seed that assay lot commit made.`)
}

export const notPlanned = (lot: string) =>
  new LotReleaseError(
    'not-planned',
    `The lot ${lot} has no plan in the journal: assay lot plan --lot ${lot} … --by NAME.`,
  )
