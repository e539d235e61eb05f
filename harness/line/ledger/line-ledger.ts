import { ChainFile } from '../../custody/chain-file.ts'
import type { ChainHead } from '../../custody/hash-chain.ts'
import type { SigningKey } from '../../custody/signing-key.ts'
import { LineError } from '../line-error.ts'
import { type GivenFacts, LedgerBody } from './ledger-entry.ts'
import { sharedPerson } from './same-person.ts'
import { type SiteName, type StepName, stepRow } from './steps.ts'
import { UnitProgress } from './unit-progress.ts'

/** What is the same in every entry that one process writes. */
export interface Scribe {
  readonly site: SiteName
  readonly lot: string
  readonly operator: string
  readonly airGap: 'enforced' | 'not-enforced'
}

interface LedgerEntry {
  readonly at: string
  readonly body: LedgerBody
  readonly head: ChainHead
}

/** A site's ledger of one lot: it writes only steps that may come now, by someone who may do them. */
export class LineLedger implements Disposable {
  readonly #chain: ChainFile
  readonly #scribe: Scribe
  readonly progress: UnitProgress

  /** @throws CustodyError as {@link ChainFile} does; LineError `operator-shared`, `ledger-faulty` */
  constructor(path: string, key: SigningKey, now: () => Date, scribe: Scribe) {
    using opening = new DisposableStack()
    this.#scribe = scribe
    this.#chain = opening.use(new ChainFile(path, key, now))
    this.progress = new UnitProgress(scribe.site)
    for (const { index, body } of this.#chain.entries) {
      const read = LedgerBody.safeParse(body)
      if (!read.success) throw faulty(path, `entry ${index} is none of a line ledger`)
      const objection = this.progress.objection(read.data)
      if (objection !== null) throw faulty(path, `entry ${index}: ${objection}`)
      this.progress.take(read.data)
    }
    this.refuseOperatorsOf(this.entries.flatMap(({ body }) => body.facts.peerOperators ?? []))
    opening.move()
  }

  get head(): ChainHead | null {
    return this.#chain.head
  }

  get entries(): readonly LedgerEntry[] {
    return this.#chain.entries.map(({ at, body, index, hash }) => ({
      at,
      body: body as LedgerBody,
      head: { index, hash },
    }))
  }

  /** The first entry of a step, or null. */
  find(step: StepName): LedgerEntry | null {
    return this.entries.find(({ body }) => body.step === step) ?? null
  }

  /** Everybody who has written here, and who writes now. */
  get operators(): string[] {
    return [...new Set([...this.entries.map(({ body }) => body.operator), this.#scribe.operator])].sort()
  }

  /** @throws LineError `step-out-of-order` when the step cannot come now */
  require(step: StepName, units: LedgerBody['units'] = 'all'): void {
    const objection = this.progress.objection({ site: this.#scribe.site, step, units })
    if (objection === null) return
    const what = stepRow(this.#scribe.site, step)?.what ?? step
    throw new LineError('step-out-of-order', `Site ${this.#scribe.site} cannot ${what} now: ${objection}.`)
  }

  /** Writes a step; when it returns, the entry is on the drive. @throws LineError `step-out-of-order`, `operator-shared` */
  write(step: StepName, units: LedgerBody['units'], facts: GivenFacts = {}): ChainHead {
    this.require(step, units)
    const { site, lot, operator, airGap } = this.#scribe
    const body = LedgerBody.parse({ ledger: 'assay-line-ledger-1', site, lot, step, operator, airGap, units, facts })
    const { index, hash } = this.#chain.append(body)
    this.progress.take(body)
    return { index, hash }
  }

  /** Whoever worked at the other site may not work here. */
  refuseOperatorsOf(others: readonly string[]): void {
    const shared = sharedPerson(this.operators, others)
    if (shared === undefined) return
    throw new LineError(
      'operator-shared',
      `${shared} has worked on the lot ${this.#scribe.lot} at the other site; somebody else must work here.`,
    )
  }

  [Symbol.dispose](): void {
    this.#chain[Symbol.dispose]()
  }
}

const faulty = (path: string, why: string) =>
  new LineError(
    'ledger-faulty',
    `${path} is not a ledger of this line: ${why}. Keep it as it is and have it looked into.`,
  )
