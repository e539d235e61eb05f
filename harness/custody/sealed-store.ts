import type { Random } from '../core/random.ts'
import type { Secret } from '../core/secret.ts'
import { nonceLength, seal, tagLength, unseal } from './aes-gcm.ts'
import { CustodyError } from './custody-error.ts'
import { GrowingFile } from './growing-file.ts'

const magic = 'assay-store-1\n'
const headLength = 64
/** A record's length, then the same inverted: half a record is told from a damaged one. */
const lengthLength = 8
/** No record of ours is nearly as long: what claims to be is damage. */
const longestRecord = 2 ** 20

export interface StoreOptions {
  readonly path: string
  /** 32 bytes, used for this store only. */
  readonly key: Secret
  /** What the records are, e.g. `site A, lot 7`: part of every seal, so that no record passes for one of another store. */
  readonly label: string
  readonly random: Random
}

/**
 * Records that reach the drive only encrypted (AES-256-GCM each, bound to the store and to their place in it). Append-only;
 * what {@link SealedStore.append} acknowledged survives kill -9 and a power cut, and half a record is never seen.
 */
export class SealedStore implements Disposable {
  readonly #options: StoreOptions
  readonly #file: GrowingFile
  readonly #key: Buffer
  /** Where record `i` begins; one more entry for the end. */
  readonly #places: number[]

  /**
   * Opens a store, or begins one where there is none. A half-written last record was never acknowledged: it is cut off.
   * @throws CustodyError `store-newer`, `store-damaged`, or what {@link fileError} says
   */
  constructor(options: StoreOptions) {
    using opening = new DisposableStack()
    const { path } = options
    this.#options = options
    this.#file = opening.use(new GrowingFile(path, 0o600))
    if (this.#file.size < headLength) {
      // A process that was killed while it began the store left nothing in it.
      this.#file.cutAt(0)
      this.#file.append(Buffer.concat([Buffer.from(magic)], headLength))
    }
    checkHead(this.#file.read(0, headLength), path)
    this.#places = placesOf(this.#file, path)
    this.#file.cutAt(this.#places.at(-1)!)
    this.#key = Buffer.from(options.key.expose())
    opening.move()
  }

  /** How many records are acknowledged. */
  get count(): number {
    return this.#places.length - 1
  }

  /** Appends records; when it returns, all of them are on the drive. On an error none of them is. */
  append(records: readonly Uint8Array[]): void {
    const sealed = records.map((record, i) => this.#seal(record, this.count + i))
    this.#file.append(Buffer.concat(sealed))
    for (const { length } of sealed) this.#places.push(this.#places.at(-1)! + length)
  }

  /** Record `index` in clear. The caller zeroes it. @throws CustodyError `store-damaged` */
  record(index: number): Buffer {
    const from = this.#places[index]
    const to = this.#places[index + 1]
    if (from === undefined || to === undefined) throw new RangeError(`the store has no record ${index}`)
    const bytes = this.#file.read(from + lengthLength, to)
    try {
      return unseal(this.#key, bytes.subarray(0, nonceLength), this.#bond(index), bytes.subarray(nonceLength))
    } catch (cause) {
      throw damaged(this.#options.path, `record ${index + 1} was changed or moved`, cause)
    }
  }

  /** All records in order, one in memory at a time, each zeroed when the next is asked for. */
  *records(): Generator<Buffer> {
    for (let i = 0; i < this.count; i++) {
      const record = this.record(i)
      try {
        yield record
      } finally {
        record.fill(0)
      }
    }
  }

  [Symbol.dispose](): void {
    this.#key.fill(0)
    this.#file[Symbol.dispose]()
  }

  #seal(record: Uint8Array, index: number): Buffer {
    const nonce = this.#options.random.bytes(nonceLength)
    const length = Buffer.alloc(lengthLength)
    length.writeUInt32BE(record.length)
    length.writeInt32BE(~record.length, 4)
    return Buffer.concat([length, nonce, seal(this.#key, nonce, this.#bond(index), record)])
  }

  #bond(index: number): string {
    return `assay-store-1 ${this.#options.label} record ${index}`
  }
}

function checkHead(head: Buffer, path: string): void {
  const text = head.toString('latin1').replace(/\0+$/, '')
  if (text === magic) return
  if (/^assay-store-\d+\n/.test(text)) {
    throw new CustodyError(
      'store-newer',
      `${path} was written by a newer Assay; use that version. Nothing was changed.`,
    )
  }
  throw damaged(path, 'its beginning is not that of a store')
}

/** Where the records are, by their lengths. A tail that is not whole, or all zeros, is what a cut of power leaves. */
function placesOf(file: GrowingFile, path: string): number[] {
  const places = [headLength]
  for (;;) {
    const at = places.at(-1)!
    if (file.size - at < lengthLength || isZero(file, at)) return places
    const length = file.read(at, at + lengthLength)
    const recordLength = length.readUInt32BE()
    if (length.readInt32BE(4) !== ~recordLength || recordLength > longestRecord) {
      throw damaged(path, `record ${places.length} has no possible length`)
    }
    const end = at + lengthLength + nonceLength + recordLength + tagLength
    if (end > file.size) return places
    places.push(end)
  }
}

/** Nothing but zeros from `at` on? */
function isZero(file: GrowingFile, at: number): boolean {
  const isEmpty = (bytes: Buffer) => bytes.every(byte => byte === 0)
  return isEmpty(file.read(at, Math.min(file.size, at + 64))) && isEmpty(file.read(at))
}

const damaged = (path: string, why: string, cause?: unknown) =>
  new CustodyError(
    'store-damaged',
    `${path} is damaged: ${why}. Keep it as it is and have it looked into; nothing was changed.`,
    { cause },
  )
