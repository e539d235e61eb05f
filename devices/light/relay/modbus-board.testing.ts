import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/**
 * A relay board with Modbus over TCP, written from the specification (Modbus Application Protocol 1.1b3; Messaging on TCP/IP 1.0b)
 * and not with the library that drives it: FC01 and FC05, exceptions, and silence to any other unit.
 */
export class VirtualModbus {
  readonly coils: boolean[]
  silent = false
  readonly unit: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(count = 4, unit = 1) {
    // It kept its contacts since the last program.
    this.coils = Array.from({ length: count }, () => true)
    this.unit = unit
    this.#server = createServer(socket => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
      let waiting = Buffer.alloc(0)
      socket.on('data', chunk => {
        waiting = Buffer.concat([waiting, chunk])
        // MBAP: transaction, protocol, length of what follows, unit.
        while (waiting.length >= 7 && waiting.length >= 6 + waiting.readUInt16BE(4)) {
          const length = 6 + waiting.readUInt16BE(4)
          const answer = this.#answer(waiting.subarray(7, length), waiting[6]!)
          if (answer) {
            const head = Buffer.from(waiting.subarray(0, 7))
            head.writeUInt16BE(answer.length + 1, 4)
            socket.write(Buffer.concat([head, answer]))
          }
          waiting = waiting.subarray(length)
        }
      })
    })
  }

  async listen(): Promise<number> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  /** Closes every connection; the next one is taken again. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.hangUp()
    await new Promise(resolve => this.#server.close(resolve))
  }

  /** The same board on a serial line: unit, request and CRC, low byte first (Modbus over Serial Line 1.02, 2.5.1.2). */
  hearRtu(frame: Uint8Array): Buffer | null {
    const bytes = Buffer.from(frame)
    if (bytes.length !== 8 || bytes.readUInt16LE(6) !== crc16(bytes.subarray(0, 6))) return null
    const answer = this.#answer(bytes.subarray(1, 6), bytes[0]!)
    if (answer === null) return null
    const body = Buffer.concat([bytes.subarray(0, 1), answer])
    const sum = Buffer.alloc(2)
    sum.writeUInt16LE(crc16(body))
    return Buffer.concat([body, sum])
  }

  #answer(request: Buffer, unit: number): Buffer | null {
    if (this.silent || unit !== this.unit || request.length < 5) return null
    const [code = 0] = request
    const at = request.readUInt16BE(1)
    const value = request.readUInt16BE(3)
    const exception = (number: number) => Buffer.from([code | 0x80, number])
    if (code === 1) {
      if (value === 0 || at + value > this.coils.length) return exception(2)
      const bytes = Buffer.alloc(Math.ceil(value / 8))
      for (let n = 0; n < value; n++) if (this.coils[at + n]) bytes[n >> 3]! |= 1 << (n & 7)
      return Buffer.concat([Buffer.from([1, bytes.length]), bytes])
    }
    if (code !== 5) return exception(1)
    if (at >= this.coils.length) return exception(2)
    if (value !== 0xff00 && value !== 0) return exception(3)
    this.coils[at] = value === 0xff00
    return Buffer.from(request.subarray(0, 5))
  }
}

function crc16(bytes: Uint8Array): number {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return sum
}
