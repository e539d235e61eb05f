import { Secret } from '../core/secret.ts'
import { symbolText } from '../products/printed-address.ts'
import type { Mark, ProductProfile, TextMark } from '../products/profile.ts'
import { type Content, contentOf } from '../products/role.ts'
import { displayPassphrase, separatorOf, splitText } from '../products/text-setting.ts'

/** What may stand on one unit. A site of the line knows only its own part: what is left out is not made there. */
export interface UnitTexts {
  readonly serial: string
  readonly address?: string
  readonly confirmationCode?: string
  readonly epk?: Secret
  /** The BIP38 passphrase, not as displayed. */
  readonly passphrase?: Secret
}

const shown: Readonly<
  Record<Content, (unit: UnitTexts, mark: Mark, profile: ProductProfile) => string | Secret | undefined>
> = {
  address: ({ address }, mark, profile) =>
    address !== undefined && mark.kind === 'qr' ? symbolText(profile, address) : address,
  serial: unit => unit.serial,
  'confirmation-code': unit => unit.confirmationCode,
  words: (_, mark) => (mark.kind === 'text' ? mark.words : undefined) ?? '',
  epk: unit => unit.epk,
  passphrase: ({ passphrase }, _, profile) => passphrase && displayed(profile, passphrase),
}

/** What a mark shows on that unit, as displayed; null for a cover and for what is not known here. */
export function markContent(profile: ProductProfile, mark: Mark, unit: UnitTexts): string | Secret | null {
  const content = contentOf(mark)
  return content === null ? null : (shown[content](unit, mark, profile) ?? null)
}

/** The passphrase as it stands on the card. */
export function displayed(profile: ProductProfile, passphrase: Secret): Secret {
  return Secret.ofText(displayPassphrase(profile, passphrase.exposeText()))
}

/** The lines that a text mark's content stands on. */
export function linesOf(profile: ProductProfile, mark: TextMark, content: string | Secret): string[] {
  const text = content instanceof Secret ? content.exposeText() : content
  return splitText(mark, text, separatorOf(profile, mark))
}
