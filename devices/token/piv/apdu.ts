import { TokenError } from '../token-error.ts'

/** A command to a card, before it is cut into pieces. */
export interface CardCommand {
  /** INS, P1, P2. */
  readonly header: readonly [instruction: number, p1: number, p2: number]
  readonly data?: Uint8Array
}

/** What a card answered. */
export interface CardAnswer {
  /** SW1 and SW2 as one number: 0x9000 is good. */
  readonly status: number
  readonly data: Uint8Array
}

/** Sends one APDU of at most 261 bytes, and gives back the card's answer with its two bytes of status. */
export type Transmit = (apdu: Uint8Array) => Promise<Uint8Array>

export const good = 0x9000
/** Bytes of data in one short APDU (ISO/IEC 7816-4, 5.1). */
const pieceLength = 255
const chained = 0x10
const getResponse = 0xc0
/** No object of a PIV card is longer (SP 800-73-4: 3,000 bytes). */
const longestAnswer = 16 * 1024

/**
 * Sends a command, in as many pieces as it takes (command chaining), and gathers the answer, however often the card says that
 * there is more (61xx).
 * @throws TokenError `token-answer` for what is no answer of a card
 */
export async function exchange(transmit: Transmit, { header, data }: CardCommand): Promise<CardAnswer> {
  const [instruction, p1, p2] = header
  const send = async (cla: number, piece: Uint8Array | undefined) =>
    parseAnswer(await transmit(apduOf(cla, instruction, p1, p2, piece)))
  let answer: CardAnswer
  if (data === undefined) answer = await send(0, undefined)
  else {
    let at = 0
    for (; data.length - at > pieceLength; at += pieceLength) {
      const { status } = await send(chained, data.subarray(at, at + pieceLength))
      if (status !== good) return { status, data: new Uint8Array(0) }
    }
    answer = await send(0, data.subarray(at))
  }
  const parts = [answer.data]
  let total = answer.data.length
  while (answer.status >> 8 === 0x61) {
    answer = parseAnswer(await transmit(Uint8Array.of(0, getResponse, 0, 0, answer.status & 0xff)))
    parts.push(answer.data)
    total += answer.data.length
    if (total > longestAnswer || (answer.data.length === 0 && answer.status >> 8 === 0x61)) throw strange()
  }
  return { status: answer.status, data: Buffer.concat(parts) }
}

function apduOf(cla: number, instruction: number, p1: number, p2: number, data: Uint8Array | undefined): Uint8Array {
  // The last byte asks for as much as there is; a piece that another one follows asks for nothing.
  const sent = data === undefined || data.length === 0 ? [] : [data.length, ...data]
  return Uint8Array.from([cla, instruction, p1, p2, ...sent, ...(cla === chained ? [] : [0])])
}

function parseAnswer(bytes: Uint8Array): CardAnswer {
  if (bytes.length < 2 || bytes.length > 258) throw strange()
  const status = bytes.at(-2)! * 256 + bytes.at(-1)!
  return { status, data: Uint8Array.from(bytes.subarray(0, -2)) }
}

const strange = () =>
  new TokenError('token-answer', 'What the card answered is no answer of a card: take it out and put it in again.')
