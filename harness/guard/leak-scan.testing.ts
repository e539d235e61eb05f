import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { constants, inflateRawSync, inflateSync } from 'node:zlib'
import type { KnownSecret } from './secret-encodings.testing.ts'
import { SHORTEST_TRACE, type Trace, tracesOf } from './secret-encodings.testing.ts'

/** A secret that was found. Says where and which, and nothing of it. */
export interface Leak {
  /** File, then what in it: `run/report.html › base64 at 8132 › gzip at 0`. */
  readonly where: string
  readonly what: string
}

/** A picture that was found, as a file or inside of one; the caller reads it. */
export interface FoundPicture {
  readonly where: string
  readonly bytes: Buffer
}

export interface Scanned {
  readonly leaks: readonly Leak[]
  readonly pictures: readonly FoundPicture[]
}

/** What is inside of what is inside: deeper than any file of ours is packed. */
const DEEPEST = 4

/**
 * Looks for secrets in bytes of any kind: plain and encoded ({@link tracesOf}), across line breaks, and in whatever is
 * packed inside: gzip, zlib and zip streams, base64 texts, and pictures' metadata. Single groups of a passphrase count
 * where they stand as words of their own; elsewhere four characters may be chance.
 */
export class LeakScan {
  readonly #byStart = new Map<number, Trace[]>()
  /** Which two first bytes any trace has: most places are passed by on one look. */
  readonly #starts = new Uint8Array(0x10000)
  readonly #groups = new Map<string, string>()

  constructor(secrets: readonly KnownSecret[]) {
    for (const trace of tracesOf(secrets)) {
      const start = trace.bytes.readUInt32LE(0)
      this.#starts[start & 0xffff] = 1
      const same = this.#byStart.get(start)
      if (same) same.push(trace)
      else this.#byStart.set(start, [trace])
    }
    for (const { name, groups = [] } of secrets) {
      for (const [i, group] of groups.entries())
        if (group.length >= 4) this.#groups.set(group, `group ${i + 1} of the ${name}`)
    }
  }

  /** Every file of a folder, names included. */
  folder(root: string): Scanned {
    const found: Scanned[] = []
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
    found.push(this.bytes(Buffer.from(names.join('\n')), `names in ${root}`))
    for (const name of names) {
      const path = join(root, name)
      if (statSync(path).isFile()) found.push(this.bytes(readFileSync(path), relative(join(root, '..'), path)))
    }
    return { leaks: found.flatMap(({ leaks }) => leaks), pictures: found.flatMap(({ pictures }) => pictures) }
  }

  bytes(bytes: Buffer, where: string): Scanned {
    const leaks: Leak[] = []
    const pictures: FoundPicture[] = []
    this.#scan(bytes, where, 0, leaks, pictures)
    return { leaks, pictures }
  }

  #scan(bytes: Buffer, where: string, depth: number, leaks: Leak[], pictures: FoundPicture[]): void {
    for (const what of this.tracesIn(bytes)) leaks.push({ where, what })
    if (isText(bytes)) {
      const text = bytes.toString('latin1')
      for (const what of this.tracesIn(Buffer.from(text.replaceAll(/\s+/g, ''), 'latin1')))
        leaks.push({ where: `${where} › without spaces`, what })
      for (const what of this.#groupsIn(text)) leaks.push({ where, what })
    }
    for (const at of picturesIn(bytes)) {
      pictures.push({ where: at === 0 ? where : `${where} › picture at ${at}`, bytes: bytes.subarray(at) })
    }
    if (depth === DEEPEST) return
    for (const [how, inside] of unpacked(bytes)) this.#scan(inside, `${where} › ${how}`, depth + 1, leaks, pictures)
  }

  /** Names of the traces that stand in these bytes. */
  tracesIn(bytes: Buffer): Set<string> {
    const found = new Set<string>()
    for (let i = 0; i + SHORTEST_TRACE <= bytes.length; i++) {
      if (this.#starts[bytes[i]! | (bytes[i + 1]! << 8)] === 0) continue
      for (const { name, bytes: trace } of this.#byStart.get(bytes.readUInt32LE(i)) ?? []) {
        if (bytes.compare(trace, 0, trace.length, i, Math.min(bytes.length, i + trace.length)) === 0) found.add(name)
      }
    }
    return found
  }

  #groupsIn(text: string): Set<string> {
    const found = new Set<string>()
    // In long runs of base64 or hex the neighbours of a group would be letters, not ends of words.
    for (const [word] of text.matchAll(/(?<![A-Za-z0-9+/=_])[A-Z0-9]{4,8}(?![A-Za-z0-9+/=_])/g)) {
      const group = this.#groups.get(word)
      if (group !== undefined) found.add(group)
    }
    return found
  }
}

function isText(bytes: Buffer): boolean {
  return !bytes.subarray(0, 4096).includes(0)
}

const signatures = [
  Buffer.from([0xff, 0xd8, 0xff]),
  Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  Buffer.from('GIF8'),
  Buffer.from('WEBPVP8'),
  Buffer.from([0x49, 0x49, 0x2a, 0x00]),
  Buffer.from([0x4d, 0x4d, 0x00, 0x2a]),
]

/** Where pictures begin, thumbnails inside of others included. */
function picturesIn(bytes: Buffer): number[] {
  return signatures.flatMap(signature =>
    // The RIFF header of a WebP stands 8 bytes before its name.
    placesOf(bytes, signature).map(at => (signature[0] === 0x57 ? Math.max(0, at - 8) : at)),
  )
}

function placesOf(bytes: Buffer, pattern: Buffer): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) places.push(at)
  return places
}

const cutShort = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 26 }

const streams: readonly (readonly [string, Buffer, (bytes: Buffer) => Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08]), ungzip],
  ...[0x01, 0x5e, 0x9c, 0xda].map(
    level => ['zlib', Buffer.from([0x78, level]), (bytes: Buffer) => inflateSync(bytes, cutShort)] as const,
  ),
  ['zip entry', Buffer.from('PK\x03\x04', 'latin1'), unzipEntry],
]

/** RFC 1952, 2.3.1: ten bytes, then what the flags promise. By hand, as Node's own refuses whatever follows the stream. */
function ungzip(bytes: Buffer): Buffer {
  const flags = bytes[3]!
  let at = 10
  if (flags & 0x04) at += 2 + bytes.readUInt16LE(at)
  // File name and comment end with a zero byte.
  for (const text of [0x08, 0x10]) if (flags & text) at = bytes.indexOf(0, at) + 1
  if (flags & 0x02) at += 2
  return inflateRawSync(bytes.subarray(at), cutShort)
}

/** APPNOTE.TXT 4.3.7: name and extra field follow the 30 bytes of the local header. */
function unzipEntry(bytes: Buffer): Buffer {
  const at = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  const stored = bytes.readUInt16LE(8) === 0
  return stored ? bytes.subarray(at) : inflateRawSync(bytes.subarray(at), cutShort)
}

function* unpacked(bytes: Buffer): Generator<[string, Buffer]> {
  for (const [kind, magic, unpack] of streams) {
    for (const at of placesOf(bytes, magic)) {
      try {
        const inside = unpack(bytes.subarray(at))
        if (inside.length >= SHORTEST_TRACE) yield [`${kind} at ${at}`, inside]
      } catch {
        // Two or three bytes that look like a stream's first ones, and are none.
      }
    }
  }
  if (!isText(bytes)) return
  for (const { 0: run, index } of bytes.toString('latin1').matchAll(/[A-Za-z0-9+/_-]{24,}/g)) {
    yield [`base64 at ${index}`, Buffer.from(run, 'base64')]
  }
}
