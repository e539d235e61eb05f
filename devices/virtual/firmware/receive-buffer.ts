/** Bytes that the firmware holds while it works; what comes on top is lost. */
const receiveBytes = 128
const lineBytes = 80

/** Stands for a line that did not fit the line buffer. */
export const tooLong = '\u0000too long'

/** The firmware's input: bytes in, lines out. Real-time bytes are taken off before. */
export class ReceiveBuffer {
  #line = ''
  #isTooLong = false
  #lines: string[] = []

  /** True when the byte ended a line that is now to be taken. */
  push(byte: number): boolean {
    if (byte >= 0x80) return false
    if (byte === 0x0a || byte === 0x0d) return this.#endLine()
    if (this.#line.length >= lineBytes) this.#isTooLong = true
    else this.#line += String.fromCharCode(byte)
    return false
  }

  take(): string | undefined {
    return this.#lines.shift()
  }

  clear(): void {
    this.#line = ''
    this.#isTooLong = false
    this.#lines = []
  }

  #endLine(): boolean {
    const line = this.#isTooLong ? tooLong : this.#line
    this.#line = ''
    this.#isTooLong = false
    const waiting = this.#lines.reduce((sum, one) => sum + one.length + 1, 0)
    if (waiting + line.length + 1 > receiveBytes) return false
    this.#lines.push(line)
    return true
  }
}
