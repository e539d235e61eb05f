import { createHash } from 'node:crypto'
import { looksSecret, secretKind } from '../../core/looks-secret.ts'
import { holdsGluedSeedWords } from '../../core/seed-words.ts'
import { type SecretKind, secretTitles } from '../../core/vocabulary.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { PictureSearch } from '../../vision/pool/vision.ts'
import type { PictureSaid } from '../../vision/pool/vision-wire.ts'
import { isPublicWords, isSerial, secretIn } from '../../vision/rest/secret-text.ts'
import { huntIn } from './hunt.node.ts'
import type { FoundPicture, Leak, LeakScan, PassedOver, Scanned } from './leak-scan.node.ts'

export interface PictureScanOptions {
  /** Pictures as photographs of its cards, too, and lines of text by its passphrases; null: as pictures of anything. */
  readonly profile: ProductProfile | null
  /** Also read every line of text in every picture. Default: false. */
  readonly texts?: boolean
  /** For one picture, ms. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** What a picture gave away, and what of it was not read. */
interface Looked {
  readonly leaks: readonly string[]
  readonly passedOver: readonly string[]
}

/** A line is read slowly, and a page has a hundred of them. */
const usualDeadlineMs = 600_000
/** No picture of ours is nearly as large; one inside of something else has all that follows behind it. */
const mostBytes = 64 * 2 ** 20

/** Looks at pictures as somebody would who wants the secrets: reads every symbol, and lines of text. */
export class PictureScan {
  readonly #scan: LeakScan
  readonly #vision: PictureSearch
  readonly #options: PictureScanOptions
  /** What was found in a picture that stands in several files. */
  readonly #known = new Map<string, Promise<Looked | null>>()

  constructor(scan: LeakScan, vision: PictureSearch, options: PictureScanOptions) {
    this.#scan = scan
    this.#vision = vision
    this.#options = options
  }

  /** @returns null for bytes that only begin like a picture */
  async lookAt({ where, bytes }: FoundPicture): Promise<{ leaks: Leak[]; passedOver: PassedOver[] } | null> {
    const piece = bytes.subarray(0, mostBytes)
    const id = createHash('sha256').update(piece).digest('hex')
    const looking = this.#known.get(id) ?? this.#search(piece, where)
    this.#known.set(id, looking)
    const looked = await looking
    if (looked === null) return null
    return {
      leaks: looked.leaks.map(what => ({ where, what })),
      passedOver: looked.passedOver.map(why => ({ where, why })),
    }
  }

  /** Everything in what was scanned, its pictures looked at; and how many pictures there were. */
  async allLeaksIn({ leaks, pictures }: Scanned): Promise<{ leaks: Leak[]; looked: number }> {
    const looked = (await Promise.all(pictures.map(one => this.lookAt(one)))).filter(found => found !== null)
    return { leaks: [...leaks, ...looked.flatMap(found => found.leaks)], looked: looked.length }
  }

  async #search(bytes: Uint8Array, name: string): Promise<Looked | null> {
    const { texts, profile, deadlineMs = usualDeadlineMs, signal } = this.#options
    const found = await this.#vision.search(bytes, { texts, profile, deadlineMs, signal, name })
    if (found === null) return null
    const { linesLeft, furtherFrames, card } = found
    const onCard = [
      ...(card?.marks ?? []).map(mark => `the ${mark} can be read`),
      ...(card?.exposed ?? []).map(kind => `${kind} can be read`),
    ]
    const passedOver = [
      ...(linesLeft > 0 ? [`${linesLeft} lines of text were not read`] : []),
      ...(furtherFrames > 0 ? [`${furtherFrames} further frames were not looked at`] : []),
    ]
    return { leaks: [...new Set([...this.#inSymbols(found), ...this.#inLines(found), ...onCard])], passedOver }
  }

  #inSymbols({ said }: PictureSaid): string[] {
    return said.flatMap(({ by, payloads, where: [[x, y]] }) =>
      by !== 'symbol'
        ? []
        : payloads.flatMap(payload => {
            const bytes = Buffer.from(payload.expose())
            payload.dispose()
            const place = `at ${Math.round(x)}, ${Math.round(y)}`
            const known = [...this.#scan.tracesIn(bytes)].map(what => `symbol ${place}: ${what}`)
            const isSecret = looksSecret(bytes)
            bytes.fill(0)
            return isSecret ? [...known, 'symbol: a private key'] : known
          }),
    )
  }

  /** By line, and by all lines together, as words and keys may be broken into lines. */
  #inLines({ said }: PictureSaid): string[] {
    const lines = said.filter(({ by }) => by === 'text')
    const texts = lines.map(({ payloads, where: [[x, y]] }) => {
      const read = payloads.map(payload => payload.exposeText())
      for (const payload of payloads) payload.dispose()
      return { read, place: `at ${Math.round(x)}, ${Math.round(y)}` }
    })
    const found = texts.flatMap(({ read, place }) => this.#kindsOf(read).map(what => `text ${place}: ${what}`))
    const whole = (texts[0]?.read ?? []).map((_, i) => texts.map(({ read }) => read[i] ?? '').join('\n'))
    if (found.length === 0 && texts.length > 1) found.push(...this.#kindsOf(whole).map(what => `text: ${what}`))
    return found
  }

  #kindsOf(read: readonly string[]): string[] {
    const { profile } = this.#options
    const known = read.flatMap(text => this.#scan.bytes(Buffer.from(text), '').leaks.map(({ what }) => what))
    const isPublic =
      profile !== null &&
      read.some(text => isSerial(text, profile) || (text.length < 60 && isPublicWords(text, profile)))
    const kinds = isPublic
      ? []
      : read.map(text => kindInLine(text) ?? (profile !== null && text.length < 60 ? secretIn(text, profile) : null))
    return [...new Set([...known, ...kinds.flatMap(kind => (kind === null ? [] : [secretTitles[kind]]))])]
  }
}

/** Readers misread a character of a key now and then: then its checksum is wrong, and its first letters and length tell. */
const shapes: readonly (readonly [kind: SecretKind, pattern: RegExp])[] = [
  ['epk', /(?<![A-Za-z0-9])6P[1-9A-HJ-NP-Za-km-z]{44,56}(?![A-Za-z0-9])/],
  ['wif', /^[5KL][1-9A-HJ-NP-Za-km-z]{50,51}$/],
]

function kindInLine(text: string): SecretKind | null {
  const [hunted] = huntIn(Buffer.from(text), null)
  const shape = shapes.find(([, pattern]) => pattern.test(text.replaceAll(/[ -]/g, '')))
  if (hunted !== undefined || shape !== undefined) return hunted?.kind ?? shape![0]
  if (secretKind(text) === 'passphrase') return 'passphrase'
  return /^[a-z]+$/.test(text) && holdsGluedSeedWords(text) ? 'seed-words' : null
}
