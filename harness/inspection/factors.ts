import type { CheckInput } from '../checks/check.ts'
import { alternativesOf } from '../checks/lattice.ts'
import { isRead, publicAddress, publicText, requiredMarks } from '../checks/seen.ts'
import { Secret } from '../core/secret.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Role } from '../products/role.ts'
import { bip38Passphrase } from '../products/text-setting.ts'

type Seen = Pick<CheckInput, 'marks' | 'required'>

export function publicParts(
  seen: Seen,
  profile: ProductProfile,
): { address: string | undefined; confirmationCode: string | undefined } {
  const read = (role: Role) => requiredMarks(seen, role).find(isRead)
  const [address, confirmationCode] = [read('address-qr'), read('confirmation-code')]
  return {
    // A private key in an address's place is no address, and the core is not told more of it.
    address: address && (publicAddress(address, profile) ?? ''),
    confirmationCode: confirmationCode && (publicText(confirmationCode) ?? ''),
  }
}

/** What the core is given of the secrets. Disposing wipes what was made for it: the readings keep their own. */
export interface Factors extends Disposable {
  readonly epk: Secret | undefined
  /** As BIP38 takes it. */
  readonly passphrase: Secret | undefined
  readonly alternatives: readonly Secret[]
}

/** The secrets that this station's plan reads; what it does not plan to read is never used, even when it can be seen. */
export function factorsOf(seen: Seen, profile: ProductProfile): Factors {
  const secretOf = (role: Role) => requiredMarks(seen, role).find(isRead)?.reading
  const epk = secretOf('epk-qr')?.text
  const read = secretOf('passphrase')
  const typed = (displayed: Secret) => Secret.ofText(bip38Passphrase(profile, displayed.exposeText()))
  const passphrase = read?.text instanceof Secret ? typed(read.text) : undefined
  const alternatives = (read?.alternatives ? alternativesOf(read.alternatives) : []).map(({ text }) => {
    using displayed = text
    return typed(displayed)
  })
  return {
    epk: epk instanceof Secret ? epk : undefined,
    passphrase,
    alternatives,
    [Symbol.dispose]: () => {
      for (const secret of [...alternatives, passphrase]) secret?.dispose()
    },
  }
}
