import { TokenError } from '../token-error.ts'

/*
 * What pcscd and its clients say to each other over its Unix socket (pcsc-lite, src/winscard_msg.h, protocol 4:4, which servers up to
 * the newest still speak): a head of two numbers, the size of what follows and the command, then one structure of the same
 * layout both ways. Numbers have 32 bits, lowest byte first (the machine's own order: all that Node runs on are little-endian).
 */

export const commands = {
  establishContext: 0x01,
  releaseContext: 0x02,
  connect: 0x04,
  disconnect: 0x06,
  begin: 0x07,
  end: 0x08,
  transmit: 0x09,
  version: 0x11,
  readersState: 0x12,
} as const
type CommandName = keyof typeof commands

/** The size of each structure, both ways; asking for the readers sends none. */
export const sizes = {
  establishContext: 12,
  releaseContext: 8,
  connect: 152,
  disconnect: 12,
  begin: 8,
  end: 12,
  transmit: 32,
  version: 12,
  readersState: 16 * 184,
} as const satisfies Readonly<Record<CommandName, number>>

const protocol = { major: 4, minor: 4 }
/** Shared: others may connect, and wait while a transaction lasts. */
const shareShared = 2
const scopeSystem = 2
const protocolT0 = 1
const protocolT1 = 2
/** SCARD_RESET_CARD: the card forgets that its PIN was given. */
const resetCard = 1
const readerNameLength = 128
/** A short APDU's answer, with its two bytes of status. */
const longestAnswer = 258

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i)
  return bytes
}

const name = (text: string): Buffer => {
  const bytes = Buffer.alloc(readerNameLength)
  bytes.write(text, 0, readerNameLength - 1, 'utf8')
  return bytes
}

/** The structures that are sent. */
export const request = {
  version: () => numbers(protocol.major, protocol.minor, 0),
  establishContext: () => numbers(scopeSystem, 0, 0),
  releaseContext: (context: number) => numbers(context, 0),
  connect: (context: number, reader: string) =>
    Buffer.concat([numbers(context), name(reader), numbers(shareShared, protocolT0 | protocolT1, 0, 0, 0)]),
  disconnect: (card: number) => numbers(card, resetCard, 0),
  begin: (card: number) => numbers(card, 0),
  end: (card: number) => numbers(card, resetCard, 0),
  transmit: (card: number, protocolUsed: number, length: number) =>
    numbers(card, protocolUsed, 8, length, 0, 0, longestAnswer, 0),
}

export const messageHead = (size: number, command: CommandName): Buffer => numbers(size, commands[command])

/** A reader as pcscd tells of it. */
export interface Reader {
  readonly name: string
  readonly hasCard: boolean
}

const stateLength = 184
const cardPresent = 0x0004

/** The readers that are plugged in. @param bytes the structure of `readersState` */
export function parseReaders(bytes: Uint8Array): readonly Reader[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const readers: Reader[] = []
  for (let at = 0; at + stateLength <= view.length; at += stateLength) {
    const field = view.subarray(at, at + readerNameLength)
    const end = field.indexOf(0)
    const text = field.toString('utf8', 0, end < 0 ? readerNameLength : end)
    if (text === '') continue
    readers.push({ name: text, hasCard: (view.readUInt32LE(at + readerNameLength + 4) & cardPresent) !== 0 })
  }
  return readers
}

/** Where in each structure the outcome stands, and the number that the answer is about. */
export const answered = {
  version: (bytes: Buffer) => ({ rv: bytes.readUInt32LE(8) }),
  establishContext: (bytes: Buffer) => ({ context: bytes.readUInt32LE(4), rv: bytes.readUInt32LE(8) }),
  connect: (bytes: Buffer) => ({
    card: bytes.readUInt32LE(140),
    protocolUsed: bytes.readUInt32LE(144),
    rv: bytes.readUInt32LE(148),
  }),
  begin: (bytes: Buffer) => ({ rv: bytes.readUInt32LE(4) }),
  /** @throws TokenError `token-answer`: no card answers that long */
  transmit: (bytes: Buffer) => {
    const length = bytes.readUInt32LE(24)
    if (length > longestAnswer)
      throw new TokenError('token-answer', 'pcscd said that a card answered longer than a card can.')
    return { length, rv: bytes.readUInt32LE(28) }
  },
}

/** pcsclite.h: the outcomes that a person can do something about. */
const outcomes: Readonly<Record<number, string>> = {
  2148532233: 'no such reader is plugged in',
  2148532235: 'another program holds the card: end it (gpg-agent and browsers like to)',
  2148532236: 'no card is in the reader',
  2148532239: 'the card does not speak a protocol that it was asked for',
  2148532247: 'the reader was unplugged',
  2148532253: 'pcscd is not running, or is another version',
  2148532270: 'no reader is plugged in',
  2148532326: 'the card does not answer: take it out and put it in again',
  2148532327: 'the card has no power: take it out and put it in again',
  2148532328: 'another program has reset the card: run the command again',
  2148532329: 'the card was taken out',
  2148532330: 'pcscd does not let this user at the card (polkit)',
}

/** @throws TokenError `token-reader` when the outcome is not 0 */
export function requireSuccess(rv: number, doing: string): void {
  if (rv === 0) return
  const why = outcomes[rv] ?? `pcscd said 0x${rv.toString(16).padStart(8, '0')}`
  throw new TokenError('token-reader', `The token cannot be ${doing}: ${why}.`)
}
