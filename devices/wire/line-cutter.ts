/** Longer than any line of GRBL 1.1 or grblHAL; what exceeds it is noise. */
const usualLongestLine = 512

/**
 * Cuts a byte stream into lines of printable ASCII. Both CR and LF end a line; empty lines are left out; bytes that
 * are not printable are dropped; a line that grows without end is given up, up to its next line end.
 */
export class LineCutter {
  #line = ''
  #overlong = false
  #all = 0
  #unprintable = 0
  readonly #longestLine: number

  constructor(longestLine = usualLongestLine) {
    this.#longestLine = longestLine
  }

  /** Bytes since the beginning or {@link forgetHeard}, and how many of them no text has: a wrong baud rate shows there. */
  get heard(): { readonly all: number; readonly unprintable: number } {
    return { all: this.#all, unprintable: this.#unprintable }
  }

  forgetHeard(): void {
    this.#all = 0
    this.#unprintable = 0
  }

  /** Takes the next bytes and returns the lines that they complete. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = []
    this.#all += bytes.length
    for (const byte of bytes) {
      if (byte === 0x0a || byte === 0x0d) {
        if (this.#line !== '' && !this.#overlong) lines.push(this.#line)
        this.#line = ''
        this.#overlong = false
      } else if (byte >= 0x20 && byte < 0x7f) {
        if (this.#line.length < this.#longestLine) this.#line += String.fromCharCode(byte)
        else this.#overlong = true
      } else if (byte !== 0x09) this.#unprintable++
    }
    return lines
  }
}
