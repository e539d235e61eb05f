import { z } from 'zod'
import type { Driver } from '../../driver.ts'
import { text } from '../../options.ts'
import { PivToken } from '../piv/piv-token.ts'
import type { TokenGiven } from '../token.ts'
import { openPcscdLink } from './pcscd-link.ts'

const schema = z.strictObject({
  driver: z.literal('pcsc'),
  /** A part of the reader's name. Default: the only one with a card in it. */
  reader: text.exactOptional(),
  /** pcscd's socket. Default: where pcsc-lite's own clients look. */
  socket: text.exactOptional(),
})

/** Where pcsc-lite's own clients look. */
const usualSocket = () => process.env['PCSCLITE_CSOCK_NAME'] || '/run/pcscd/pcscd.comm'

/** A PIV card, any YubiKey among them, through pcscd: nothing native is loaded. */
export const pcscToken: Driver<typeof schema, TokenGiven, PivToken> = {
  schema,
  files: ['socket'],
  address: ({ reader }) => `pcsc ${reader ?? 'the only reader'}`,
  open: async ({ reader = null, socket = usualSocket() }) =>
    await PivToken.open(await openPcscdLink(socket, reader), 'pcsc'),
}
