import { AssayError } from '../../core/assay-error.ts'
import { readChain } from '../../custody/chain-file.ts'
import { type ChainEntry, chainFaults } from '../../custody/hash-chain.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { LedgerBody } from './ledger-entry.ts'
import { sharedPerson } from './same-person.ts'
import { type StepName, siteNames } from './steps.ts'
import { UnitProgress } from './unit-progress.ts'

interface LedgerFile {
  /** Its path, for the person. */
  readonly origin: string
  readonly text: string
}

interface AuditFault {
  readonly origin: string
  /** Entry of the ledger, from 0; null for what concerns several. */
  readonly entry: number | null
  readonly sentence: string
}

interface ReadLedger {
  readonly origin: string
  readonly entries: readonly ChainEntry[]
  readonly bodies: readonly LedgerBody[]
  readonly progress: UnitProgress
}

/** Takes a fault down. */
type Blame = (origin: string, sentence: string, entry?: number) => void

/**
 * Reads ledgers without any secret and says what is wrong: an entry changed, left out, added or moved; a step out of
 * order; a transfer that one side has otherwise than the other; the same person at both sites.
 * @returns with notes of what an audit cannot be content with or blame (no air gap), and with what could not be compared, as the other
 * site's ledger is not here
 */
export function auditLedgers(files: readonly LedgerFile[]) {
  const faults: AuditFault[] = []
  const blame: Blame = (origin, sentence, entry) => faults.push({ origin, entry: entry ?? null, sentence })
  const notes: string[] = []
  /** What nobody can call sound: half of a line is here. */
  const notCompared: string[] = []
  const empty = files.filter(({ text }) => text === '')
  const ledgers = files.flatMap(file => {
    // A command that was killed before it wrote anything.
    if (file.text === '') notes.push(`${file.origin}: the ledger is empty; nothing was done here`)
    const read = file.text === '' ? null : readLedger(file, blame)
    return read === null ? [] : [read]
  })
  for (const lot of new Set(ledgers.flatMap(({ bodies }) => bodies.map(body => body.lot)))) {
    const [a, b] = siteNames.map(site => {
      const found = ledgers.filter(({ bodies }) => bodies[0]?.lot === lot && bodies[0].site === site)
      if (found.length === 0) {
        notCompared.push(
          `lot ${lot}: the ledger of site ${site} is not here, so the transfers between the sites were not compared`,
        )
      }
      if (found.length > 1) {
        blame(found[1]!.origin, `there are ${found.length} ledgers of site ${site} for the lot ${lot}`)
      }
      return found.length === 1 ? found[0] : undefined
    })
    if (a !== undefined && b !== undefined) compareSites(a, b, blame, sentence => notes.push(sentence))
    else if ([a, b].some(one => one !== undefined && hasHeard(one))) {
      for (const { origin } of empty)
        blame(origin, `the ledger is empty, and the other site of lot ${lot} has seen entries of it`)
    }
  }
  for (const { origin, bodies } of ledgers) {
    const open = bodies.filter(({ airGap }) => airGap === 'not-enforced').length
    if (open > 0) notes.push(`${origin}: the air gap was not enforced in ${open} of ${bodies.length} entries`)
  }
  const summaries = ledgers.map(({ origin, entries, bodies, progress }) => {
    const last = entries.at(-1)!
    return {
      origin,
      site: bodies[0]!.site,
      lot: bodies[0]!.lot,
      entries: entries.length,
      units: progress.units.length,
      last: bodies.at(-1)!.step,
      head: { index: last.index, hash: last.hash },
      hashes: entries.map(({ hash }) => hash),
      bodies,
      signer: entries[0]!.signer,
      fingerprint: fingerprint(entries[0]!.signer),
    }
  })
  return { ledgers: summaries, faults, notes, notCompared }
}

function readLedger({ origin, text }: LedgerFile, blame: Blame): ReadLedger | null {
  let entries: ChainEntry[]
  try {
    entries = readChain(text, origin)
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    blame(origin, error.message)
    return null
  }
  for (const { index, sentence } of chainFaults(entries)) blame(origin, sentence, index)
  const bodies: LedgerBody[] = []
  let progress: UnitProgress | null = null
  for (const { index, body } of entries) {
    const read = LedgerBody.safeParse(body)
    if (!read.success) {
      blame(origin, `entry ${index} is none of a line ledger`, index)
      continue
    }
    const first = bodies[0] ?? read.data
    if (read.data.site !== first.site || read.data.lot !== first.lot) {
      blame(origin, `entry ${index} is of another site or lot`, index)
    }
    progress ??= new UnitProgress(read.data.site)
    const objection = progress.objection(read.data)
    if (objection !== null) blame(origin, objection, index)
    progress.take(read.data)
    bodies.push(read.data)
  }
  if (progress !== null) return { origin, entries, bodies, progress }
  blame(origin, 'the ledger is empty')
  return null
}

function compareSites(a: ReadLedger, b: ReadLedger, blame: Blame, note: (sentence: string) => void): void {
  const fault = (sentence: string) => blame(`${a.origin} and ${b.origin}`, sentence)
  const find = ({ bodies }: ReadLedger, step: StepName) => bodies.find(body => body.step === step)
  for (const operator of operatorsOf(a)) {
    if (sharedPerson([operator], operatorsOf(b)) !== undefined) fault(`${operator} worked at both sites`)
  }
  const transfers = [
    ['the intermediate codes', find(a, 'sent'), find(b, 'received'), ['manifest', 'count', 'seal']],
    ['the public data', find(b, 'sent'), find(a, 'answered'), ['manifest', 'count', 'seal']],
    ['the units', find(b, 'shipped'), find(a, 'arrived'), ['seal', 'box']],
  ] as const
  for (const [what, sent, taken, facts] of transfers) {
    if (taken !== undefined && sent === undefined) fault(`${what} arrived, but were never sent`)
    if (sent === undefined || taken === undefined) continue
    for (const fact of facts) {
      if (sent.facts[fact] !== taken.facts[fact])
        fault(
          `${what} left with the ${fact} ${sent.facts[fact] ?? '(none)'} and arrived with ${taken.facts[fact] ?? '(none)'}`,
        )
    }
  }
  for (const [keeper, kept] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const { facts } of keeper.bodies) {
      const head = facts.peerHead
      if (head != null && kept.entries[head.index]?.hash !== head.hash) {
        fault(`${kept.origin} is not the ledger that the other site saw: entry ${head.index} is another one`)
      }
      if (facts.peer !== undefined && facts.peer !== kept.entries[0]?.signer)
        fault(`${kept.origin} is signed by another key than the one that was exchanged`)
    }
  }
  noteUnheard(a, b, note)
  noteUnheard(b, a, note)
  if (find(a, 'released') !== undefined) {
    for (const serial of b.progress.scrapped)
      if (!a.progress.scrapped.has(serial)) fault(`unit ${serial} was taken out at site B, but released by site A`)
  }
}

/** A ledger can be cut, or put back as it was, behind the last entry that the other site has seen: nobody could tell. */
function noteUnheard(keeper: ReadLedger, kept: ReadLedger, note: (sentence: string) => void): void {
  const heard = Math.max(-1, ...keeper.bodies.map(({ facts }) => facts.peerHead?.index ?? -1))
  const last = kept.bodies.findLastIndex(({ step }) => step !== 'heard')
  if (heard < last) {
    note(
      `${kept.origin}: the other site has seen entry ${heard < 0 ? 'none' : heard} of ${last}; what came after it could have been cut off unseen (assay line … mark heard)`,
    )
  }
}

/** Has it to do with a ledger of the other site, which therefore has been there? */
export const hasHeard = ({ bodies }: Pick<ReadLedger, 'bodies'>): boolean =>
  bodies.some(({ facts }) => facts.peerHead != null)

const operatorsOf = ({ bodies }: ReadLedger): string[] => [...new Set(bodies.map(({ operator }) => operator))]
