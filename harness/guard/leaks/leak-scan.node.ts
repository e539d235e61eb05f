import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readOutside } from '../../core/outside-file.node.ts'
import { secretTitles } from '../../core/vocabulary.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { huntIn } from './hunt.node.ts'
import { insideOf, ScanBudget, type ScanLimits, usualLimits, writtenIn } from './inside.node.ts'
import { readingsOf } from './readings.node.ts'
import { type KnownSecret, SHORTEST_TRACE, type Trace, tracesOf } from './secret-encodings.node.ts'
import { type Inside, latticesOf } from './spelled.node.ts'

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

/** Base64 that is cut gives up to so many bytes of its own at the end. */
const cutBytes = 3

/** Is a picture the beginning of another? */
function isCutOff({ bytes }: FoundPicture, { bytes: whole }: FoundPicture): boolean {
  const length = Math.max(0, bytes.length - cutBytes)
  return length <= whole.length && bytes.subarray(0, length).equals(whole.subarray(0, length))
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
 * elsewhere four characters may be chance. Then in every other reading of a text ({@link readingsOf}), where a secret counts once.
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
    this.#scan(bytes, { where, depth: 0, readAgain: 0 }, leaks, pictures, budget)
    for (const { how, bytes: picked } of isText(bytes) ? latticesOf(bytes) : [])
      this.#look(picked, `${where} › ${how}`, leaks, null)
    const passedOver = [...budget.passedOver].map(([why, at]) => ({ where: at, why }))
    return { leaks, pictures, passedOver }
  }

  /** @returns what was found */
  #scan(bytes: Buffer, place: Place, leaks: Leak[], pictures: FoundPicture[], budget: ScanBudget): Sighted {
    const { where, depth, readAgain } = place
    const sighted = this.#look(bytes, where, leaks, this.#options.hunt?.profile ?? null)
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
    const runs = new Set<string>()
    const goInto = (insides: Iterable<Inside>, from: string, again: number): boolean => {
      for (const { how, bytes: inside } of insides) {
        const within = `${from} › ${how}`
        if (depth === budget.deepest) budget.passOver('it is packed deeper than is looked into', within)
        else if (budget.takes(inside, within)) {
          const found = this.#scan(
            inside,
            { where: within, depth: depth + 1, readAgain: again },
            leaks,
            pictures,
            budget,
          )
          for (const one of found) sighted.add(one)
        } else return false
      }
      return true
    }
    const from = pictures.length
    if (!goInto(insideOf(bytes, where, budget, runs), where, readAgain) || readAgain === mostReadAgain) return sighted
    const seen = pictures.slice(from)
    for (const { how, text } of readingsOf(textOf(bytes))) {
      const within = `${where} › ${how}`
      this.#lookAgain(text, within, leaks, sighted)
      if (!goInto(writtenIn(text, runs), within, readAgain + 1)) break
    }
    // A reading ends near its changes, and so do the pictures that stand there: what is cut off one shows nothing more.
    const again = pictures.splice(from + seen.length)
    pictures.push(...again.filter(one => !seen.some(whole => isCutOff(one, whole))))
    return sighted
  }

  /** In the plain only. */
  #look(bytes: Buffer, where: string, leaks: Leak[], profile: ProductProfile | null): Sighted {
    const sighted: Sighted = new Set()
    for (const what of this.tracesIn(bytes)) {
      leaks.push({ where, what })
      sighted.add(pieceOf(what))
    }
    const hunted = this.#options.hunt === undefined ? [] : huntIn(bytes, profile)
    for (const { kind, at, found } of hunted) {
      leaks.push({ where: `${where} at ${at}`, what: secretTitles[kind] })
      sighted.add(coreOf(found))
    }
    return sighted
  }

  /** In another reading of a text: only what was not found in it before. */
  #lookAgain(text: string, where: string, leaks: Leak[], sighted: Sighted): void {
    const bytes = Buffer.from(text, 'latin1')
    const traces = [...this.tracesIn(bytes), ...this.tracesIn(Buffer.from(text.replaceAll(/\s+/g, ''), 'latin1'))]
    for (const what of [...traces, ...this.#groupsIn(text)]) {
      if (sighted.has(pieceOf(what))) continue
      leaks.push({ where, what })
      sighted.add(pieceOf(what))
    }
    const { hunt } = this.#options
    for (const { kind, found } of hunt === undefined ? [] : huntIn(bytes, hunt.profile)) {
      const core = coreOf(found)
      if (sighted.has(core) || [...sighted].some(one => one.includes(core) || core.includes(one))) continue
      leaks.push({ where, what: secretTitles[kind] })
      sighted.add(core)
    }
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

interface Place {
  readonly where: string
  /** Inside of how many. */
  readonly depth: number
  /** How many of these were found in another reading. */
  readonly readAgain: number
}

/** Beyond, readings of readings would grow without end. */
const mostReadAgain = 2

/** What was found in some bytes, in clear: never to be printed. */
type Sighted = Set<string>

/** Which secret, whatever it was encoded in. */
const pieceOf = (trace: string) => trace.replace(/ \([^()]*\)$/, '')
/** A key or passphrase however it is set. */
const coreOf = (found: string) =>
  (/^[a-z]+[^A-Za-z]/.test(found)
    ? found.replaceAll(/[^a-z]/g, '')
    : found.replaceAll(/[^A-Za-z0-9]/g, '')
  ).toUpperCase()

/** Of text, in a file that is none. */
const stretches = /[\t\n\r -~]{24,}/g

/** What may be read as text: all of it, or the stretches of it in a file that is none. */
const textOf = (bytes: Buffer): string =>
  isText(bytes) ? bytes.toString('latin1') : (bytes.toString('latin1').match(stretches) ?? []).join('\n\0\n')

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
