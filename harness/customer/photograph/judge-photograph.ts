import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import { type Outcome, showsMark } from '../../core/vocabulary.ts'
import type { Raster } from '../../imaging/raster.ts'
import { leadOf } from '../../inspection/lead-sentence.ts'
import { RunStopped, runInspections, type Visit } from '../../inspection/run.ts'
import { stations } from '../../inspection/station.ts'
import { textMarks } from '../../products/geometry.ts'
import type { Mark, ProductProfile } from '../../products/profile.ts'
import { roleOf } from '../../products/role.ts'
import { type LotFile, LotFileError } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { type ReadingStage, readPhotograph, type VisionTools } from '../../vision/read/read-photograph.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import type { TextReader } from '../../vision/text/text-reader.ts'
import { listFault } from '../find-card.ts'
import type { JudgedPhotograph, OwnedState, PhotographAnswer, Unfit } from './photograph-messages.ts'
import { withoutList } from './without-list.ts'

export interface PhotographToJudge {
  readonly file: Uint8Array
  /** Upright, and not larger than reading needs. */
  readonly pixels: Raster
  /** What speaks against the file as a whole picture, looked for beside the reading; null: nothing. */
  readonly unfit: Promise<Unfit | null>
  readonly profile: ProductProfile
  readonly state: OwnedState
  readonly list: Uint8Array | null
  readonly version: string
}

/**
 * Judges a photograph of one's own card as the harness does at the station of its state, on a page: the same reading, the same
 * checks, the same sentences. What only a rig's light and a learned appearance prove is listed as not proved.
 */
export async function judgePhotograph(
  request: PhotographToJudge,
  tools: VisionTools,
  onProgress?: (done: number) => void,
): Promise<PhotographAnswer> {
  const { file, pixels, unfit, profile, state, list, version } = request
  let lot: LotFile
  try {
    lot = list === null ? { lot: null, product: null, units: [] } : readLotFile(list, 'the list', { profile }).lot
  } catch (error) {
    if (error instanceof LotFileError) return { outcome: 'list-unusable', ...listFault(error) }
    throw error
  }
  const id = bytesToHex(sha256(file))
  const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  const photograph = { id, takenAt: null, how }
  const { onStage, watched } = progressOf(profile, tools, onProgress)
  const stop = new AbortController()
  const found = unfit.then(one => {
    if (one !== null) stop.abort()
    return one
  })
  const read = readPhotograph({ ...photograph, pixels }, profile, watched, {
    appearance: null,
    onStage,
    signal: stop.signal,
  })
  // Whatever was read of a picture that is not whole counts for nothing.
  const [against, reading] = await Promise.all([
    found,
    read.catch(error => (stop.signal.aborted ? null : Promise.reject(error))),
  ])
  if (against !== null) return against
  const fields = ownFields(profile, state, reading!)
  const made = await inspected({
    station: stations[state],
    profile,
    photographs: [{ seen: Promise.resolve({ photograph, reading: reading! }), crops: Promise.resolve([]) }],
    records: () => lot,
    clock: () => new Date().toISOString(),
    rig: null,
    software: { name: 'assay', version, revision: null },
    // Its owner sees what covers it; the page says so.
    acceptUnproved: ['cover-material'],
  })
  const record = list === null ? withoutList(made) : made
  return {
    outcome: 'judged',
    photograph: {
      verdict: record.verdict,
      lead: leadSeen(state, reading!),
      alarm: record.alarm?.code ?? null,
      findings: record.findings.map(({ check, verdict, because }) => ({ check, verdict, because: forOwner(because) })),
      unproved: record.unproved.map(({ name }) => name),
      read: fields,
      opening: openingSeen(profile, reading!),
    },
  }
}

/** Without advice to whoever works at a command line, which an owner has not. */
export const forOwner = (because: string): string =>
  because
    .replaceAll(/ \([^()]*(?: --[a-z]|\bassay [a-z])[^()]*\)/g, '')
    .replaceAll(/ [A-Z][^.]*(?: --[a-z]|\bassay [a-z])[^.]*\./g, '')

/** One cause of most that could not be judged. */
function leadSeen(state: OwnedState, reading: PhotographReading): JudgedPhotograph['lead'] {
  const lead = leadOf(stations[state], [reading])
  if (lead === null) return null
  const looks = (['sealed', 'opened'] as const).find(one => reading.states.includes(stations[one].state))
  return { kind: lead.kind, looks: looks ?? null }
}

/** How much of the work lies behind when a stage begins: processor time of a rig's photograph in Chromium. */
const doneAt: Readonly<Record<ReadingStage, number>> = {
  symbols: 0,
  locate: 0.04,
  surface: 0.08,
  texts: 0.12,
  judge: 0.78,
  rest: 0.8,
}

/** Tools that tell how far the reading is: by its stages and, in the longest of them, line by line. */
function progressOf(profile: ProductProfile, tools: VisionTools, tell: (done: number) => void = () => {}) {
  const aLine = (doneAt.judge - doneAt.texts) / Math.max(1, textMarks(profile).length)
  let done = 0
  const reach = (share: number) => {
    done = Math.max(done, share)
    tell(done)
  }
  const text: TextReader = {
    ...tools.text,
    async readLine(...line) {
      const reading = await tools.text.readLine(...line)
      if (done < doneAt.judge) reach(Math.min(doneAt.judge, done + aLine))
      return reading
    },
  }
  return { onStage: (stage: ReadingStage) => reach(doneAt[stage]), watched: { ...tools, text } }
}

/** By the loop that everybody's units go through. An alarm, which stops a run, is the owner's to read. */
async function inspected(visit: Visit): Promise<InspectionRecord> {
  const records: InspectionRecord[] = []
  try {
    await runInspections({ visits: [visit], onRecord: one => void records.push(one.record) })
  } catch (error) {
    if (!(error instanceof RunStopped)) throw error
  }
  return records[0]!
}

/** Which halves of the key somebody may have seen already, by what lies open. */
function openingSeen({ marks }: ProductProfile, reading: PhotographReading): JudgedPhotograph['opening'] {
  const seen = (of: (mark: Mark) => boolean, outcomes: (outcome: Outcome) => boolean) =>
    reading.marks.some(({ mark: name, outcome }) => {
      const mark = marks.find(one => one.name === name)
      return mark !== undefined && of(mark) && outcomes(outcome)
    })
  const isPeeled = seen(
    ({ on, secret }) => on === 'bottom-layer' && secret,
    outcome => showsMark[outcome] === true,
  )
  const isScratched = seen(
    ({ kind }) => kind === 'cover',
    outcome => outcome === 'missing' || outcome === 'broken',
  )
  if (isPeeled && isScratched) return 'both'
  return isPeeled ? 'honeycomb' : isScratched ? 'scratched' : null
}

/** What the owner would type otherwise. */
function ownFields(profile: ProductProfile, state: OwnedState, reading: PhotographReading): JudgedPhotograph['read'] {
  const read: Record<string, string> = {}
  for (const { mark: name, outcome, text } of reading.marks) {
    const mark = profile.marks.find(one => one.name === name)
    if (mark === undefined || outcome !== 'read' || text === null) continue
    const shown = typeof text === 'string' ? text : text.exposeText()
    const role = roleOf(mark)
    if (role === 'passphrase' || role === 'epk-qr') {
      if (state === 'opened') read[role === 'passphrase' ? role : 'epk'] = shown
    } else if (role === 'address-qr') read['address'] = shown
    else if (role === 'serial') read['serial'] ??= shown
  }
  return read
}
