import { exactText } from './exact-text.ts'

/** What a {@link Secret} shows wherever it is printed. */
export const REDACTED = '[secret]'

/**
 * Bytes that must not be seen: a passphrase, an EPK, a seed, a private key.
 *
 * Prints as `[secret]` in template strings, JSON, `console.log`, errors and assertion diffs. The bytes can only be had
 * through {@link Secret.expose}, so every place that shows a secret can be found by one search. `dispose` zeroes them
 * (best effort: a JavaScript engine may keep copies; only the end of the process is a real wipe).
 */
export class Secret implements Disposable {
  #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Takes a copy of `bytes`; the caller may zero its own. */
  static ofBytes(bytes: Uint8Array): Secret {
    return new Secret(Uint8Array.from(bytes))
  }

  /** The UTF-8 bytes of `text`, as given (no normalisation: BIP38 normalises at its own door). */
  static ofText(text: string): Secret {
    return new Secret(new TextEncoder().encode(text))
  }

  /** Length in bytes: the only thing a secret tells. */
  get length(): number {
    return this.#bytes.length
  }

  /** A copy of the bytes. The caller owns it and zeroes it after use. @throws after {@link Secret.dispose} */
  expose(): Uint8Array {
    if (this.#bytes.length === 0) throw new Error('this secret was wiped and cannot be used again')
    return Uint8Array.from(this.#bytes)
  }

  /** The bytes as {@link exactText}. A string cannot be zeroed: prefer {@link Secret.expose}. */
  exposeText(): string {
    const bytes = this.expose()
    const text = exactText(bytes)
    bytes.fill(0)
    return text
  }

  /** Equal bytes? Takes the same time wherever the first difference is. */
  equals(other: Secret): boolean {
    if (other.#bytes.length !== this.#bytes.length) return false
    let difference = 0
    for (let i = 0; i < this.#bytes.length; i++) difference |= this.#bytes[i]! ^ other.#bytes[i]!
    return difference === 0
  }

  /** Overwrites the bytes with zeros and forgets them. */
  dispose(): void {
    this.#bytes.fill(0)
    this.#bytes = new Uint8Array(0)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.toPrimitive](): string {
    return REDACTED
  }

  /** What Node's `inspect` asks for (its `inspect.custom`), so that no log shows more. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}
