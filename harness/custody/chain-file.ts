import { otherVersion, parseJson } from '../core/parse-json.ts'
import { timeAfter } from './clock.ts'
import { CustodyError } from './custody-error.ts'
import { GrowingFile } from './growing-file.ts'
import { ChainEntry, type ChainHead, chainFaults, nextEntry } from './hash-chain.ts'
import type { SigningKey } from './signing-key.ts'

/**
 * A chain as a file: one entry a line, appended and synchronised, never rewritten. One process at a time (hold the folder
 * with {@link holdFolder} first).
 */
export class ChainFile implements Disposable {
  readonly #path: string
  readonly #file: GrowingFile
  readonly #key: SigningKey
  readonly #now: () => Date
  readonly #entries: ChainEntry[]

  /**
   * Opens a chain to append, or begins one. Half a last line, which a cut of power leaves, was never acknowledged and is
   * taken away; anything else that is wrong stops.
   * @throws CustodyError `chain-broken`, `chain-newer`, or what {@link fileError} says
   */
  constructor(path: string, key: SigningKey, now: () => Date) {
    using opening = new DisposableStack()
    this.#path = path
    this.#key = key
    this.#now = now
    this.#file = opening.use(new GrowingFile(path))
    const bytes = this.#file.read()
    const end = bytes.lastIndexOf(0x0a) + 1
    this.#file.cutAt(end)
    this.#entries = readChain(bytes.toString('utf8', 0, end), path)
    const fault = chainFaults(this.#entries, { signers: [key.publicKey] })[0]
    if (fault !== undefined) throw broken(path, fault.sentence)
    opening.move()
  }

  get entries(): readonly ChainEntry[] {
    return this.#entries
  }

  get head(): ChainHead | null {
    const last = this.#entries.at(-1)
    return last === undefined ? null : { index: last.index, hash: last.hash }
  }

  /**
   * Appends an entry; when it returns, the entry is on the drive.
   * @throws CustodyError `clock-backwards` when it is earlier than at the last entry; nothing is written then
   */
  append(body: Readonly<Record<string, unknown>>): ChainEntry {
    const last = this.#entries.at(-1) ?? null
    const entry = nextEntry(last, body, this.#time(last), this.#key)
    this.#file.append(Buffer.from(`${JSON.stringify(entry)}\n`))
    this.#entries.push(entry)
    return entry
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #time(last: ChainEntry | null): string {
    const now = this.#now()
    const at = timeAfter(last?.at ?? null, now, 'ledger')
    if (at !== null) return at
    throw new CustodyError(
      'clock-backwards',
      `This computer's clock says ${now.toISOString()}, but the last entry of ${this.#path} was written at ${last!.at}. Set the clock, then run the command again; nothing was written.`,
    )
  }
}

/** The entries of a chain's text, in the file's order; whether they form a chain is for {@link chainFaults} to say. */
export function readChain(text: string, origin: string): ChainEntry[] {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw broken(origin, 'the last line is not whole')
  return lines.map((line, i) => {
    const json = parseJson(line)
    const other = otherVersion(json, 'assay-chain-1')
    if (other !== null) {
      throw new CustodyError('chain-newer', `${origin} is of a newer Assay (${other}); use that version.`)
    }
    const read = ChainEntry.safeParse(json)
    if (!read.success) throw broken(origin, `line ${i + 1} is no entry`)
    return read.data
  })
}

const broken = (origin: string, why: string) =>
  new CustodyError(
    'chain-broken',
    `${origin} is not the chain that was written: ${why}. Keep it as it is and have it looked into.`,
  )
