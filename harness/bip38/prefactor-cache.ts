/// <reference lib="esnext.disposable" preserve="true" />
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, toHex } from './bytes.ts'

/**
 * Prefactors of the last few passphrases and owner salts: all units of one passphrase and one owner salt share one heavy
 * scrypt. Keeps secrets in memory, so it lives as long as one batch: disposing wipes it.
 */
export class PrefactorCache implements Disposable {
  readonly #capacity: number
  /** By hash of passphrase and salt; the least recently used first. */
  readonly #entries = new Map<string, Promise<Bytes>>()

  constructor(capacity = 64) {
    this.#capacity = capacity
  }

  /** A copy of the prefactor; `compute` runs only when it is not here and not being computed. */
  async get(passphrase: Uint8Array, ownerSalt: Uint8Array, compute: () => Promise<Bytes>): Promise<Bytes> {
    // The salt has a known length, so that the two cannot be mistaken for each other.
    const key = toHex(sha256(concat(Uint8Array.of(ownerSalt.length), ownerSalt, passphrase)))
    const entry = this.#entries.get(key) ?? compute()
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    try {
      const prefactor = (await entry).slice()
      this.#trim()
      return prefactor
    } catch (error) {
      this.#entries.delete(key)
      throw error
    }
  }

  [Symbol.dispose](): void {
    for (const entry of this.#entries.values()) wipe(entry)
    this.#entries.clear()
  }

  #trim(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#capacity) return
      this.#entries.delete(key)
      wipe(entry)
    }
  }
}

function wipe(entry: Promise<Bytes>): void {
  void entry.then(
    bytes => bytes.fill(0),
    () => {},
  )
}
