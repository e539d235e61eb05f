import { z } from 'zod'
import {
  createIntermediateCode,
  crossCheck,
  decodeCode,
  decrypt,
  encodeWif,
  encrypt,
  generateUnit,
  type Passphrase,
  type PrefactorCache,
  verifyConfirmationCode,
} from '../../bip38/index.ts'
import { addressesOf, coinBook, readAddress } from '../../coins/index.ts'
import { exitCodes } from '../../core/assay-error.ts'
import { type Answer, type Request, RequestError } from './ndjson.ts'

/** What handlers share while one command runs. */
interface HandlerContext {
  readonly signal: AbortSignal
  readonly revealSecrets: boolean
  readonly prefactors: PrefactorCache
}

export type Handler = (request: Request, context: HandlerContext) => Promise<Answer>

const hex = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/)
/** From a program a string; from a prompt the bytes as typed, so that no string of them is ever made. */
const passphrase = z.custom<Passphrase>(value => typeof value === 'string' || isExposable(value))

const isExposable = (value: unknown): boolean => typeof value === 'object' && value !== null && 'expose' in value

/** A field that may be left out, or be null. */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform(value => value ?? undefined)

/** A handler whose requests have this shape. The error names the field that is wrong, never its value. */
function handler<Shape extends z.ZodRawShape>(
  shape: Shape,
  answer: (request: z.output<z.ZodObject<Shape>>, context: HandlerContext) => Promise<Answer>,
): Handler {
  const schema = z.object(shape).extend({ id: z.unknown().optional() }).strict()
  return async (request, context) => {
    const parsed = schema.safeParse(request)
    if (parsed.success) {
      const { id: _, ...fields } = parsed.data as Record<string, unknown>
      return await answer(fields as z.output<z.ZodObject<Shape>>, context)
    }
    const [issue] = parsed.error.issues
    const why =
      issue?.code === 'unrecognized_keys'
        ? 'it has a field that is not known here'
        : `the field «${issue?.path.join('.')}» is missing or not of its kind`
    throw new RequestError('bad-request', `The request cannot be used: ${why}.`)
  }
}

/** One handler a command: a request in, an answer out. The names of the fields are a promise to other programs. */
export const handlers = {
  inspect: handler({ code: z.string() }, async ({ code }) => {
    const { kind, flags, ...fields } = decodeCode(code)
    return { body: { kind, flags, fields } }
  }),
  encrypt: handler(
    { wif: z.string().optional(), privateKey: hex.optional(), compressed: z.boolean().optional(), passphrase },
    async (request, { signal }) => ({ body: { epk: await encrypt(request, { signal }) } }),
  ),
  intermediate: handler(
    { passphrase, ownerSalt: hex, lot: optional(z.number()), sequence: optional(z.number()) },
    async (request, { signal }) => ({ body: { intermediateCode: await createIntermediateCode(request, { signal }) } }),
  ),
  generate: handler(
    { intermediateCode: z.string(), seedb: optional(hex), compressed: z.boolean() },
    async (request, { signal }) => ({ body: { ...(await generateUnit(request, { signal })) } }),
  ),
  verify: handler({ confirmationCode: z.string(), passphrase }, async (request, { signal }) => {
    const key = await verifyConfirmationCode({ ...request, book: coinBook }, { signal })
    const { publicKey, addresses, address, lot, sequence } = key
    return { body: { publicKey, addresses, address, lot, sequence } }
  }),
  decrypt: handler({ epk: z.string(), passphrase }, async (request, { signal, revealSecrets }) => {
    const key = await decrypt({ ...request, book: coinBook }, { signal })
    const { privateKey, compressed, publicKey, address, lot, sequence } = key
    const secret = revealSecrets
      ? { privateKey: Buffer.from(privateKey).toString('hex'), wif: encodeWif(privateKey, compressed) }
      : {}
    privateKey.fill(0)
    return { body: { ...secret, publicKey, addresses: addressesOf(publicKey), address, compressed, lot, sequence } }
  }),
  check: handler(
    {
      intermediateCode: optional(z.string()),
      epk: optional(z.string()),
      confirmationCode: optional(z.string()),
      address: optional(z.string()),
      passphrase: optional(passphrase),
    },
    async (unit, { signal, prefactors }) => {
      const result = await crossCheck(unit, { signal, prefactors, book: coinBook })
      const { verdict, publicKey, addresses, findings, proof } = result
      const key = publicKey === null ? {} : { publicKey, addresses }
      const signed = proof === null ? {} : { proof }
      return { body: { verdict, ...key, findings, ...signed }, exitCode: verdictCodes[verdict] }
    },
  ),
  address: handler({ publicKey: hex }, async ({ publicKey }) => ({
    body: { addresses: addressesOf(publicKey.toLowerCase()) },
  })),
  read: handler({ address: z.string() }, async ({ address }) => {
    const printed = readAddress(address)
    const exitCode = printed.key === null || printed.checksum === 'invalid' ? exitCodes.failed : exitCodes.passed
    return { body: { ...printed }, exitCode }
  }),
} satisfies Record<string, Handler>

const verdictCodes = { PASS: exitCodes.passed, INCONCLUSIVE: exitCodes.inconclusive, FAIL: exitCodes.failed } as const
