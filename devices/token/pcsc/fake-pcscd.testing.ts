import { createServer, type Socket } from 'node:net'
import { commands, sizes } from './pcscd-messages.ts'

/** A card in a reader of {@link fakePcscd}. */
interface CardInReader {
  transmit(apdu: Uint8Array): Uint8Array
  reset(): void
}

/** Turns an answer into another one, as a broken or hostile daemon would give it. */
export type Spoil = (command: number, answer: Buffer) => Buffer

const names = new Map<number, keyof typeof sizes>(
  Object.entries(commands).map(([name, number]) => [number, name as keyof typeof sizes]),
)

/** A daemon that speaks pcscd's protocol on a Unix socket, with cards in this process. @param readers null: no card in it */
export async function fakePcscd(
  path: string,
  readers: Readonly<Record<string, CardInReader | null>>,
  spoil: Spoil = (_, answer) => answer,
): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let card: CardInReader | null = null
    let received = Buffer.alloc(0)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        if (received.length < 8) return
        const [size, command] = [received.readUInt32LE(0), received.readUInt32LE(4)]
        const apduLength =
          command === commands.transmit && received.length >= 8 + size ? received.readUInt32LE(8 + 12) : 0
        if (received.length < 8 + size + apduLength) return
        const structure = Buffer.from(received.subarray(8, 8 + size))
        const apdu = Buffer.from(received.subarray(8 + size, 8 + size + apduLength))
        received = received.subarray(8 + size + apduLength)
        socket.write(spoil(command, answer(command, structure, apdu)))
      }
    })

    function answer(command: number, structure: Buffer, apdu: Buffer): Buffer {
      const name = names.get(command)!
      const said = Buffer.concat([structure, Buffer.alloc(Math.max(0, sizes[name] - structure.length))])
      if (name === 'readersState') {
        for (const [i, [reader, there]] of Object.entries(readers).entries()) {
          said.write(reader, 184 * i)
          said.writeUInt32LE(there === null ? 0x0002 : 0x0034, 184 * i + 132)
        }
      } else if (name === 'establishContext') said.writeUInt32LE(77, 4)
      else if (name === 'connect') {
        const asked = structure.toString('utf8', 4, 132).replace(/\0.*$/s, '')
        card = readers[asked] ?? null
        said.writeUInt32LE(99, 140)
        said.writeUInt32LE(2, 144)
        said.writeUInt32LE(card === null ? 0x80100009 : 0, 148)
      } else if (name === 'transmit') {
        const back = Buffer.from(card!.transmit(apdu))
        said.writeUInt32LE(back.length, 24)
        return Buffer.concat([said, back])
      } else if (name === 'end' || name === 'disconnect') card?.reset()
      return said
    }
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
