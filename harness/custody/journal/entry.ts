import { z } from 'zod'
import { withoutTypography } from '../../core/bare-serial.ts'
import { looksSecret } from '../../core/looks-secret.ts'
import { REDACTED } from '../../core/secret.ts'
import { ChainEntry } from '../hash-chain.ts'

/** What an entry says. When, and in which order, is the chain's matter. */
export const JournalBody = z.strictObject({
  journal: z.literal('assay-journal-1'),
  /** What happened, as its writer names it: `inspection`. */
  kind: z.string().regex(/^[a-z][a-z-]{1,39}$/),
  /** A person of the register, or what somebody called themselves; null where a machine worked alone. */
  who: z.string().nullable(),
  why: z.string().nullable(),
  /** Serial of the unit that it is about. */
  unit: z.string().nullable(),
  /** Place in the process, such as `sealed`. */
  station: z.string().nullable(),
  /** What its writer gives meaning to. */
  facts: z.record(z.string(), z.unknown()),
  /** Where something in it looked like a secret and was left out; left out where nothing did. */
  redacted: z.array(z.string()).exactOptional(),
})
export type JournalBody = z.infer<typeof JournalBody>

/** An entry of the chain that a journal is. */
export const ChainedEntry = z.strictObject({ ...ChainEntry.shape, body: JournalBody })
export type ChainedEntry = z.infer<typeof ChainedEntry>

/** What is written down; what is not said is null. */
export interface Said {
  readonly kind: string
  readonly who?: string | null | undefined
  readonly why?: string | null | undefined
  readonly unit?: string | null
  readonly station?: string | null
  readonly facts?: object
}

/** What of an entry names units. */
type Names = Pick<JournalBody, 'unit' | 'facts'>

/** An entry of a journal as it is read: each unit by the one name that it has, however it was set when it was written. */
export interface JournalEntry extends JournalBody {
  readonly index: number
  /** UTC. */
  readonly at: string
  /** What a person signed with other names than these; left out where they are the same. */
  readonly signedAs?: Names
}

/** Kind of the one entry that may be older than the one before it: a person says that the clock was wrong until then. */
export const clockSet = 'clock-set'
/** What its clock had said before, at the last entry. */
export const ClockFacts = z.looseObject({ clockSaid: z.iso.datetime() })
export type ClockFacts = z.infer<typeof ClockFacts>

/** What entries about a unit are found by. */
export const unitSubject = (unit: string) => `unit ${unit}`
/** What entries of before, which have a unit as its lot file set it, are found by: `*` and `[^…]` as in names of files. */
export const typesetSubjects = unitSubject('*[^0-9A-Za-z]*')

/** What entries about no unit are found by. */
const topics = ['people', 'alarms', 'changes', 'lots', 'gauges', 'unknown units'] as const
export type Topic = (typeof topics)[number]

const topicOfKind: readonly (readonly [RegExp, Topic])[] = [
  [/^person-/, 'people'],
  [/^alarm(?:-|$)/, 'alarms'],
  [/-changed$/, 'changes'],
  [/^lot-/, 'lots'],
  [/^gauge-/, 'gauges'],
  [/^(?:inspection|wrong-lot-file)$/, 'unknown units'],
]

/** What an entry is found by. */
export function subjectOf({ kind, unit }: Pick<JournalBody, 'kind' | 'unit'>): string | null {
  if (unit !== null) return unitSubject(unit)
  return topicOfKind.find(([kinds]) => kinds.test(kind))?.[1] ?? null
}

const lettered = (text: string | null) => (text !== null && /[\p{L}\p{N}]/u.test(text) ? text : null)

/** The body of an entry; a name or reason of no letters is none. @throws ZodError, TypeError when what is said is no data */
export function bodyOf({ kind, who = null, why = null, unit = null, station = null, facts = {} }: Said): JournalBody {
  // As JSON has it: no -0, nothing undefined, a Secret as `[secret]`.
  const data = JSON.parse(JSON.stringify({ who: lettered(who), why: lettered(why), unit, station, facts })) as Record<
    string,
    unknown
  >
  const redacted: string[] = []
  if (typeof data['unit'] === 'string') data['unit'] = withoutTypography(data['unit'])
  const kept = withoutSecrets(data, [], redacted) as typeof data
  const body = { journal: 'assay-journal-1', kind, ...kept, ...(redacted.length > 0 && { redacted }) }
  return JournalBody.parse(body)
}

export function entryOf({ index, at, body }: Pick<ChainedEntry, 'index' | 'at' | 'body'>): JournalEntry {
  const named = bareNames(body)
  if (named === null) return { index, at, ...body }
  const { unit, facts } = body
  return { index, at, ...body, ...named, ...(typeof facts['signature'] === 'string' && { signedAs: { unit, facts } }) }
}

/** Facts that name a unit, or several. A record stays as it is: it is compared to the letter with what lies in folders. */
const nameFields = ['unit', 'scanned', 'sample'] as const

/**
 * The same with every unit by its one name: journals of before have units as their lot files set them, and what was said of one must not
 * be lost under the other name. Null where nothing is to be changed.
 */
export function bareNames({ unit, facts }: Names): Names | null {
  const bare = unit === null ? null : withoutTypography(unit)
  let its = facts
  for (const field of nameFields) {
    const value = facts[field]
    if (isTypeset(value)) its = { ...its, [field]: withoutTypography(value) }
    else if (Array.isArray(value) && value.some(isTypeset))
      its = { ...its, [field]: value.map(one => (isTypeset(one) ? withoutTypography(one) : one)) }
  }
  const look = facts['spotCheck']
  if (typeof look === 'object' && look !== null && 'unit' in look && isTypeset(look.unit))
    its = { ...its, spotCheck: { ...look, unit: withoutTypography(look.unit) } }
  return bare === unit && its === facts ? null : { unit: bare, facts: its }
}

const isTypeset = (value: unknown): value is string => typeof value === 'string' && withoutTypography(value) !== value

/**
 * The same with every text that looks like a private key as `[secret]`: a result is never lost for what it quotes, and
 * nothing quoted is kept.
 */
function withoutSecrets(value: unknown, path: readonly string[], redacted: string[]): unknown {
  if (typeof value === 'string') {
    if (isDigest(value, nameOf(path)) || !looksSecret(value)) return value
    redacted.push(path.join('.'))
    return REDACTED
  }
  if (Array.isArray(value)) return value.map((inner, i) => withoutSecrets(inner, [...path, String(i)], redacted))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const key = looksSecret(name) ? REDACTED : name
      if (key !== name) redacted.push([...path, key].join('.'))
      return [key, withoutSecrets(inner, [...path, key], redacted)]
    }),
  )
}

/** Of a list, the field that holds it. */
const nameOf = (path: readonly string[]) => path.findLast(name => !/^\d+$/.test(name))

/** Fields of records and entries that hold a SHA-256 as hexadecimal, which looks like a bare private key. */
const digestNames = /^(?:id|photograph|truth|calibration|root|(?:\w+S|s)ha256)$/

/** A SHA-256, a public key or a signature, in a field that holds such. One signature in two hundred looks like a private key. */
const isDigest = (text: string, name = '') =>
  (digestNames.test(name) && /^[0-9a-f]{64}$/.test(text)) ||
  (name === 'publicKey' && /^[A-Za-z0-9_-]{43}$/.test(text)) ||
  (name === 'signature' && /^[A-Za-z0-9_-]{86}$/.test(text))
