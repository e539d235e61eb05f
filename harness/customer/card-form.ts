import type { ProductProfile } from '../products/profile.ts'
import { barePattern } from '../products/serial-text.ts'

/** What the page knows of a product: how its passphrase is written, and which codes it may have. Nothing of a single card. */
export interface CardForm {
  readonly name: string
  readonly title: string
  readonly passphrase: ProductProfile['passphrase']
  /** Flag bytes that its EPK and confirmation code may have. */
  readonly flags: readonly number[]
  /** Is the confirmation code on the card itself? */
  readonly printsConfirmationCode: boolean
  /** Of a serial without what only separates it; null: nobody knows. */
  readonly serialPattern: string | null
}

export function cardFormOf({ name, title, passphrase, bip38, marks, serial }: ProductProfile): CardForm {
  const prints = (content: string) =>
    marks.some(mark => (mark.kind === 'qr' ? mark.payload : mark.kind === 'text' && mark.content) === content)
  return {
    name,
    title,
    passphrase,
    flags: bip38.flags,
    printsConfirmationCode: prints('confirmation-code'),
    serialPattern: barePattern(serial),
  }
}

/** For cards of which no profile is known: the passphrase as it is, every flag that BIP38 has, with a key that was made before (0xc0, 0xe0) too. */
export const anyCard: CardForm = {
  name: 'any',
  title: '',
  passphrase: {
    alphabet: null,
    groups: null,
    groupLength: null,
    separator: null,
    separatorIsSecret: false,
    madeBy: 'customer',
  },
  flags: [0x00, 0x04, 0x20, 0x24, 0xc0, 0xe0],
  printsConfirmationCode: false,
  serialPattern: null,
}
