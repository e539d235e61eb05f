import { plainName } from '../../core/plain-name.ts'

/** Field names that hold a factor of the key or the key itself, without case, `_` and `-`. */
const secretFields =
  /^(bip38)?(passphrase|password|passphrasedisplay|passfactor|prefactor|epk|encryptedprivatekey|encryptedkey|bottomepk|privatekey|privkey|secretkey|privatekeyhex|wif|wiffortestonly|seed|seedb|factorb|mnemonic|secret|secrets)/

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
    return value.flatMap((item, i) => {
      const inside = [...path, String(i)]
      if (!isSecret('', item, givesAway)) return [withoutSecrets(item, left, { path: inside, givesAway })]
      left(inside.join('.'))
      return []
    })
  }
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = Object.create(null)
  for (const [field, inner] of Object.entries(value)) {
    const inside = [...path, shownPlace(field, givesAway)]
    if (isSecret(field, inner, givesAway)) left(inside.join('.'))
    else kept[field] = typeof inner === 'object' ? withoutSecrets(inner, left, { path: inside, givesAway }) : inner
  }
  return kept
}

/** A field's name as it may be shown: a word, or what secret fields are called. */
export const shownPlace = (field: string, givesAway = nothing): string =>
  (givesAway(field) ? '[secret]' : plainName(field)) ??
  (isSecretField(field) && /^(?:bip38)?[A-Za-z_-]{1,32}$/i.test(field) ? field : '[secret]')
