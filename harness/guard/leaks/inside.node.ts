import { constants, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { dumpsIn } from './dumps.node.ts'
import { notRead } from './not-read.node.ts'
import { SHORTEST_TRACE } from './secret-encodings.node.ts'
import { type Inside, spelledIn } from './spelled.node.ts'

/** How much may be looked into. Whoever packs a bomb gets no more of our memory and time, and what was passed over is said. */
export interface ScanLimits {
  /** What is inside of what is inside, at most. */
  readonly depth: number
  /** What everything in one file may unpack to, bytes. */
  readonly unpackedBytes: number
  /** Streams that one file may hold. */
  readonly parts: number
}
export const usualLimits: ScanLimits = { depth: 6, unpackedBytes: 2 ** 29, parts: 200_000 }

/** What is left of the limits for one file. */
export class ScanBudget {
  #bytes: number
  #parts: number
  readonly deepest: number
  /** What was not looked into, each reason once, with where it was first met. */
  readonly passedOver = new Map<string, string>()

  constructor({ depth, unpackedBytes, parts }: ScanLimits) {
    this.#bytes = unpackedBytes
    this.#parts = parts
    this.deepest = depth
  }

  get bytesLeft(): number {
    return this.#bytes
  }

  /** @returns false: no more is looked into */
  takes(bytes: Buffer, where: string): boolean {
    this.#bytes -= bytes.length
    this.#parts--
    if (this.#bytes < 0) this.passOver('it unpacks to more than is looked into', where)
    else if (this.#parts < 0) this.passOver('it holds more parts than are looked into', where)
    else return true
    return false
  }

  passOver(why: string, where: string): void {
    if (!this.passedOver.has(why)) this.passedOver.set(why, where)
  }
}

/**
 * Whatever is packed or written inside of bytes: gzip, zlib, zstd and zip streams anywhere, base64 and hexadecimal runs, wide and
 * escaped characters. Runs of them are noted. A tar archive, and what a zip stores as it is, stand in the plain: whoever looks at the bytes has seen them.
 */
export function* insideOf(
  bytes: Buffer,
  where: string,
  budget: ScanBudget,
  runs = new Set<string>(),
): Generator<Inside> {
  for (const why of notRead(bytes)) budget.passOver(why, where)
  yield* packedIn(bytes, where, budget)
  yield* writtenIn(bytes.toString('latin1'), runs, noRuns)
}

type Unpack = (bytes: Buffer, most: number) => Buffer | null

const streams: readonly (readonly [how: string, magic: Buffer, unpack: Unpack])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08]), ungzip],
  ...[0x01, 0x5e, 0x9c, 0xda].map(
    level =>
      [
        'zlib',
        Buffer.from([0x78, level]),
        (bytes: Buffer, most: number) => inflateSync(bytes, cutShort(most)),
      ] as const,
  ),
  [
    'zstd',
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    (bytes, most) => zstdDecompressSync(bytes, { maxOutputLength: most }),
  ],
  ['zip entry', Buffer.from('PK\x03\x04', 'latin1'), unzipEntry],
]

/** A stream that was cut off gives what it has. */
const cutShort = (most: number) => ({ finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most })

class NotLookedInto extends Error {}

function* packedIn(bytes: Buffer, where: string, budget: ScanBudget): Generator<Inside> {
  for (const [kind, magic, unpack] of streams) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      const how = `${kind} at ${at}`
      try {
        const inside = unpack(bytes.subarray(at), Math.max(1, budget.bytesLeft))
        if (inside !== null && inside.length >= SHORTEST_TRACE) yield { how, bytes: inside }
      } catch (error) {
        const { code } = error as { code?: string }
        if (error instanceof NotLookedInto) budget.passOver(error.message, `${where} › ${how}`)
        else if (code === 'ERR_BUFFER_TOO_LARGE') {
          budget.passOver('it unpacks to more than is looked into', `${where} › ${how}`)
        }
        // Everything else: two or three bytes that look like a stream's first ones, and are none.
      }
    }
  }
}

/** RFC 1952, 2.3.1: ten bytes, then what the flags promise. By hand, as Node's own refuses whatever follows the stream. */
function ungzip(bytes: Buffer, most: number): Buffer {
  const flags = bytes[3]!
  let at = 10
  if (flags & 0x04) at += 2 + bytes.readUInt16LE(at)
  // File name and comment end with a zero byte.
  for (const text of [0x08, 0x10]) if (flags & text) at = bytes.indexOf(0, at) + 1
  if (flags & 0x02) at += 2
  return inflateRawSync(bytes.subarray(at), cutShort(most))
}

/** What follows an entry begins with `PK` and one of these: the next entry, the directory, the entry's descriptor. */
const afterEntry: readonly number[] = [0x0403, 0x0201, 0x0807]
/** Of longer ones the two ends are enough: what is between them stands in the plain. */
const longestStored = 2 ** 16

/** What is stored stands in the plain, and is seen there; but its first word has the entry's name before it, and its last one a sign behind it. */
function endsOfStored(bytes: Buffer): Buffer {
  const isEnd = (at: number) => at + 4 <= bytes.length && afterEntry.includes(bytes.readUInt16LE(at + 2))
  let end = bytes.indexOf('PK')
  while (end >= 0 && !isEnd(end)) end = bytes.indexOf('PK', end + 2)
  const whole = end < 0 ? bytes : bytes.subarray(0, end)
  if (whole.length <= longestStored) return whole
  return Buffer.concat([whole.subarray(0, longestStored / 2), Buffer.from('\n'), whole.subarray(-longestStored / 2)])
}

/** APPNOTE.TXT 4.3.7: name and extra field follow the 30 bytes of the local header. null: it is none. */
function unzipEntry(bytes: Buffer, most: number): Buffer | null {
  const at = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  const method = bytes.readUInt16LE(8)
  // No version of the format is nearly as high: four letters that stand there by chance.
  if (bytes.readUInt16LE(4) > 0x0fff) return null
  if ((bytes.readUInt16LE(6) & 1) !== 0) throw new NotLookedInto('an entry of a zip is encrypted')
  if (method === 0) return endsOfStored(bytes.subarray(at))
  if (method !== 8) throw new NotLookedInto(`an entry of a zip is packed in another way (method ${method})`)
  return inflateRawSync(bytes.subarray(at), cutShort(most))
}

/** Ways in which a text stands in another text, or in bytes. */
const writings: readonly (readonly [how: string, pattern: RegExp, read: (run: string) => readonly Buffer[]])[] = [
  // Broken into lines, too, as mail and PEM have it.
  ['base64', /[A-Za-z0-9+/_-]{24,}(?:\r?\n[A-Za-z0-9+/_-]+)*/g, run => fromBase64(run.replaceAll(/\s/g, ''))],
  ['hexadecimal digits', /(?:[0-9A-Fa-f]{2}){12,}/g, run => [Buffer.from(run, 'hex')]],
  [
    'wide characters',
    /(?:[\t\n\r -~]\0{1,3}){7,}[\t\n\r -~]/g,
    run => [Buffer.from(run.replaceAll('\0', ''), 'latin1')],
  ],
  [
    'escaped characters',
    /(?:[ -~]{0,3}(?:%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\[01]?[0-7]{2}|&#\d{2,3};|&#x[0-9A-Fa-f]{2};)){2,}[ -~]{0,64}/g,
    run => [Buffer.from(unescaped(run), 'latin1')],
  ],
  [
    'quoted-printable',
    /(?:[ -~]{0,3}=(?:[0-9A-F]{2}|\r?\n)){2,}[ -~]{0,64}/g,
    run => [
      Buffer.from(
        run
          .replaceAll(/=\r?\n/g, '')
          .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ),
    ],
  ],
]

/** Readings have them undone already. */
const undoneElsewhere: readonly string[] = ['escaped characters', 'quoted-printable']

/** Longer ones stand for themselves. */
const longestGlued = 2 ** 16

/** A run may begin in the middle of a group of four, or behind letters that are none of it. */
const fromBase64 = (run: string) =>
  (run.length > longestGlued ? [0] : [0, 1, 2, 3]).map(missing => Buffer.from('A'.repeat(missing) + run, 'base64'))

function unescaped(run: string): string {
  return run.replaceAll(
    /%([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{2});|&#(\d{2,3});|\\([01]?[0-7]{2})/g,
    (_, a, b, c, d, decimal, octal) => {
      const code =
        octal !== undefined
          ? Number.parseInt(octal, 8)
          : decimal !== undefined
            ? Number(decimal)
            : Number.parseInt(a ?? b ?? c ?? d, 16)
      return String.fromCharCode(code & 0xff)
    },
  )
}

const noRuns: ReadonlySet<string> = new Set()

/**
 * What is written in a text in another way.
 * @param runs what is looked into is added
 * @param seen what was looked into already, and is passed by
 */
export function* writtenIn(text: string, runs: Set<string>, seen: ReadonlySet<string> = runs): Generator<Inside> {
  for (const [kind, pattern, read] of seen === runs
    ? writings.filter(([how]) => !undoneElsewhere.includes(how))
    : writings) {
    // A run may be of several kinds.
    const own = (run: string) => `${kind} ${run}`
    for (const { 0: run, index } of text.matchAll(pattern)) {
      if (seen.has(own(run))) continue
      runs.add(own(run))
      for (const inside of read(run)) {
        if (inside.length >= SHORTEST_TRACE) yield { how: `${kind} at ${index}`, bytes: inside }
      }
    }
  }
  for (const spelled of [...spelledIn(text), ...dumpsIn(text)]) {
    if (spelled.bytes.length < SHORTEST_TRACE) continue
    const run = spelled.bytes.toString('latin1')
    if (seen.has(run)) continue
    runs.add(run)
    yield spelled
  }
}
