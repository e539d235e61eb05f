import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import {
  type CheckName,
  checkNames,
  type SecretKind,
  type StationName,
  stationNames,
  type UnprovedName,
} from '../core/vocabulary.ts'
import type { ExposurePolicy } from '../guard/exposure.ts'
import type { Mark, ProductProfile, State } from '../products/profile.ts'
import { type Role, roleOf } from '../products/role.ts'

/** How one photograph of the plan is taken, by the rig's preset names. */
export interface PlannedPhotograph {
  readonly light: string
  readonly pose: string
  /** Not taken on a rig without this lamp; the record says then that this is not proved. */
  readonly proves?: UnprovedName
}

/** What a station photographs, reads and checks. */
export interface Plan {
  readonly photographs: readonly PlannedPhotograph[]
  /**
   * Taken as well when a mark that the plan has to read was left unread: other light, decided before anything is judged.
   * All photographs count then, the first ones too.
   */
  readonly retakes: readonly PlannedPhotograph[]
  readonly checks: readonly CheckName[]
  /** What has to be proved before a unit passes, besides what the checks say. */
  readonly proves: readonly UnprovedName[]
}

/** A place in the process. */
export interface Station {
  readonly name: StationName
  /** The state that the unit is in there. */
  readonly state: State
  readonly plan: Plan
  readonly exposure: ExposurePolicy
}

const all = stationNames

/** Where each check is planned: all that can be proved with the secrets that lie open there anyway. */
const plannedAt: Readonly<Record<CheckName, readonly StationName[]>> = {
  'known-unit': all,
  'code-integrity': all,
  'profile-match': all,
  // Of a sealed unit the records' codes alone say it: one foreign code among them, and nobody opens it.
  'owner-entropy': all,
  'address-hash': all,
  'passphrase-commitment': ['etched', 'opened'],
  confirmation: ['etched', 'opened'],
  decryption: ['opened'],
  // At `printed` the only proof of the EPK: no passphrase is there.
  keyless: ['printed', 'opened'],
  'serials-agree': all,
  'address-matches': ['printed', 'etched', 'sealed'],
  'epk-matches': ['printed', 'opened'],
  concealed: ['etched', 'sealed'],
  'cover-intact': ['sealed'],
  'layer-intact': all,
  placement: ['etched', 'sealed'],
  'print-quality': all,
  legibility: all,
  'nothing-else': all,
}

/** What shows the encrypted private key. */
const epk: readonly Role[] = ['epk-qr', 'epk-text']
const top: readonly Role[] = ['address-qr', 'address-text', 'serial']

const dome: PlannedPhotograph = { light: 'dome', pose: 'inspect' }
/** Scratches, clear tape and edges show under light from the side, and under no other. */
const fromTheSide: PlannedPhotograph = { light: 'left', pose: 'inspect', proves: 'faint-marks' }

const stationOf = (
  name: StationName,
  must: readonly Role[],
  may: readonly SecretKind[],
  photographs: readonly PlannedPhotograph[] = [dome],
): Station => ({
  name,
  state: name,
  plan: {
    photographs,
    retakes: [{ light: 'ring', pose: 'inspect' }],
    checks: checkNames.filter(check => plannedAt[check].includes(name)),
    proves: ['cover-material'],
  },
  exposure: { must, may, factorsMayMeet: name === 'opened' },
})

export const stations: Readonly<Record<StationName, Station>> = {
  /** The two sticker layers before lamination. */
  printed: stationOf('printed', [...top, ...epk], ['epk']),
  /** Sticker on, passphrase open, before the scratch-off: every unit proves that its etching fits its codes. */
  etched: stationOf('etched', [...top, 'passphrase', 'confirmation-code'], ['passphrase']),
  /** The finished unit, as the customer gets it. */
  sealed: stationOf('sealed', [...top, 'cover', 'confirmation-code'], [], [dome, fromTheSide]),
  /** A spot check that destroys the unit: peeled and scratched, both factors open, the key proved. */
  opened: stationOf('opened', [...epk, 'serial', 'passphrase', 'confirmation-code'], ['epk', 'passphrase']),
}

/** Checks that make no sense for a product without the thing that they look at. */
const neededParts: Partial<Record<CheckName, (profile: ProductProfile) => boolean>> = {
  'epk-matches': ({ marks }) => marks.some(mark => roleOf(mark) === 'epk-text'),
  'cover-intact': ({ marks }) => marks.some(({ kind }) => kind === 'cover'),
  'layer-intact': ({ sticker }) => sticker !== null,
  placement: ({ sticker }) => sticker !== null,
  // A customer's own passphrase (PRO) stands on no card: `keyless` proves EPK, codes and address without it.
  'passphrase-commitment': showsPassphrase,
  confirmation: showsPassphrase,
  decryption: showsPassphrase,
}

function showsPassphrase({ marks }: ProductProfile): boolean {
  return marks.some(mark => roleOf(mark) === 'passphrase')
}

/** The checks of `station` that apply to the product, in the plan's order. */
export function plannedChecks(station: Station, profile: ProductProfile): readonly CheckName[] {
  return station.plan.checks.filter(name => neededParts[name]?.(profile) ?? true)
}

/** sha256 over all that decides how a unit of the product is judged at `station`, hexadecimal. */
export function planDigest(station: Station, profile: ProductProfile): string {
  const { name, state, plan, exposure } = station
  const { photographs, retakes, proves } = plan
  const marks = { read: requiredMarkNames(station, profile), hidden: hiddenMarkNames(station, profile) }
  const decides = {
    name,
    state,
    photographs,
    retakes,
    proves,
    exposure,
    checks: plannedChecks(station, profile),
    marks,
  }
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(decides))))
}

/** The names of the marks that `station` has to read on the product. */
export function requiredMarkNames(station: Station, profile: ProductProfile): readonly string[] {
  return profile.marks
    .filter(mark => station.exposure.must.includes(roleOf(mark)) && showsAt(station, mark))
    .map(({ name }) => name)
}

/** The names of the secret marks that must not be seen at `station`. */
export function hiddenMarkNames(station: Station, profile: ProductProfile): readonly string[] {
  return profile.marks.filter(mark => mark.secret && !showsAt(station, mark)).map(({ name }) => name)
}

/** Printed layers lie open before they are on a card, whatever covers them later. */
function showsAt({ state }: Station, mark: Mark): boolean {
  return mark.visibleIn.includes(state) || (state === 'printed' && mark.on !== 'card')
}
