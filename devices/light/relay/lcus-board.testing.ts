import { SerialCable } from '../../virtual/serial-binding.ts'

/** How a board answers the question for its contacts; many do not. */
export type LcusAnswer = 'lines' | 'bytes' | 'nothing'

/** A relay board of the LCUS kind, as they are: it forgets nothing, and drops a command whose sum is wrong. */
export class VirtualLcus {
  readonly contacts: boolean[]
  readonly cable: SerialCable
  silent = false
  /** Drops every n-th command, as one whose controller is busy; 0: none. */
  dropEvery = 0
  #commands = 0
  readonly #answer: LcusAnswer
  #pending: number[] = []

  constructor(answer: LcusAnswer, count = 4) {
    this.#answer = answer
    // It kept its contacts since the last program.
    this.contacts = Array.from({ length: count }, () => true)
    this.cable = new SerialCable('virtual:lcus', {
      opened: () => {},
      closed: () => {},
      receive: bytes => {
        if (!this.silent) for (const byte of bytes) this.#take(byte)
      },
    })
  }

  #take(byte: number): void {
    if (this.#pending.length === 0) {
      if (byte === 0xff) this.#tell()
      else if (byte === 0xa0) this.#pending = [byte]
      return
    }
    this.#pending.push(byte)
    if (this.#pending.length < 4) return
    const [head = 0, channel = 0, state = 0, sum] = this.#pending
    this.#pending = []
    if (((head + channel + state) & 0xff) !== sum || channel < 1 || channel > this.contacts.length) return
    if (this.dropEvery > 0 && ++this.#commands % this.dropEvery === 0) return
    this.contacts[channel - 1] = state === 1
  }

  #tell(): void {
    if (this.#answer === 'nothing') return
    const lines = this.contacts.map((isOn, n) => `CH${n + 1}: ${isOn ? 'ON ' : 'OFF'}\r\n`).join('')
    const bytes = this.#answer === 'lines' ? Buffer.from(lines) : Buffer.from(this.contacts.map(Number))
    // In two parts, as they come.
    this.cable.send(bytes.subarray(0, 3))
    this.cable.send(bytes.subarray(3))
  }
}
