import { provedKind } from '../../core/key-shapes.ts'
import { plainName } from '../../core/plain-name.ts'

/** Field names that hold a factor of the key or the key itself, without case, `_` and `-`; in German, too. */
const secretFields =
  /^(bip38)?(passphrase|password|passphrasedisplay|passfactor|prefactor|epk|encryptedprivatekey|encryptedkey|bottomepk|privatekey|privkey|secretkey|privatekeyhex|wif|wiffortestonly|seed|seedb|factorb|mnemonic|secret|secrets|passwort|kennwort|geheimnis|privaterschl(?:ü|ue)ssel)/

/** Texts that are an EPK or a WIF whatever their field is called. */
function secretText(text: string): boolean {
  if (text.length < 51) return false
  const bare = text.trim()
  if (bare.length > 58) return false
  return /^6P[1-9A-HJ-NP-Za-km-z]{56}$/.test(bare) || /^[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}$/.test(bare)
}

const known = new Map<string, boolean>()

/** Asked for every field of every unit, of which there are few different ones. */
function isSecretField(name: string): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const answer = secretFields.test(name.toLowerCase().replaceAll(/[_\-\s]/g, '')) || secretText(name)
  if (known.size < 1000) known.set(name, answer)
  return answer
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a text gives something away that a lot's reader knows of besides: passphrases of its products. */
export type GivesAway = (text: string) => boolean

const nothing: GivesAway = () => false

/** Is this field secret, by its name or by what it holds? */
export const isSecret = (field: string, value: unknown, givesAway = nothing): boolean =>
  isSecretField(field) ||
  givesAway(field) ||
  (typeof value === 'string' && (secretText(value) || (value !== '' && givesAway(value))))

/** A passphrase or key in letters, groups or lines has no more signs, nor fewer. */
const [FEWEST_SIGNS, MOST_SIGNS] = [12, 80]
/** Of a longer list this is not asked. */
const MOST_PIECES = 1000

/**
 * Which of neighbouring texts give away together what none of them does by itself: a passphrase letter by letter, group by group, or in
 * the two lines that a card has, as lists of engravers have them.
 * @returns places in the list
 */
function givenInPieces(texts: readonly string[], givesAway: GivesAway): ReadonlySet<number> {
  const given = new Set<number>()
  if (texts.length > MOST_PIECES) return given
  for (let first = 0; first < texts.length - 1; first++) {
    let together = texts[first]!
    for (let last = first + 1; last < texts.length; last++) {
      together += `\n${texts[last]}`
      const signs = together.length - (last - first)
      if (signs > MOST_SIGNS) break
      if (signs < FEWEST_SIGNS || !/\p{L}/u.test(together) || !givesAway(together)) continue
      // What only stands before it is left to itself.
      const isNeeded = last === first + 1 || !givesAway(together.slice(texts[first]!.length + 1))
      if (isNeeded) for (let at = first; at <= last; at++) given.add(at)
      break
    }
  }
  return given
}

/** The text of what is one, or a number; null: it is none. */
const pieceOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null

function piecesIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(piecesIn)
  return [pieceOf(value) ?? []].flat()
}

/**
 * A copy without secrets at any depth, and the places of those that were left out: by name where a name can be shown.
 * Names that hold a secret themselves count.
 */
export function withoutSecrets(
  value: unknown,
  left: (path: string) => void,
  { path = [], givesAway = nothing }: { readonly path?: readonly string[]; readonly givesAway?: GivesAway } = {},
): unknown {
  if (Array.isArray(value)) {
    const pieces = givesAway === nothing ? [] : piecesIn(value).filter(text => !isSecret('', text, givesAway))
    if (givenInPieces(pieces, givesAway).size > 0) {
      left(path.join('.'))
      return []
    }
    return value.flatMap((item, i) => {
      const inside = [...path, String(i)]
      if (!isSecret('', item, givesAway)) return [withoutSecrets(item, left, { path: inside, givesAway })]
      left(inside.join('.'))
      return []
    })
  }
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = Object.create(null)
  const inPieces = fieldsInPieces(Object.entries(value), givesAway)
  for (const [field, inner] of Object.entries(value)) {
    const inside = [...path, shownPlace(field, givesAway)]
    if (isSecret(field, inner, givesAway) || inPieces.has(field)) left(inside.join('.'))
    else kept[field] = typeof inner === 'object' ? withoutSecrets(inner, left, { path: inside, givesAway }) : inner
  }
  return kept
}

/** Fields that give a secret away together: {@link givenInPieces}. */
export function fieldsInPieces(
  fields: readonly (readonly [field: string, value: unknown])[],
  givesAway = nothing,
): ReadonlySet<string> {
  if (givesAway === nothing) return new Set()
  const pieces = fields.flatMap(([field, value]) => {
    const text = isSecret(field, value, givesAway) ? null : pieceOf(value)
    return text === null ? [] : [{ field, text }]
  })
  const given = givenInPieces(
    pieces.map(({ text }) => text),
    givesAway,
  )
  return new Set([...given].map(at => pieces[at]!.field))
}

/** A value, and its place as it may be shown. */
interface Leaf {
  readonly place: string
  /** Empty in a list. */
  readonly name: string
  readonly text: string
}

/** Every value within a value, however deep, in the order in which they stand there; null for what is neither text nor number. */
function leavesOf(
  value: object,
  above: readonly string[],
  givesAway: GivesAway,
  shown = (field: string): string => shownPlace(field, givesAway),
): (Leaf | null)[] {
  return Object.entries(value).flatMap(([field, inner]) => {
    const isListed = Array.isArray(value)
    const path = [...above, isListed ? field : shown(field)]
    if (typeof inner === 'object' && inner !== null) return leavesOf(inner, path, givesAway)
    const text = pieceOf(inner)
    return [text === null ? null : { place: path.join('.'), name: isListed ? '' : field, text }]
  })
}

/**
 * Values of these fields, and of fields within them, that give a secret away together. What does so by itself is not told here. Of names
 * only a key that goes on in its value is: words beside each other look like a passphrase by chance.
 * @param told places of which that is known
 * @param shown what to call a field of these
 * @returns its other places, as they may be shown
 */
export function scatteredIn(
  fields: object,
  told: ReadonlySet<string>,
  givesAway: GivesAway,
  shown?: (field: string) => string,
): ReadonlySet<string> {
  const values = leavesOf(fields, [], givesAway, shown)
  // Numbers and short words between lines or groups are nothing of them.
  const long = values.filter(one => one !== null && one.text.length >= 4)
  const found = [values, long].flatMap(all => {
    const pieces = all.flatMap(one => (one === null || isSecret('', one.text, givesAway) ? [] : [one]))
    const given = givenInPieces(
      pieces.map(({ text }) => text),
      givesAway,
    )
    return [...given].map(at => pieces[at]!.place)
  })
  for (const one of values) if (one !== null && secretText(one.name + one.text)) found.push(one.place)
  found.push(...cutKeysIn(values))
  const isTold = (place: string) => place.split('.').some((_, i, all) => told.has(all.slice(0, i + 1).join('.')))
  return new Set(found.filter(place => !isTold(place)))
}

/** Places of values that are one key together, by its own checksum: the first part may tell by itself that it is one, and the others stay. */
function cutKeysIn(values: readonly (Leaf | null)[]): string[] {
  return values.flatMap((one, first) => {
    let together = one?.text ?? ''
    for (let last = first + 1; together !== '' && together.length < LONGEST_KEY && last < values.length; last++) {
      together += values[last]?.text ?? ' '
      if (secretText(together) && provedKind(together) !== null)
        return values.slice(first, last + 1).map(its => its!.place)
    }
    return []
  })
}
const LONGEST_KEY = 58

/** A field's name as it may be shown: a word, or what secret fields are called. Null: it may not. */
export function shownName(field: string, givesAway = nothing): string | null {
  if (givesAway(field)) return null
  const isCalledSo = isSecretField(field) && /^(?:bip38)?[A-Za-z_-]{1,32}\d{0,2}$/i.test(field)
  return plainName(field) ?? (isCalledSo ? field : null)
}

const shownPlace = (field: string, givesAway: GivesAway) => shownName(field, givesAway) ?? '[secret]'
