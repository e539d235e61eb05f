import { createConnection, type Socket } from 'node:net'
import { withDeadline } from '../../deadline.ts'
import type { CardLink } from '../piv/piv-token.ts'
import { TokenError } from '../token-error.ts'
import { answered, messageHead, parseReaders, type Reader, request, requireSuccess, sizes } from './pcscd-messages.ts'

/** A key waits 15 s for its touch; RSA takes a card below one. */
const answerMs = 30_000

type CommandName = keyof typeof sizes

/** A connection to pcscd: one question at a time. */
class Daemon {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #wake: (() => void) | null = null
  #ended: Error | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake?.()
    })
    const end = (cause?: Error) => {
      this.#ended ??= new TokenError('token-gone', 'pcscd went away in the middle of the work: start it again.', {
        cause,
      })
      this.#wake?.()
    }
    socket.on('error', end)
    socket.on('close', () => end())
  }

  /** @throws TokenError `pcscd-missing` */
  static async connect(path: string): Promise<Daemon> {
    const socket = createConnection(path)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', cause => reject(missing(path, cause)))
    })
    return new Daemon(socket)
  }

  /** @param more what follows the structure, both ways. @throws TokenError `token-gone`, `token-deadline` */
  async ask(command: CommandName, structure: Uint8Array, more: Uint8Array = new Uint8Array(0)): Promise<Buffer> {
    this.#socket.write(Buffer.concat([messageHead(structure.length, command), structure, more]))
    return await this.take(sizes[command])
  }

  /** The next bytes. */
  async take(length: number): Promise<Buffer> {
    const arrived = async () => {
      while (this.#received.length < length) {
        if (this.#ended !== null) throw this.#ended
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
      const bytes = Buffer.from(this.#received.subarray(0, length))
      this.#received = this.#received.subarray(length)
      return bytes
    }
    return await withDeadline(arrived(), answerMs, () => {
      this.#socket.destroy()
      return new TokenError(
        'token-deadline',
        `The token did not answer within ${answerMs / 1000} s. If it blinks, it waits to be touched: run the command again and touch it.`,
      )
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}

/**
 * Connects to the card in a reader, alone until closed.
 * @param wanted a part of the reader's name; null: there is one with a card
 * @throws TokenError `pcscd-missing`, `token-missing`, `token-ambiguous`, `token-reader`
 */
export async function openPcscdLink(path: string, wanted: string | null): Promise<CardLink> {
  const daemon = await Daemon.connect(path)
  try {
    const { rv: spoken } = answered.version(await daemon.ask('version', request.version()))
    requireSuccess(spoken, 'reached')
    const { context, rv } = answered.establishContext(await daemon.ask('establishContext', request.establishContext()))
    requireSuccess(rv, 'reached')
    const readers = parseReaders(await daemon.ask('readersState', new Uint8Array(0)))
    const reader = chosenReader(readers, wanted)
    const connected = answered.connect(await daemon.ask('connect', request.connect(context, reader)))
    requireSuccess(connected.rv, 'connected')
    const { card, protocolUsed } = connected
    requireSuccess(answered.begin(await daemon.ask('begin', request.begin(card))).rv, 'had for oneself')
    return {
      reader,
      transmit: async apdu => {
        const structure = request.transmit(card, protocolUsed, apdu.length)
        const { length, rv: sent } = answered.transmit(await daemon.ask('transmit', structure, apdu))
        requireSuccess(sent, 'used')
        return await daemon.take(length)
      },
      close: async () => {
        try {
          await daemon.ask('end', request.end(card))
          await daemon.ask('disconnect', request.disconnect(card))
          await daemon.ask('releaseContext', request.releaseContext(context))
        } catch {
          // It is gone: the card was reset by that.
        } finally {
          daemon.close()
        }
      },
    }
  } catch (error) {
    daemon.close()
    throw error
  }
}

/** @throws TokenError `token-missing`, `token-ambiguous` */
export function chosenReader(readers: readonly Reader[], wanted: string | null): string {
  const fitting = readers.filter(({ name }) => wanted === null || name.includes(wanted))
  const withCard = fitting.filter(({ hasCard }) => hasCard)
  if (withCard.length === 1) return withCard[0]!.name
  const names = (some: readonly Reader[]) => some.map(({ name }) => `«${name}»`).join(', ')
  if (withCard.length > 1) {
    throw new TokenError('token-ambiguous', `Several tokens are plugged in: ${names(withCard)}. Name one as reader.`)
  }
  const why =
    readers.length === 0
      ? 'no reader is plugged in'
      : fitting.length === 0
        ? `no reader is called «${wanted}»; there are ${names(readers)}`
        : `no card is in ${names(fitting)}`
  throw new TokenError('token-missing', `There is no token: ${why}.`)
}

const missing = (path: string, cause: Error) =>
  new TokenError(
    'pcscd-missing',
    `pcscd does not answer at ${path} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}): install and start it (Debian: apt install pcscd), or use the driver pkcs11.`,
    { cause },
  )
