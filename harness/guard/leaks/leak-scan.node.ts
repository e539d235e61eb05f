import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readOutside } from '../../core/outside-file.node.ts'
import { secretTitles } from '../../core/vocabulary.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { huntIn } from './hunt.node.ts'
import { insideOf, ScanBudget, type ScanLimits, usualLimits } from './inside.node.ts'
import { type KnownSecret, SHORTEST_TRACE, type Trace, tracesOf } from './secret-encodings.node.ts'
import { latticesOf } from './spelled.node.ts'

/** A secret that was found. Says where and which, and nothing of it. */
export interface Leak {
  /** File, then what in it: `run/report.html › base64 at 8132 › gzip at 0`. */
  readonly where: string
  readonly what: string
}

/** A picture that was found, as a file or inside of one; the caller reads it. */
export interface FoundPicture {
  readonly where: string
  /** A file, or what was packed as one, begins with it: it is no chance. */
  readonly isWhole: boolean
  readonly bytes: Buffer
}

export interface Scanned {
  readonly leaks: readonly Leak[]
  readonly pictures: readonly FoundPicture[]
  /** What was not looked into. */
  readonly passedOver: readonly PassedOver[]
}

export interface PassedOver {
  readonly where: string
  readonly why: string
}

/** What is looked for, besides the secrets that are known. */
export interface HuntOptions {
  /** Also what nobody knows, by pattern and checksum; with a product's profile, its passphrases too. Default: nothing. */
  readonly hunt?: { readonly profile: ProductProfile | null }
  readonly limits?: ScanLimits
}

/**
 * Looks for secrets in bytes of any kind: plain and encoded ({@link tracesOf}), across line breaks, and in whatever is
 * packed or written inside ({@link insideOf}). Single groups of a passphrase count where they stand as words of their own;
 * elsewhere four characters may be chance.
 */
export class LeakScan {
  readonly #byStart = new Map<number, Trace[]>()
  /** Which two first bytes any trace has: most places are passed by on one look. */
  readonly #starts = new Uint8Array(0x10000)
  readonly #groups = new Map<string, string>()
  readonly #options: HuntOptions

  constructor(secrets: readonly KnownSecret[], options: HuntOptions = {}) {
    this.#options = options
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
      if (statSync(path).isFile()) {
        found.push(this.bytes(readOutside(path, 'evidence'), relative(join(root, '..'), path)))
      }
    }
    return {
      leaks: found.flatMap(({ leaks }) => leaks),
      pictures: found.flatMap(({ pictures }) => pictures),
      passedOver: found.flatMap(({ passedOver }) => passedOver),
    }
  }

  bytes(bytes: Buffer, where: string): Scanned {
    const leaks: Leak[] = []
    const pictures: FoundPicture[] = []
    const budget = new ScanBudget(this.#options.limits ?? usualLimits)
    this.#scan(bytes, where, 0, leaks, pictures, budget)
    for (const { how, bytes: picked } of isText(bytes) ? latticesOf(bytes) : [])
      this.#look(picked, `${where} › ${how}`, leaks, null)
    const passedOver = [...budget.passedOver].map(([why, at]) => ({ where: at, why }))
    return { leaks, pictures, passedOver }
  }

  #scan(
    bytes: Buffer,
    where: string,
    depth: number,
    leaks: Leak[],
    pictures: FoundPicture[],
    budget: ScanBudget,
  ): void {
    this.#look(bytes, where, leaks, this.#options.hunt?.profile ?? null)
    if (isText(bytes)) {
      const text = bytes.toString('latin1')
      for (const what of this.tracesIn(Buffer.from(text.replaceAll(/\s+/g, ''), 'latin1')))
        leaks.push({ where: `${where} › without spaces`, what })
      for (const what of this.#groupsIn(text)) leaks.push({ where, what })
    }
    for (const at of picturesIn(bytes)) {
      pictures.push({
        where: at === 0 ? where : `${where} › picture at ${at}`,
        isWhole: at === 0,
        bytes: bytes.subarray(at),
      })
    }
    for (const { how, bytes: inside } of insideOf(bytes, where, budget)) {
      const within = `${where} › ${how}`
      if (depth === budget.deepest) budget.passOver('it is packed deeper than is looked into', within)
      else if (budget.takes(inside, within)) this.#scan(inside, within, depth + 1, leaks, pictures, budget)
      else return
    }
  }

  /** In the plain only. */
  #look(bytes: Buffer, where: string, leaks: Leak[], profile: ProductProfile | null): void {
    for (const what of this.tracesIn(bytes)) leaks.push({ where, what })
    const hunted = this.#options.hunt === undefined ? [] : huntIn(bytes, profile)
    for (const { kind, at } of hunted) leaks.push({ where: `${where} at ${at}`, what: secretTitles[kind] })
  }

  /** Names of the traces that stand in these bytes. */
  tracesIn(bytes: Buffer): Set<string> {
    const found = new Set<string>()
    if (this.#byStart.size === 0) return found
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
    if (this.#groups.size === 0) return found
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
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from('GIF87a'),
  Buffer.from('GIF89a'),
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
