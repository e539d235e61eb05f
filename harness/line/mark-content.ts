import { Secret } from '../core/secret.ts'
import type { Mark, ProductProfile } from '../products/profile.ts'
import { displayPassphrase } from '../products/text-setting.ts'

/** What may stand on one unit. A site of the line knows only its own part: what is left out is not made there. */
export interface UnitTexts {
  readonly serial: string
  readonly address?: string
  readonly confirmationCode?: string
  readonly epk?: Secret
  /** The BIP38 passphrase, not as displayed. */
  readonly passphrase?: Secret
}

/** What a mark shows on that unit, as displayed; null for a cover and for what is not known here. */
export function markContent(profile: ProductProfile, mark: Mark, unit: UnitTexts): string | Secret | null {
  if (mark.kind === 'cover') return null
  switch (mark.kind === 'qr' ? mark.payload : mark.content) {
    case 'address':
      return unit.address ?? null
    case 'serial':
      return unit.serial
    case 'confirmation-code':
      return unit.confirmationCode ?? null
    case 'words':
      return mark.kind === 'text' ? (mark.words ?? '') : ''
    case 'epk':
      return unit.epk ?? null
    case 'passphrase':
      return unit.passphrase === undefined ? null : displayed(profile, unit.passphrase)
  }
}

/** The passphrase as it stands on the card. */
export function displayed(profile: ProductProfile, passphrase: Secret): Secret {
  return Secret.ofText(displayPassphrase(profile, passphrase.exposeText()))
}
