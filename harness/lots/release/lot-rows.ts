import { z } from 'zod'
import { worst } from '../../core/verdict.ts'
import { stationNames, verdicts } from '../../core/vocabulary.ts'
import { JournalBody, type JournalEntry } from '../../custody/journal/entry.ts'
import { showsOpenSecret } from '../../inspection/judged-again.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { InspectionRecord, verdictOf } from '../../record/inspection-record.ts'
import { isOfLot } from '../lot-status.ts'
import { contradictionsIn, type ReadAgainstItself } from './contradictions.ts'
import { PlannedFacts } from './lot-kinds.ts'
import { type LotMeasurements, LotSeries } from './lot-series.ts'
import { plannedProfile } from './planned-profile.ts'
import { calibratedRig, rigSeen } from './rig-seen.ts'

/** What a release needs of an inspection's record: all that decides, and nothing that was read. */
const Slim = z.object({
  format: z.string(),
  unit: z.string().nullable(),
  station: z.string(),
  product: z.string(),
  lot: z.string().nullable(),
  operator: z.string().nullable(),
  rig: z.object({
    kind: z.enum(['virtual', 'real', 'files']),
    name: z.string(),
    calibration: z.string().nullable(),
    calibrationExpiresAt: z.string().exactOptional(),
  }),
  software: z.object({ version: z.string(), revision: z.string().nullable() }),
  started: z.string(),
  ended: z.string(),
  photographs: z.array(z.object({ id: z.string() })),
  plannedChecks: z.array(z.string()),
  planSha256: z.string().exactOptional(),
  findings: z.array(z.object({ check: z.string(), verdict: z.enum(verdicts), because: z.string().optional() })),
  unproved: z.array(z.object({ name: z.string(), holds: z.boolean(), accepted: z.boolean() })),
  alarm: z.object({ code: z.string(), because: z.string(), acknowledged: z.boolean() }).nullable(),
  error: z.object({ code: z.string() }).nullable(),
  verdict: z.enum(verdicts),
  because: z.string(),
  /** What in the whole record contradicts that it was judged so; left out where nothing does. */
  contradictions: z.array(z.string()).exactOptional(),
  /** That a unit shows which passed; left out where it shows none. */
  address: z.string().exactOptional(),
  /** That its symbols say, of a unit that was neither passed nor refused; left out where none does. */
  addressesRead: z.array(z.string()).exactOptional(),
  /** Its readings show a secret that may not be seen there, and no alarm was raised; left out where they do not. */
  exposed: z.literal(true).exactOptional(),
})
export type SlimRecord = z.infer<typeof Slim>
const Station = z.enum(stationNames)
/** An entry of the journal that a lot's release rests on, with as much of it as decides. */
const { journal: _journal, ...body } = JournalBody.shape
export const LotRow = z.strictObject({
  index: z.int().min(0),
  at: z.string(),
  ...body,
  signedAs: JournalBody.pick({ unit: true, facts: true }).exactOptional(),
})
export type LotRow = z.infer<typeof LotRow>

/** The lot by its file. */
export interface LotIdentity {
  readonly lot: string
  /** sha256 of the file. */
  readonly recordsSha256: string
  readonly serials: readonly string[]
}

/** Takes from a journal, entry by entry, what a lot's release rests on. */
export class LotRows {
  readonly rows: LotRow[] = []
  readonly #lot: LotIdentity
  readonly #own: ReadonlySet<string>
  readonly #series = new LotSeries()
  /** Profiles that the lot was planned by, by their digest: whoever wrote one down, it is the one that it says. */
  readonly #profiles: Map<string, ProductProfile>
  /** Names and calibrations of rigs that inspected something else. */
  /** Other lots that units of this one were seen as of. */
  readonly #seenAs = new Set<string>()
  readonly #rigs = new Set<string>()

  /** @param before what was taken of the same lot from earlier entries */
  constructor(lot: LotIdentity, before?: LotRows) {
    this.#lot = lot
    this.#own = new Set(lot.serials)
    this.#profiles = before === undefined ? new Map() : before.#profiles
  }

  take(entry: JournalEntry): void {
    const { facts } = entry
    const keep = (its: LotRow['facts']) => void this.rows.push(rowOf(entry, its))
    const isOwn = entry.unit !== null && this.#own.has(entry.unit)
    if (entry.kind === 'inspection') {
      if (!isOwn && !isOfLot(facts, this.#lot.lot, this.#lot.recordsSha256)) {
        this.#takeRig(entry)
        return
      }
      const whole = InspectionRecord.safeParse(facts['record'])
      const other = whole.data?.lot ?? null
      if (isOwn && other !== null && other !== this.#lot.lot) this.#seenAs.add(other)
      this.rows.push(sharing(rowOf(entry, slimmed(entry, whole, this.#profiles))))
      if (isOwn) this.#series.take(entry, whole.data?.measurements)
    } else if (entry.kind === 'golden-card')
      keep({
        ...slimmed(entry, InspectionRecord.safeParse(facts['record']), this.#profiles),
        serial: facts['serial'] ?? null,
      })
    else if (entry.kind.startsWith('lot-')) {
      // What another lot says of a unit of this one is true of it here.
      if (facts['lot'] !== this.#lot.lot && !this.#isOfUnit(entry)) return
      if (entry.kind === 'lot-planned') this.#plan(facts)
      keep(facts)
    } else if (/^(?:person-|alarm(?:$|-)|restored$|clock-set$|gauge-(?:planned|studied)$)/.test(entry.kind)) keep(facts)
    else if (isOwn && /^(?:disposition|unit-destroyed)$/.test(entry.kind)) keep(facts)
    // Names of pictures are nobody's business who checks a release.
    else if (entry.kind === 'secrets-revealed') keep({ command: facts['command'] ?? null })
  }

  /** Of what is none of the lot's only by which rig it was seen, each once: whoever was found not fit there is not fit here. */
  #takeRig(entry: JournalEntry): void {
    const { record } = entry.facts as { readonly record?: { readonly rig?: unknown } | null }
    const rig = calibratedRig(record?.rig)
    if (rig === null) return
    const key = JSON.stringify([rig.name, rig.calibration])
    if (this.#rigs.has(key)) return
    this.#rigs.add(key)
    const { index, at } = entry
    this.rows.push({ index, at, kind: rigSeen, who: null, why: null, unit: null, station: null, facts: { rig } })
  }

  /** Values that a check judged by limits, of each station. */
  get measurements(): LotMeasurements {
    return this.#series.measurements
  }

  /** Does it say something of a unit of this lot that stays so? */
  #isOfUnit({ kind, facts }: JournalEntry): boolean {
    // What it was released with.
    if (kind === 'lot-closed') return this.#seenAs.has(`${facts['lot']}`)
    if (/^lot-(?:unit-out|decoy)$/.test(kind)) return this.#own.has(`${facts['unit']}`)
    const sample = kind === 'lot-sample-drawn' ? facts['sample'] : null
    return Array.isArray(sample) && sample.some(one => this.#own.has(`${one}`))
  }

  #plan({ signature: _, ...facts }: JournalEntry['facts']): void {
    const plan = PlannedFacts.safeParse(facts).data
    const profile = plan === undefined ? null : plannedProfile(plan)
    if (profile !== null) this.#profiles.set(plan!.profileSha256, profile)
  }
}

/** The row of an entry, its fields in the order in which one that was read has them: both are compared as texts. */
function rowOf({ journal: _, facts: __, redacted, signedAs, ...said }: JournalEntry, facts: LotRow['facts']): LotRow {
  return { ...said, facts, ...(redacted && { redacted }), ...(signedAs && { signedAs }) }
}

/** An inspection's facts, slim; of a record that cannot be read, nothing: it then counts as an error. */
function slimmed(
  { facts: { record, judgedBy }, redacted, station }: JournalEntry,
  whole: z.ZodSafeParseResult<InspectionRecord>,
  profiles: ReadonlyMap<string, ProductProfile>,
): LotRow['facts'] {
  const { profileSha256 = null, recordsSha256 = null } = (judgedBy ?? {}) as Record<string, unknown>
  const slim = whole.success
    ? slimOf(
        whole.data,
        contradictionsIn(whole.data, redacted === undefined, profiles.get(`${profileSha256}`) ?? null),
        isExposed(whole.data, station, profiles),
      )
    : slimOfOther(record)
  if (slim !== null) known.add(slim)
  return { ...(slim && { record: slim }), judgedBy: { profileSha256, recordsSha256 } }
}

/** By whichever profile the lot was planned, whatever the record names; at the station of the record and at that of its entry. */
function isExposed(
  record: InspectionRecord,
  station: string | null,
  profiles: ReadonlyMap<string, ProductProfile>,
): boolean {
  if (record.alarm !== null) return false
  const said = new Set([record.station, Station.safeParse(station).data ?? record.station])
  return [...profiles.values()].some(profile => [...said].some(at => showsOpenSecret(record, profile, at)))
}

/** Picked by hand: a large lot has tens of thousands, and another schema would take as long as the first. */
function slimOf(
  record: InspectionRecord,
  { contradictions, address, addressesRead }: ReadAgainstItself,
  exposed: boolean,
): SlimRecord {
  const { format, unit, station, product, lot, operator, rig, software, started, ended, plannedChecks } = record
  const { kind, name, calibration, calibrationExpiresAt } = rig
  const { alarm, error, verdict, because, planSha256 } = record
  return {
    ...{ format, unit, station, product, lot, operator },
    rig: { kind, name, calibration, ...(calibrationExpiresAt !== undefined && { calibrationExpiresAt }) },
    software: { version: software.version, revision: software.revision },
    ...{ started, ended },
    photographs: record.photographs.map(({ id }) => ({ id })),
    plannedChecks,
    ...(planSha256 !== undefined && { planSha256 }),
    findings: record.findings.map(reasonWhereBad),
    unproved: record.unproved.map(({ name, holds, accepted }) => ({ name, holds, accepted })),
    alarm: alarm && { code: alarm.code, because: alarm.because, acknowledged: alarm.acknowledged },
    error: error && { code: error.code },
    ...{ verdict, because },
    ...(contradictions.length > 0 && { contradictions: [...contradictions] }),
    ...(address !== null && { address }),
    ...(addressesRead.length > 0 && { addressesRead: [...addressesRead] }),
    ...(exposed && { exposed }),
  }
}

/** What is not worked out, but stands in a record. */
const Said = Slim.omit({ contradictions: true, address: true, addressesRead: true, exposed: true })

const malformed = 'it is not in the form that it names'
/** Could the record not be read as a whole: was none of what it read seen? */
export const isReadInPart = ({ format, contradictions = [] }: SlimRecord): boolean =>
  format !== InspectionRecord.shape.format.value || contradictions.includes(malformed)

/** Of a record that this Assay does not write. */
function slimOfOther(record: unknown): SlimRecord | null {
  const read = Said.safeParse(record)
  if (!read.success) return null
  const isOurs = read.data.format === InspectionRecord.shape.format.value
  return {
    ...read.data,
    findings: read.data.findings.map(reasonWhereBad),
    ...(isOurs && { contradictions: [malformed] }),
  }
}

/** Said once for all records: a large lot has half a million findings that passed. */
const passed = new Map<string, SlimRecord['findings'][number]>()
const plans = new Map<string, string[]>()
const rigs = new Map<string, SlimRecord['rig']>()
const software = new Map<string, SlimRecord['software']>()
const texts = new Map<string, string>()

/** The same row, with what it has in common with others held once. Fewer than the checks and plans that there are stand in the maps. */
export function sharing(row: LotRow): LotRow {
  const record = slimIn(row)
  if (record === null) return row
  record.findings = record.findings.map(finding => {
    const { check, verdict } = finding
    if (verdict !== 'PASS' || finding.because !== undefined || check.length > 40) return finding
    return once(passed, check, { check, verdict })
  })
  record.plannedChecks = once(plans, record.plannedChecks.join(), record.plannedChecks)
  record.rig = once(rigs, JSON.stringify(record.rig), record.rig)
  record.software = once(software, JSON.stringify(record.software), record.software)
  for (const name of ['format', 'product', 'because'] as const) record[name] = once(texts, record[name], record[name])
  if (record.planSha256 !== undefined) record.planSha256 = once(texts, record.planSha256, record.planSha256)
  return row
}

/** More kinds than these are nobody's checks: they are not kept. */
const mostShared = 200

function once<T>(all: Map<string, T>, key: string, value: T): T {
  const known = all.get(key)
  if (known === undefined && all.size < mostShared) all.set(key, value)
  return known ?? value
}

const reasonWhereBad = ({ check, verdict, because }: SlimRecord['findings'][number]) =>
  verdict === 'PASS' || because === undefined ? { check, verdict } : { check, verdict, because }

/** Records that were read: each is asked for several times. */
const known = new WeakSet<object>()

/** Who is behind an entry: whoever explains it is somebody else. */
export const whoIsBehind = (entry: Pick<LotRow, 'who' | 'facts'>): string | null => slimIn(entry)?.operator ?? entry.who

/** The record of a row; null where it holds none that can be read. */
export function slimIn({ facts }: Pick<LotRow, 'facts'>): SlimRecord | null {
  const { record } = facts
  if (typeof record !== 'object' || record === null) return null
  // The row's own, not a copy: a large lot has tens of thousands.
  if (!known.has(record) && !Slim.safeParse(record).success) return null
  known.add(record)
  return record as SlimRecord
}

/** The same, with its verdict worked out again: whichever is worse than stated counts. */
export function judgedRecordIn(row: Pick<LotRow, 'facts'>): SlimRecord | null {
  const record = slimIn(row)
  if (record === null) return null
  const verdict = worst([record.verdict, verdictOf(record)])
  return verdict === record.verdict ? record : { ...record, verdict }
}

const JudgedBy = z.object({ profileSha256: z.string().nullable(), recordsSha256: z.string().nullable() })
export function judgedByIn({ facts }: Pick<LotRow, 'facts'>): z.infer<typeof JudgedBy> {
  const read = JudgedBy.safeParse(facts['judgedBy'])
  return read.success ? read.data : { profileSha256: null, recordsSha256: null }
}

export const entryOfRow = (row: LotRow): JournalEntry => ({ journal: 'assay-journal-1', ...row })
