import { AssayError, exitCodes, kindAndPlace } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { roleOf } from '../products/role.ts'
import { type Alarm, type CaptureRetry, type InspectionRecord, verdictOf } from '../record/inspection-record.ts'
import type { EvidenceCrop } from '../vision/report/evidence.ts'
import { evidenceOf, type InspectionEvidence, type PictureInView, readingsFile } from './evidence.ts'
import { type InspectionRequest, inspectUnit, type PhotographSeen } from './inspect-unit.ts'
import { type CaptureWatch, marksUnread, type PhotographTaken } from './photograph-unit.ts'
import type { PlannedPhotograph } from './station.ts'

/** One unit at one station, about to be inspected. */
export interface Visit extends Omit<InspectionRequest, 'photographs' | 'captureRetries' | 'started' | 'signal'> {
  /**
   * Photographs that came as files, or what takes those of a plan: lays the unit in, if that is the program's, and resolves
   * when the camera is done. Called again for retakes, which files have none of.
   */
  readonly photographs:
    | readonly PhotographTaken[]
    | ((planned: readonly PlannedPhotograph[], watch: CaptureWatch) => Promise<readonly PhotographTaken[]>)
}

/** What came of a visit. */
export interface Inspected<V extends Visit = Visit> {
  readonly visit: V
  readonly record: InspectionRecord
  /** Crops for the report, secret marks blacked out. */
  readonly crops: readonly EvidenceCrop[]
}

/** Where units come from, and where records go. */
export interface Run<V extends Visit> {
  /** Asked for the next one when its turn comes. What a source opens must outlive the record of its last unit. */
  readonly visits: Iterable<V> | AsyncIterable<V>
  /** How many units the camera may be ahead of the eyes: while one is read, the next are photographed. Default: 0. */
  readonly ahead?: number
  /** Told, and awaited, before a unit is photographed once more for what was left unread. */
  readonly onRetake?:
    | ((visit: V, first: readonly PhotographSeen[], unread: readonly string[]) => Promise<void>)
    | undefined
  /**
   * Seals what shows a secret (the vault), before the record is kept, and is awaited. What it throws makes the record an ERROR, and
   * ends the run.
   */
  readonly evidence?: ((evidence: InspectionEvidence) => Promise<void>) | undefined
  /** Keeps each record (the journal), before anybody is shown it, and is awaited. What it throws ends the run. */
  readonly journal?: ((inspected: Inspected<V>) => Promise<void>) | undefined
  /** Told the passphrase that was read of each unit that passed, once its record is kept; it is wiped afterwards. */
  readonly onPassphrase?: ((unit: string, passphrase: Secret) => void) | undefined
  /** Called for each record as soon as it stands, in the order of the visits, and awaited. */
  readonly onRecord: (inspected: Inspected<V>) => void | Promise<void>
  readonly signal?: AbortSignal | undefined
}

/** A secret lay open where it must not, and nobody had planted it: no further unit is taken in hand. */
export class RunStopped extends AssayError {
  override readonly name = 'RunStopped'
  readonly alarm: Alarm

  constructor(alarm: Alarm) {
    super(alarm.code, alarm.because, { exitCode: exitCodes.alarm })
    this.alarm = alarm
  }
}

/**
 * The loop over units, whoever asks: each is photographed by its station's plan, taken again where a mark was left unread,
 * read blind, judged, and its record handed on. Every unit that was taken in hand gets a record, whatever happens: an
 * interruption, or an alarm at another unit, makes it an ERROR.
 *
 * An ERROR is no reason to stop: the source knows whether its rig can go on.
 *
 * @throws RunStopped after an alarm that the visit had not acknowledged; the signal's reason; what source and sink throw
 */
export async function runInspections<V extends Visit>({
  visits,
  ahead = 0,
  onRetake,
  evidence,
  journal,
  onPassphrase,
  onRecord,
  signal,
}: Run<V>): Promise<void> {
  const inHand: InHand<V>[] = []
  const stop = new AbortController()
  const ended = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  let stopped = null as RunStopped | null
  const finishFirst = async (): Promise<void> => {
    const unit = inHand.shift()!
    const judged = await finish(unit, ended, onRetake)
    const unsealed = evidence === undefined ? null : await sealing(unit, judged, evidence)
    const inspected = unsealed === null ? judged : { ...judged, record: unsealed.record }
    const { alarm } = inspected.record
    if (alarm !== null && !alarm.acknowledged) {
      stopped ??= new RunStopped(alarm)
      stop.abort(new AssayError('run-stopped', 'Not judged: an alarm at another unit stopped the run.'))
    }
    try {
      await journal?.(inspected)
      if (onPassphrase !== undefined) await tellPassphrase(unit, inspected.record, onPassphrase)
      await onRecord(inspected)
    } finally {
      await wipe(unit)
    }
    if (unsealed !== null) throw unsealed.error
  }
  let failure: { readonly error: unknown } | null = null
  try {
    for await (const visit of visits) {
      inHand.push(await begin(visit, ended))
      if (inHand.length > ahead) await finishFirst()
      if (ended.aborted) break
    }
  } catch (error) {
    failure = { error }
  }
  while (inHand.length > 0) {
    try {
      await finishFirst()
    } catch (error) {
      // One that cannot be sealed or kept takes no other unit's record with it.
      failure ??= { error }
    }
  }
  // Both are told, and the alarm decides.
  if (stopped !== null && failure !== null) throw new SuppressedError(stopped, failure.error, stopped.message)
  if (stopped !== null) throw stopped
  if (failure !== null) throw failure.error
  signal?.throwIfAborted()
}

interface InHand<V> {
  readonly visit: V
  readonly started: string
  readonly captureRetries: CaptureRetry[]
  /** Rejects when the rig failed; retakes are added. */
  taken: Promise<readonly PhotographTaken[]>
}

/** Takes the plan's photographs. Resolves when the camera is done, also when it failed: the record tells. */
async function begin<V extends Visit>(visit: V, signal: AbortSignal): Promise<InHand<V>> {
  const unit: InHand<V> = { visit, started: visit.clock(), captureRetries: [], taken: Promise.resolve([]) }
  unit.taken = take(unit, visit.station.plan.photographs, signal)
  await unit.taken.catch(() => {})
  return unit
}

async function take<V extends Visit>(
  { visit: { photographs }, captureRetries }: InHand<V>,
  planned: readonly PlannedPhotograph[],
  signal: AbortSignal,
): Promise<readonly PhotographTaken[]> {
  if (typeof photographs !== 'function') return photographs
  signal.throwIfAborted()
  return await photographs(planned, { signal, onCaptureRetry: retry => void captureRetries.push(retry) })
}

async function finish<V extends Visit>(
  unit: InHand<V>,
  signal: AbortSignal,
  onRetake: Run<V>['onRetake'],
): Promise<Inspected<V>> {
  const { visit, started, captureRetries } = unit
  const record = await inspectUnit({
    ...visit,
    started,
    photographs: () => seen(unit, signal, onRetake),
    captureRetries: () => captureRetries,
    signal,
  })
  const taken = await unit.taken.catch(() => [])
  const crops = await Promise.allSettled(taken.map(photograph => photograph.crops))
  return { visit, record, crops: crops.flatMap(settled => (settled.status === 'fulfilled' ? settled.value : [])) }
}

/** What was read in all photographs of the unit, retakes included. */
async function seen<V extends Visit>(
  unit: InHand<V>,
  signal: AbortSignal,
  onRetake: Run<V>['onRetake'],
): Promise<readonly PhotographSeen[]> {
  const { visit } = unit
  const read = async () => await Promise.all((await unit.taken).map(photograph => photograph.seen))
  const first = await read()
  if (typeof visit.photographs !== 'function') return first
  const unread = marksUnread(visit.station, visit.profile, first)
  if (unread.length === 0) return first
  await onRetake?.(visit, first, unread)
  const [taken, retaken] = [await unit.taken, await take(unit, visit.station.plan.retakes, signal)]
  unit.taken = Promise.resolve([...taken, ...retaken])
  return await read()
}

/** @returns null when the evidence is sealed, or there is none; else why not, and the record that says so */
async function sealing<V extends Visit>(
  { visit, taken }: InHand<V>,
  { record }: Inspected<V>,
  seal: NonNullable<Run<V>['evidence']>,
): Promise<{ readonly error: unknown; readonly record: InspectionRecord } | null> {
  try {
    const photographs = await taken.catch(() => [])
    const pictures: PictureInView[] = []
    for (const { picture, seen } of photographs) {
      pictures.push({ bytes: (await picture?.()) ?? null, seen: await seen.catch(() => null) })
    }
    const evidence = evidenceOf(visit.station.name, record, pictures)
    if (evidence === null) return null
    try {
      await seal(evidence)
    } finally {
      for (const { name, bytes } of evidence.files) if (name === readingsFile) bytes.fill(0)
    }
    return null
  } catch (error) {
    return { error, record: withoutEvidence(record, error) }
  }
}

/** What cannot be proved later is not passed now. A FAIL stays one: after an ERROR a later attempt would count. */
function withoutEvidence(record: InspectionRecord, error: unknown): InspectionRecord {
  if (record.verdict === 'FAIL') return record
  const why = error instanceof AssayError ? error.message : `an unexpected ${kindAndPlace(error)}`
  const message = `The evidence could not be sealed: ${why}`
  const failed = { ...record, error: { code: 'evidence-unsealed', message }, because: message }
  return { ...failed, verdict: verdictOf(failed) }
}

async function tellPassphrase<V extends Visit>(
  { visit, taken }: InHand<V>,
  { unit, verdict }: InspectionRecord,
  tell: NonNullable<Run<V>['onPassphrase']>,
): Promise<void> {
  if (unit === null || verdict !== 'PASS') return
  const names = new Set(visit.profile.marks.flatMap(mark => (roleOf(mark) === 'passphrase' ? [mark.name] : [])))
  for (const { seen } of await taken) {
    const read = (await seen).reading.marks.find(({ mark, text }) => names.has(mark) && text instanceof Secret)
    if (read?.text instanceof Secret) return tell(unit, read.text)
  }
}

/** The secrets that were read of a unit are gone when its record was handed on. */
async function wipe<V>(unit: InHand<V>): Promise<void> {
  const taken = await unit.taken.catch(() => [])
  for (const settled of await Promise.allSettled(taken.map(photograph => photograph.seen))) {
    if (settled.status === 'rejected') continue
    for (const { text } of settled.value.reading.marks) if (text instanceof Secret) text.dispose()
  }
}
