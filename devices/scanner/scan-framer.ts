/** What the stream gave: a code, or more bytes than any code has. The bytes are the caller's, to be zeroed. */
export interface CodeFrame {
  readonly bytes: Uint8Array
  /** More came than a code can hold; what came is thrown away up to the next end. */
  readonly overlong: boolean
  /** When its first byte came; -Infinity: it is the rest of a code that was given away or up. */
  readonly beganAt: number
}

/** The largest QR code holds 7089 digits; prefixes and suffixes come on top. */
const longestCode = 8192
/** What comes so soon after a code that no end ended is the rest of it, ms: a person needs longer for the next one. */
const restMs = 300

/** Cuts a scanner's byte stream into codes. It keeps no copy of what it gave away. */
export class ScanFramer {
  readonly #end: Uint8Array | null
  readonly #buffer = new Uint8Array(longestCode)
  #length = 0
  #overlong = false
  #beganAt = 0
  #lastAt = 0
  #isRest = false

  /** @param suffix `any`: CR, LF or both end a code; `none`: silence does, and {@link ScanFramer.silence} is to be called */
  constructor(suffix: string) {
    this.#end = suffix === 'any' || suffix === 'none' ? null : new TextEncoder().encode(suffix)
    this.#endsLine = suffix === 'any'
  }

  readonly #endsLine: boolean

  /** Bytes of a code begun. */
  get pending(): number {
    return this.#length
  }

  /** Takes the next bytes and returns the codes that they end. @param now any clock, ms */
  push(bytes: Uint8Array, now: number): CodeFrame[] {
    const frames: CodeFrame[] = []
    if (this.#isRest && now - this.#lastAt > restMs) this.clear()
    if (bytes.length > 0) this.#lastAt = now
    for (const byte of bytes) {
      const isLineEnd = byte === 0x0a || byte === 0x0d
      if (this.#endsLine && isLineEnd) {
        if (this.#length > 0) frames.push(this.#take())
        this.#isRest = false
        continue
      }
      // Of the code before, where more ends it than is configured: ETX and then a line.
      if (this.#length === 0 && isLineEnd) continue
      if (this.#length === 0 && !this.#overlong) this.#beganAt = this.#isRest ? -Infinity : now
      if (this.#length === longestCode) {
        this.#overlong = true
        // The tail stays, so that a suffix is still found.
        this.#buffer.copyWithin(0, longestCode / 2)
        this.#length = longestCode / 2
      }
      this.#buffer[this.#length++] = byte
      if (this.#endsWithSuffix()) frames.push(this.#take(this.#end?.length))
    }
    return frames
  }

  /** Silence: ends the code begun, where silence ends codes. It may have been a pause inside of it: the rest is none then. */
  silence(): CodeFrame | null {
    const frame = this.#length > 0 ? this.#take() : null
    this.#isRest = true
    return frame
  }

  /** Forgets the code begun, and zeroes it; its rest is no code either. */
  giveUp(): void {
    this.clear()
    this.#isRest = true
  }

  /** Forgets everything, and zeroes it. */
  clear(): void {
    this.#buffer.fill(0)
    this.#length = 0
    this.#overlong = false
    this.#isRest = false
  }

  #endsWithSuffix(): boolean {
    const end = this.#end
    if (!end || this.#length < end.length) return false
    const from = this.#length - end.length
    return end.every((byte, i) => this.#buffer[from + i] === byte)
  }

  #take(without = 0): CodeFrame {
    const frame = {
      bytes: this.#overlong ? new Uint8Array() : this.#buffer.slice(0, this.#length - without),
      overlong: this.#overlong,
      beganAt: this.#beganAt,
    }
    this.clear()
    return frame
  }
}
