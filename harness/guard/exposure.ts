import { Secret } from '../core/secret.ts'
import { type AlarmCode, type SecretKind, type StationName, secretKinds, secretTitles } from '../core/vocabulary.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { Mark, ProductProfile } from '../products/profile.ts'
import { type Role, roleOf } from '../products/role.ts'
import type { Alarm } from '../record/inspection-record.ts'
import type { PhotographReading, Reading } from '../vision/reading.ts'

/** What a station's plan has to see, and which secrets may lie open there. */
export interface ExposurePolicy {
  /** The marks that the plan has to read, where the product shows them in this state. */
  readonly must: readonly Role[]
  /** The only secrets that may be seen: any other one, wherever it stands, stops the run (design.md rule 6). */
  readonly may: readonly SecretKind[]
  /** May both factors of a key be seen in one photograph? */
  readonly factorsMayMeet: boolean
}

/** Where the policy holds. */
interface GuardedStation {
  readonly name: StationName
  readonly exposure: ExposurePolicy
}

/** What the guard says; whether anybody had expected it is for the record to add. */
export type Exposure = Omit<Alarm, 'acknowledged'>

/** A secret that can be read, and the mark where it was; null: anywhere else in the photograph. */
interface OpenSecret {
  readonly kind: SecretKind
  readonly mark: string | null
}

const factors: readonly SecretKind[] = ['passphrase', 'epk']

/**
 * Looks at one photograph with the station's exposure policy (design.md rule 6): every secret that can be read in it, at a
 * mark or anywhere else, and that the policy does not allow. Needs no record and no expectation.
 * @returns the alarm that stops the run, or null
 */
export function exposureAlarm(
  { name, exposure }: GuardedStation,
  profile: ProductProfile,
  photograph: PhotographReading,
): Exposure | null {
  const open = openSecrets(profile, photograph)
  const kinds = secretKinds.filter(kind => open.some(secret => secret.kind === kind))
  const together = !exposure.factorsMayMeet && factors.every(kind => kinds.includes(kind))
  const refused = together ? kinds : kinds.filter(kind => !exposure.may.includes(kind))
  if (refused.length === 0) return null
  const named = refused.map(kind => secretTitles[kind]).join(' and ')
  const how = together
    ? `can be seen together at station ${name}`
    : `can be read at station ${name}, where it must ${refused.every(kind => factors.includes(kind)) ? 'be covered' : 'not be'}`
  const marks = open.flatMap(({ kind, mark }) => (mark !== null && refused.includes(kind) ? [mark] : []))
  return {
    code: codeOf(refused),
    because: `ALARM: ${named} ${how}. Stop the run; keep the unit and its pictures under lock.`,
    marks: [...new Set(marks)],
  }
}

/** A secret that is no factor of a unit comes first: whoever planted a factor did not plant that. */
function codeOf(refused: readonly SecretKind[]): AlarmCode {
  if (refused.some(kind => !factors.includes(kind))) return 'secret-exposed'
  if (refused.length > 1) return 'both-factors-exposed'
  return refused[0] === 'passphrase' ? 'passphrase-exposed' : 'epk-exposed'
}

function openSecrets(profile: ProductProfile, { marks, exposed = [] }: PhotographReading): readonly OpenSecret[] {
  const atMarks = marks.flatMap(reading => {
    const kind = kindAt(profile, reading)
    return kind === null ? [] : [{ kind, mark: reading.mark }]
  })
  return [...atMarks, ...exposed.map(({ kind }) => ({ kind, mark: null }))]
}

/** Which secret was read there: the mark's own, or one in the place of something public. */
function kindAt(profile: ProductProfile, { mark: name, outcome, text }: Reading): SecretKind | null {
  if (outcome !== 'read') return null
  const mark = profile.marks.find(one => one.name === name)
  if (mark?.secret) return ownKind(mark)
  if (text === null) return null
  const kind = productSecretKind(profile, text instanceof Secret ? text.exposeText() : text)
  // Whoever kept it knew why.
  return kind ?? (text instanceof Secret ? 'raw-key' : null)
}

const ownKind = (mark: Mark): SecretKind => (roleOf(mark) === 'passphrase' ? 'passphrase' : 'epk')
