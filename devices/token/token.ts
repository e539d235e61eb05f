import type { KeyObject } from 'node:crypto'
import type { Secret } from '../../harness/core/secret.ts'

/**
 * What holds one RSA-2048 key and does its private step, without ever giving the key out: a YubiKey, another PIV card, a PKCS #11
 * module, an encrypted file.
 *
 * Calls take turns: one made while another is under way waits for it. Every call rejects with a {@link TokenError}, and with the
 * signal's reason when aborted. After `close` every call rejects with `token-closed`, and the token asks for its PIN again,
 * whoever asks it; closing twice is fine.
 */
export interface Token {
  /** Driver and place, e.g. `pcsc Yubico YubiKey OTP+FIDO+CCID 00 00`. */
  readonly name: string
  /** The public key; needs no PIN. Rejects with `token-empty` where no key is held. */
  publicKey(signal?: AbortSignal): Promise<KeyObject>
  /** How many wrong PINs it takes from now until the token is blocked: 0 is blocked. null: it does not count, or not say. */
  triesLeft(signal?: AbortSignal): Promise<number | null>
  /**
   * Gives the PIN (a password, for a file). Rejects with `pin-wrong`, which says what is left, `pin-blocked`, which says how
   * it is lifted, and `pin-form` for what no PIN can be: that one costs no try.
   */
  unlock(pin: Secret, signal?: AbortSignal): Promise<void>
  /**
   * The bare RSA step: `block` to the power d, modulo n. 256 bytes each.
   * Rejects with `token-locked` before {@link Token.unlock}.
   */
  privateStep(block: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
  close(): Promise<void>
}

/** What opening a token may be given besides its configuration. */
export interface TokenGiven {
  readonly signal?: AbortSignal | undefined
}

/** Bytes of a block and of the modulus: RSA-2048, the most that every PIV card holds. */
export const blockLength = 256
