/** Why a BIP38 operation was refused. Stable: programs may switch on it. */
export type Bip38ErrorCode =
  /** A character outside the Base58 alphabet (a space and a line break are such characters). */
  | 'not-base58'
  /** The four checksum bytes do not fit the rest: misread or misprinted. */
  | 'bad-checksum'
  /** Sound Base58Check, but of another kind of text than the one asked for. */
  | 'wrong-kind'
  /** It begins like a BIP38 code, but has too many or too few characters. */
  | 'wrong-length'
  /** A flag bit that BIP38 reserves is set, or the flag byte contradicts the prefix. */
  | 'reserved-bits'
  /** The code carries a point that is not on secp256k1. */
  | 'not-a-point'
  /** The passphrase does not open the code. */
  | 'wrong-passphrase'
  /** The passphrase opens the code, but its address hash is over another coin's or kind's address. */
  | 'other-address-convention'
  /** Codes that should belong to one unit do not. */
  | 'codes-disagree'
  /** An argument outside its range: lot, sequence, salt, seed, private key. */
  | 'bad-argument'
  /** The scrypt engine cannot run here, or died. */
  | 'engine-failed'

/** An error of the BIP38 core: a stable `code`, and one sentence that never holds a secret. */
export class Bip38Error extends Error {
  override readonly name = 'Bip38Error'
  readonly code: Bip38ErrorCode

  constructor(code: Bip38ErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.code = code
  }
}
