import { createCipheriv, createDecipheriv } from 'node:crypto'
import { closeSync, existsSync, fstatSync, ftruncateSync, readSync } from 'node:fs'
import type { Secret } from '../core/secret.ts'
import { CustodyError, fileError } from './custody-error.ts'
import { openSynchronous, writeAt } from './durable-file.ts'

const magic = 'assay-store-1\n'
const headLength = 64
/** A record's length, then the same inverted: half a record is told from a damaged one. */
const lengthLength = 8
const nonceLength = 12
const tagLength = 16
/** No record of ours is nearly as long: what claims to be is damage. */
const longestRecord = 2 ** 20

export interface StoreOptions {
  readonly path: string
  /** 32 bytes, used for this store only. */
  readonly key: Secret
  /** What the records are, e.g. `site A, lot 7`: part of every seal, so that no record passes for one of another store. */
  readonly label: string
  readonly random: (length: number) => Uint8Array
}

/**
 * Records that reach the drive only encrypted (AES-256-GCM each, bound to the store and to their place in it). Append-only;
 * what {@link SealedStore.append} acknowledged survives kill -9 and a power cut, and half a record is never seen.
 */
export class SealedStore implements Disposable {
  readonly #options: StoreOptions
  readonly #file: number
  readonly #key: Buffer
  /** Where record `i` begins; one more entry for the end. */
  readonly #places: number[]

  private constructor(options: StoreOptions, file: number, places: number[]) {
    this.#options = options
    this.#file = file
    this.#key = Buffer.from(options.key.expose())
    this.#places = places
  }

  /**
   * Opens a store, or begins one where there is none. A half-written last record was never acknowledged: it is cut off.
   * @throws CustodyError `store-newer`, `store-damaged`, or what {@link fileError} says
   */
  static open(options: StoreOptions): SealedStore {
    const { path } = options
    const isNew = !existsSync(path)
    let file: number
    try {
      file = openSynchronous(path, isNew ? 'new' : 'old', 0o600)
    } catch (cause) {
      throw fileError(path, 'opened', cause)
    }
    try {
      const size = fstatSync(file).size
      // A process that was killed while it began the store left nothing in it.
      if (size < headLength) beginStore(file, path)
      else readHead(file, path)
      const places = size < headLength ? [headLength] : placesOf(file, path, size)
      if (places.at(-1)! < size) ftruncateSync(file, places.at(-1)!)
      return new SealedStore(options, file, places)
    } catch (error) {
      closeSync(file)
      throw error
    }
  }

  /** How many records are acknowledged. */
  get count(): number {
    return this.#places.length - 1
  }

  /** Appends records; when it returns, all of them are on the drive. On an error none of them is. */
  append(records: readonly Uint8Array[]): void {
    const end = this.#places.at(-1)!
    const sealed = records.map((record, i) => this.#seal(record, this.count + i))
    const bytes = Buffer.concat(sealed)
    try {
      writeAt(this.#file, bytes, end)
    } catch (cause) {
      try {
        ftruncateSync(this.#file, end)
      } catch {
        // The next opening cuts it off.
      }
      throw fileError(this.#options.path, 'written', cause)
    }
    for (const { length } of sealed) this.#places.push(this.#places.at(-1)! + length)
  }

  /** Record `index` in clear. The caller zeroes it. @throws CustodyError `store-damaged` */
  record(index: number): Buffer {
    const from = this.#places[index]
    const to = this.#places[index + 1]
    if (from === undefined || to === undefined) throw new RangeError(`the store has no record ${index}`)
    const bytes = Buffer.alloc(to - from)
    readSync(this.#file, bytes, 0, bytes.length, from)
    try {
      const cipher = createDecipheriv(
        'aes-256-gcm',
        this.#key,
        bytes.subarray(lengthLength, lengthLength + nonceLength),
      )
      cipher.setAAD(this.#bond(index))
      cipher.setAuthTag(bytes.subarray(-tagLength))
      return Buffer.concat([cipher.update(bytes.subarray(lengthLength + nonceLength, -tagLength)), cipher.final()])
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
    closeSync(this.#file)
  }

  #seal(record: Uint8Array, index: number): Buffer {
    const nonce = this.#options.random(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(this.#bond(index))
    const length = Buffer.alloc(lengthLength)
    length.writeUInt32BE(record.length)
    length.writeInt32BE(~record.length, 4)
    return Buffer.concat([length, nonce, cipher.update(record), cipher.final(), cipher.getAuthTag()])
  }

  #bond(index: number): Buffer {
    return Buffer.from(`assay-store-1 ${this.#options.label} record ${index}`)
  }
}

function beginStore(file: number, path: string): void {
  try {
    const head = Buffer.alloc(headLength)
    head.write(magic)
    writeAt(file, head, 0)
  } catch (cause) {
    throw fileError(path, 'written', cause)
  }
}

function readHead(file: number, path: string): void {
  const head = Buffer.alloc(headLength)
  readSync(file, head, 0, headLength, 0)
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
function placesOf(file: number, path: string, size: number): number[] {
  const places = [headLength]
  const length = Buffer.alloc(lengthLength)
  for (;;) {
    const at = places.at(-1)!
    if (at === size) return places
    if (size - at < lengthLength || isZero(file, at, size)) return places
    readSync(file, length, 0, lengthLength, at)
    const recordLength = length.readUInt32BE()
    if (length.readInt32BE(4) !== ~recordLength || recordLength > longestRecord) {
      throw damaged(path, `record ${places.length} has no possible length`)
    }
    const end = at + lengthLength + nonceLength + recordLength + tagLength
    if (end > size) return places
    places.push(end)
  }
}

function isZero(file: number, from: number, to: number): boolean {
  const bytes = Buffer.alloc(Math.min(to - from, 64))
  readSync(file, bytes, 0, bytes.length, from)
  if (bytes.some(byte => byte !== 0)) return false
  const rest = Buffer.alloc(to - from)
  readSync(file, rest, 0, rest.length, from)
  return rest.every(byte => byte === 0)
}

const damaged = (path: string, why: string, cause?: unknown) =>
  new CustodyError(
    'store-damaged',
    `${path} is damaged: ${why}. Keep it as it is and have it looked into; nothing was changed.`,
    {
      cause,
    },
  )
