import { looksSecret } from '../core/looks-secret.ts'
import { REDACTED, Secret } from '../core/secret.ts'
import type { AlarmCode, StationName } from '../core/vocabulary.ts'
import type { ProductProfile } from '../products/profile.ts'
import { type Role, roleOf } from '../products/role.ts'
import type { Alarm } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'

/** Which roles of marks may, must and must never be visible. What no list names may be. */
export interface ExposurePolicy {
  /** The marks that the plan has to read, where the product shows them in this state. */
  readonly must: readonly Role[]
  /** Seeing one stops the run with a named alarm (design.md rule 6). */
  readonly never: readonly Role[]
  /** Roles that stop the run when both are seen in one photograph; empty where both factors are meant to be open. */
  readonly neverTogether: readonly (readonly [Role, Role])[]
}

/** Where the policy holds. */
interface GuardedStation {
  readonly name: StationName
  readonly exposure: ExposurePolicy
}

/** What the guard says; whether anybody had expected it is for the record to add. */
export type Exposure = Omit<Alarm, 'acknowledged'>

/**
 * Looks at one photograph with the station's exposure policy (design.md rule 6): what must never be seen there, and
 * what must never be seen together. Needs no record and no expectation.
 * @returns the alarm that stops the run, or null
 */
export function exposureAlarm(
  station: GuardedStation,
  profile: ProductProfile,
  photograph: PhotographReading,
): Exposure | null {
  const exposed = exposedRoles(profile, photograph)
  const { must, never, neverTogether } = station.exposure
  const pair = neverTogether.find(roles => roles.every(role => exposed.has(role)))
  if (pair !== undefined) return alarm('both-factors-exposed', pair, exposed, station)
  const role = never.find(one => exposed.has(one))
  // Where the plan does not read it, a passphrase may not stand beside its mark either.
  const strays = (photograph.exposedPassphrases ?? []).length > 0 && !must.includes('passphrase')
  if (role === undefined && strays) return alarm('passphrase-exposed', ['passphrase'], exposed, station)
  if (role === undefined) return null
  return alarm(role === 'passphrase' ? 'passphrase-exposed' : 'epk-exposed', [role], exposed, station)
}

/**
 * The reading with every text that looks like a private key as a `Secret`, at whatever mark it was read: no sentence and no
 * record can quote it then.
 */
export function withKeysKept(photograph: PhotographReading): PhotographReading {
  return {
    ...photograph,
    marks: photograph.marks.map(reading => ({
      ...reading,
      text: isKey(reading.text) ? Secret.ofText(reading.text) : reading.text,
      because: looksSecret(reading.because) ? REDACTED : reading.because,
    })),
  }
}

const isKey = (text: string | Secret | null): text is string => typeof text === 'string' && looksSecret(text)

/** Roles of secrets that can be read in the photograph, with the names of the marks where they were read, if any. */
function exposedRoles(
  profile: ProductProfile,
  { marks, exposedEpks = [], exposedPassphrases = [] }: PhotographReading,
): ReadonlyMap<Role, readonly string[]> {
  const exposed = new Map<Role, readonly string[]>()
  const add = (role: Role, ...names: readonly string[]) => exposed.set(role, [...(exposed.get(role) ?? []), ...names])
  // Beside the card, or on a card that could not be found, an EPK lies as open as at its own mark.
  if (exposedEpks.length > 0) add('epk-qr')
  if (exposedPassphrases.length > 0) add('passphrase')
  for (const reading of marks) {
    const mark = profile.marks.find(({ name }) => name === reading.mark)
    if (mark === undefined || reading.outcome !== 'read') continue
    if (mark.secret) add(roleOf(mark), mark.name)
    // A bottom layer in the top layer's place: the text is an EPK, whatever the mark is for.
    else if (reading.text instanceof Secret || isKey(reading.text)) add('epk-qr', mark.name)
  }
  return exposed
}

const titles: Partial<Record<Role, string>> = {
  passphrase: 'passphrase',
  'epk-qr': 'encrypted private key',
  'epk-text': 'encrypted private key',
}

function alarm(
  code: AlarmCode,
  roles: readonly Role[],
  exposed: ReadonlyMap<Role, readonly string[]>,
  station: GuardedStation,
): Exposure {
  const what = roles.map(role => `the ${titles[role] ?? role}`).join(' and ')
  const because =
    roles.length > 1
      ? `ALARM: ${what} can be seen together at station ${station.name}. Stop the run; keep the unit and its pictures under lock.`
      : `ALARM: ${what} can be read at station ${station.name}, where it must be covered. Stop the run; keep the unit and its pictures under lock.`
  // One secret may show at several marks, as symbol and as text: all of them are named.
  const named = roles.map(role => titles[role])
  const marks = [...exposed].flatMap(([role, names]) => (named.includes(titles[role]) ? names : []))
  return { code, because, marks }
}
