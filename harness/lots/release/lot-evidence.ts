import type { z } from 'zod'
import { ClockFacts, clockSet, type JournalEntry } from '../../custody/journal/entry.ts'
import { People } from '../../custody/journal/people.ts'
import { DispositionFacts } from '../../record/journal-kinds.ts'
import { type OpenAlarm, openAlarms } from '../alarms.ts'
import { GaugePlannedFacts, type GaugeStudy, studyIn } from '../gauge/gauge-kinds.ts'
import { mayInspect } from '../inspector.ts'
import { type LotStatus, LotTally } from '../lot-status.ts'
import {
  addsUp,
  mergedCounts,
  type PassphraseCounts,
  PassphrasesCountedFacts,
} from '../passphrases/passphrase-counts.ts'
import { drawPopulation, faultedUnits } from './draw-population.ts'
import { type GoldenLook, goldenLook } from './golden-look.ts'
import {
  ClosedFacts,
  DecoyFacts,
  DrawnFacts,
  ExplainedFacts,
  type LotDecision,
  OutFacts,
  PlannedFacts,
  SeedFacts,
} from './lot-kinds.ts'
import { entryOfRow, judgedRecordIn, type LotIdentity, type LotRow, type SlimRecord, whoIsBehind } from './lot-rows.ts'
import { type RigNames, rigNames, rigsSeenFirst } from './rig-names.ts'
import { SharedPhotographs } from './shared-photographs.ts'

/** Something that a person did with the lot, by an entry of the journal. */
interface Done<Facts> {
  readonly index: number
  readonly at: string
  readonly by: string
  readonly why: string | null
  /** With a key of their own: nobody else can have said it. */
  readonly isSigned: boolean
  readonly facts: Facts
}

/** The rows of a lot in their meaning. What nobody was entitled to say is left out. */
export interface LotEvidence {
  /** The first one counts. */
  readonly plans: readonly Done<PlannedFacts>[]
  /** One a person, the first one each. */
  readonly seeds: readonly Done<SeedFacts>[]
  readonly draws: readonly Done<DrawnFacts>[]
  /** Units that the first draw had to be from; while there is none, that one would be from now. */
  readonly population: readonly string[]
  /** Units that are taken out of the lot, the last word on each, and since when. */
  readonly out: ReadonlyMap<string, Done<OutFacts> & { readonly since: number }>
  /** Units that something speaks against but whoever took them out. */
  readonly faulted: ReadonlySet<string>
  /** Units that are known to be bad, by themselves: said before anybody saw them. They are in `out`, too. */
  readonly decoys: ReadonlyMap<string, Done<DecoyFacts>>
  /** What was said of units of this lot as of another one. */
  readonly elsewhere: readonly Done<{
    readonly lot: string
    readonly unit: string
    readonly as: 'scrapped' | 'held' | 'decoy' | 'drawn'
  }>[]
  /** Other lots, of which units of this one were seen, that were released when they were closed last, by their entry. */
  readonly releasedElsewhere: ReadonlyMap<string, number>
  readonly explained: readonly Done<ExplainedFacts>[]
  readonly again: readonly {
    readonly index: number
    readonly by: string
    readonly why: string
    readonly unit: string
    readonly station: string
  }[]
  readonly status: LotStatus
  readonly alarms: readonly OpenAlarm[]
  /** Records of inspections, by their entry. */
  readonly records: ReadonlyMap<number, SlimRecord>
  /** Inspections of the lot's units, and looks at golden cards, whose record cannot be read: what they found is not known. */
  readonly unreadable: readonly number[]
  /** Who is behind an entry, by its number. */
  readonly saidBy: ReadonlyMap<number, string>
  /** Inspections by whom the register did not have as an inspector then. */
  readonly byStrangers: ReadonlySet<number>
  readonly golden: readonly GoldenLook[]
  /** Entries whose photographs show another unit, or their unit at another station, too. */
  readonly shared: ReadonlySet<number>
  /** Under which names rigs go. */
  readonly rigNames: RigNames
  /** The entry in which each name of a calibrated rig first stands. */
  readonly rigsSeenFirst: ReadonlyMap<string, number>
  /** Studies of rigs with known cards, by somebody of quality. */
  readonly gauges: readonly (GaugeStudy & { readonly index: number; readonly at: string; readonly byWhom: string })[]
  /** Studies that were planned, and not worked out since. */
  readonly openGauges: readonly {
    readonly index: number
    readonly gauge: string
    readonly rig: string
    readonly station: string
  }[]
  /** What the sessions at `etched` counted of passphrases, by alphabet. */
  readonly passphrases: readonly PassphraseCounts[]
  /** Counts that can be none: of another station, by no inspector, of units that were not seen, or in sums that do not add up. What is bad in them is heard. */
  readonly oddCounts: readonly { readonly index: number; readonly counts: PassphraseCounts }[]
  /** Where an older copy of the journal was put back. */
  readonly restored: readonly number[]
  /** Where somebody said that the clock had been wrong until then. */
  readonly clocks: readonly ClockPutRight[]
  /** Where somebody had secrets shown in clear, and by which command. */
  readonly reveals: readonly { readonly index: number; readonly by: string | null; readonly command: string }[]
  /** What was worked out at earlier closings. */
  readonly closed: readonly { readonly index: number; readonly by: string | null; readonly decision: LotDecision }[]
}

/** Somebody's word that the clock was wrong until then. */
export interface ClockPutRight {
  readonly index: number
  /** What the clock said before; null where nobody wrote it down. */
  readonly said: string | null
  readonly at: string
  readonly by: string | null
  readonly why: string | null
  /** By somebody of quality, with a reason: it needs no other word. */
  readonly isExplained: boolean
}

export async function evidenceIn(rows: readonly LotRow[], lot: LotIdentity): Promise<LotEvidence> {
  const people = new People()
  const plans: Done<PlannedFacts>[] = []
  const seeds = new Map<string, Done<SeedFacts>>()
  const draws: Done<DrawnFacts>[] = []
  let population: readonly string[] | null = null
  const tally = new LotTally({ lot: lot.lot, units: lot.serials.map(serial => ({ serial })) }, lot.recordsSha256)
  const out = new Map<string, Done<OutFacts> & { since: number }>()
  const decoys = new Map<string, Done<DecoyFacts>>()
  const seenAlready = new Set<string>()
  const gauges: LotEvidence['gauges'][number][] = []
  const openGauges = new Map<string, LotEvidence['openGauges'][number]>()
  const explained: Done<ExplainedFacts>[] = []
  const again: LotEvidence['again'][number][] = []
  const records = new Map<number, SlimRecord>()
  const unreadable: number[] = []
  const ofLot = new Set(lot.serials)
  const saidBy = new Map<number, string>()
  const byStrangers = new Set<number>()
  const golden: GoldenLook[] = []
  const shared = new SharedPhotographs()
  const passphrases: PassphraseCounts[] = []
  const oddCounts: LotEvidence['oddCounts'][number][] = []
  /** Units that were seen there: of others no passphrase is counted, and of one that passed the record may be lost. */
  const etched = new Set<string>()
  const restored: number[] = []
  const clocks: ClockPutRight[] = []
  const reveals: LotEvidence['reveals'][number][] = []
  const closed: LotEvidence['closed'][number][] = []
  const elsewhere: LotEvidence['elsewhere'][number][] = []
  const releasedElsewhere = new Map<string, number>()
  const saidSoFar = () => ({ status: tally.status(), out, decoys, explained, saidBy, byStrangers })
  for (const row of rows) {
    people.take(row)
    tally.take(entryOfRow(row))
    const { index, kind, who, why, unit, station, facts } = row
    const behind = whoIsBehind(row)
    if (behind !== null) saidBy.set(index, behind)
    const isDrawing = kind === 'lot-sample-drawn'
    // The seeds prove the draw, whoever told them.
    const may = /^(?:lot-|gauge-|disposition$)/.test(kind) && (isDrawing ? people.isActive(who) : people.mayAct(row))
    const by = may ? { name: who!, isSigned: !isDrawing && people.find(who)!.publicKey !== null } : null
    const isQuality = may && people.isActive(who, 'quality')
    if (kind.startsWith('lot-') && facts['lot'] !== lot.lot) {
      const drawing = isDrawing ? done(row, by, DrawnFacts) : null
      if (kind === 'lot-closed') {
        const its = done(row, by, ClosedFacts)
        if (its?.facts.decision === 'RELEASED') releasedElsewhere.set(its.facts.lot, index)
        else if (its !== null) releasedElsewhere.delete(its.facts.lot)
        continue
      }
      const sample = drawing?.facts.sample.filter(one => ofLot.has(one)) ?? []
      for (const unit of sample) elsewhere.push({ ...drawing!, facts: { lot: drawing!.facts.lot, unit, as: 'drawn' } })
      const its = kind === 'lot-decoy' ? done(row, by, DecoyFacts) : done(row, by, OutFacts)
      if (its === null || !isQuality) continue
      const { lot: other, unit } = its.facts
      elsewhere.push({ ...its, facts: { lot: other, unit, as: 'as' in its.facts ? its.facts.as : 'decoy' } })
    } else if (kind === 'lot-planned' && isQuality) push(plans, done(row, by, PlannedFacts))
    else if (kind === 'lot-seed-committed') {
      const seed = done(row, by, SeedFacts)
      if (seed !== null && !seeds.has(seed.by)) seeds.set(seed.by, seed)
    } else if (isDrawing) {
      push(draws, done(row, by, DrawnFacts))
      if (draws.length > 0) population ??= drawPopulation(saidSoFar(), lot)
    } else if (kind === 'lot-unit-out' && isQuality) {
      const taken = done(row, by, OutFacts)
      if (taken !== null && why !== null) {
        const since = out.get(taken.facts.unit)?.since ?? index
        out.set(taken.facts.unit, { ...taken, since })
      }
    } else if (kind === 'lot-decoy' && isQuality) {
      const decoy = done(row, by, DecoyFacts)
      // Said of a unit that was seen, it would hide what it turned out to be.
      if (decoy === null || seenAlready.has(decoy.facts.unit) || decoys.has(decoy.facts.unit)) continue
      decoys.set(decoy.facts.unit, decoy)
      const facts = { lot: decoy.facts.lot, unit: decoy.facts.unit, as: 'scrapped' as const }
      out.set(facts.unit, { ...decoy, why: 'it is a decoy', facts, since: index })
    } else if (kind === 'gauge-studied' && isQuality && by !== null) {
      const { signature: _, ...said } = facts
      const study = studyIn(said)
      if (study === null) continue
      gauges.push({ ...study, index, at: row.at, byWhom: by.name })
      openGauges.delete(study.gauge)
    } else if (kind === 'gauge-planned') {
      const { signature: _, ...said } = facts
      const planned = GaugePlannedFacts.safeParse(said).data
      if (planned !== undefined && !openGauges.has(planned.gauge))
        openGauges.set(planned.gauge, { index, gauge: planned.gauge, rig: planned.rig, station: planned.station })
    } else if (kind === 'lot-entry-explained' && isQuality && why !== null)
      push(explained, done(row, by, ExplainedFacts))
    else if (kind === 'disposition' && isQuality && by !== null && why !== null && unit !== null && station !== null) {
      if (DispositionFacts.safeParse(facts).data?.decision === 'inspect-again')
        again.push({ index, by: by.name, why, unit, station })
    } else if (kind === 'inspection') {
      if (unit !== null) seenAlready.add(unit)
      const record = judgedRecordIn(row)
      if (record !== null) {
        records.set(index, record)
        if (unit !== null && ofLot.has(unit) && station === 'etched') etched.add(unit)
        shared.take(index, record)
      } else if (unit !== null && ofLot.has(unit)) unreadable.push(index)
      // Neither who said it nor whom the record names need be the other.
      if (!(mayInspect(people, behind) && mayInspect(people, who ?? behind))) byStrangers.add(index)
    } else if (kind === 'golden-card') {
      const look = goldenLook(row, mayInspect(people, behind), ofLot)
      if (look.record === null) unreadable.push(index)
      else shared.takeGolden(index, look.record)
      golden.push(shared.has(index) ? { ...look, isRepeated: true } : look)
    } else if (kind === 'lot-passphrases-counted') {
      const { signature: _signature, ...said } = facts
      const read = PassphrasesCountedFacts.safeParse(said)
      if (!read.success) continue
      const { lot: _, ...counts } = read.data
      const profile = plans[0]?.facts.profile
      const isOne =
        station === 'etched' &&
        mayInspect(people, who) &&
        profile !== undefined &&
        addsUp(counts, profile.passphrase, etched.size)
      if (isOne) passphrases.push(counts)
      else oddCounts.push({ index, counts })
    } else if (kind === 'lot-closed') push(closed, closing(row))
    else if (kind === 'restored') restored.push(index)
    else if (kind === 'secrets-revealed') reveals.push({ index, by: who, command: `${facts['command'] ?? 'unknown'}` })
    else if (kind === clockSet) {
      const said = ClockFacts.safeParse(facts).data?.clockSaid ?? null
      const isExplained = why !== null && people.mayAct(row, 'quality')
      clocks.push({ index, said, at: row.at, by: who, why, isExplained })
    }
  }
  const said = saidSoFar()
  return {
    plans,
    seeds: [...seeds.values()],
    draws,
    population: population ?? drawPopulation(said, lot),
    out,
    faulted: faultedUnits(said, lot),
    decoys,
    elsewhere,
    releasedElsewhere,
    rigNames: rigNames(rows),
    rigsSeenFirst: rigsSeenFirst(rows),
    gauges,
    openGauges: [...openGauges.values()],
    explained,
    again,
    status: said.status,
    alarms: await openAlarms(entriesOf(rows)),
    records,
    unreadable,
    saidBy,
    byStrangers,
    golden,
    shared: shared.entries,
    passphrases: mergedCounts(passphrases),
    oddCounts,
    restored,
    clocks,
    reveals,
    closed,
  }
}

function closing({ index, who, facts: { signature: _, ...facts } }: LotRow): LotEvidence['closed'][number] | null {
  const read = ClosedFacts.safeParse(facts)
  return read.success ? { index, by: who, decision: read.data.decision } : null
}

/** One after the other: of a large lot no second copy lies in memory. */
async function* entriesOf(rows: readonly LotRow[]): AsyncGenerator<JournalEntry> {
  for (const row of rows) yield entryOfRow(row)
}

function done<Schema extends z.ZodType>(
  { index, at, why, facts: { signature: _, ...facts } }: LotRow,
  by: { readonly name: string; readonly isSigned: boolean } | null,
  schema: Schema,
): Done<z.output<Schema>> | null {
  const read = schema.safeParse(facts)
  return read.success && by !== null ? { index, at, by: by.name, isSigned: by.isSigned, why, facts: read.data } : null
}

function push<T>(list: T[], item: T | null): void {
  if (item !== null) list.push(item)
}
