import type { Bytes } from '../bytes.ts'

/** Parameters as RFC 7914 names them; `dkLen` in bytes. */
export interface ScryptParameters {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly dkLen: number
}

/** While a derivation runs: stop it, or hear how far it is. */
export interface ScryptWatch {
  readonly signal?: AbortSignal | undefined
  /** Called with 0..1, never decreasing, at least at the end. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** One way to compute scrypt. All engines give the same bytes; they differ in speed and in where they run. */
export interface ScryptEngine {
  readonly name: string
  /** @throws the signal's reason when stopped; {@link Bip38Error} `engine-failed` when the engine dies */
  derive(password: Uint8Array, salt: Uint8Array, parameters: ScryptParameters, watch?: ScryptWatch): Promise<Bytes>
}

/** Passphrase to prefactor, or to the keys of a non-EC EPK: costly on purpose. */
export const heavy = { N: 16384, r: 8, p: 8 } as const
/** Passpoint to the keys of an EPK and confirmation code: the passpoint has entropy enough. */
export const light = { N: 1024, r: 1, p: 1, dkLen: 64 } as const
