import { z } from 'zod'
import { type CodeKind, createIntermediateCode, crossCheck, type DecodedCode, decodeCode, decrypt, encodeWif, encrypt, generateUnit, type Passphrase, type PrefactorCache, verifyConfirmationCode } from '../../bip38/index.ts'
import { addressesOf, coinBook, readAddress } from '../../coins/index.ts'
import { exitCodes } from '../../core/assay-error.ts'
import { type Answer, type Request, RequestError } from './ndjson.ts'

/** What handlers share while one command runs. */
export interface HandlerContext {
  readonly signal: AbortSignal
  readonly revealSecrets: boolean
  readonly prefactors: PrefactorCache
}

export type Handler = (request: Request, context: HandlerContext) => Promise<Answer>

const id = z.unknown().optional()
const hex = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/)
/** From a program a string; from a prompt the bytes as typed, so that no string of them is ever made. */
const passphrase = z.custom<Passphrase>(value => typeof value === 'string' || isExposable(value))

const isExposable = (value: unknown): boolean => typeof value === 'object' && value !== null && 'expose' in value

const shapes = {
  inspect: z.strictObject({ id, code: z.string() }),
  encrypt: z.strictObject({
    id,
    wif: z.string().optional(),
    privateKey: hex.optional(),
    compressed: z.boolean().optional(),
    passphrase,
  }),
  intermediate: z.strictObject({
    id,
    passphrase,
    ownerSalt: hex,
    lot: z.number().nullish(),
    sequence: z.number().nullish(),
  }),
  generate: z.strictObject({ id, intermediateCode: z.string(), seedb: hex.nullish(), compressed: z.boolean() }),
  verify: z.strictObject({ id, confirmationCode: z.string(), passphrase }),
  decrypt: z.strictObject({ id, epk: z.string(), passphrase }),
  check: z.strictObject({
    id,
    intermediateCode: z.string().nullish(),
    epk: z.string().nullish(),
    confirmationCode: z.string().nullish(),
    address: z.string().nullish(),
    passphrase: passphrase.nullish(),
  }),
  address: z.strictObject({ id, publicKey: hex }),
  read: z.strictObject({ id, address: z.string() }),
}

/** Checks a request's shape. Names the field that is wrong, never its value. */
function parse<S extends z.ZodType>(shape: S, request: Request): z.infer<S> {
  const parsed = shape.safeParse(request)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.')
  const why =
    issue?.code === 'unrecognized_keys'
      ? 'it has a field that is not known here'
      : `the field «${field}» is missing or not of its kind`
  throw new RequestError('bad-request', `The request cannot be used: ${why}.`)
}

/** One handler a command: a request in, an answer out. The names of the fields are a promise to other programs. */
export const handlers = {
  async inspect(request) {
    const { code } = parse(shapes.inspect, request)
    const decoded = decodeCode(code)
    return { body: { kind: decoded.kind, flags: decoded.flags, fields: fieldsOf(decoded) } }
  },
  async encrypt(request, { signal }) {
    const { id: _, ...rest } = parse(shapes.encrypt, request)
    return { body: { epk: await encrypt(rest, { signal }) } }
  },
  async intermediate(request, { signal }) {
    const { lot, sequence, ...rest } = parse(shapes.intermediate, request)
    const code = await createIntermediateCode(
      { ...rest, lot: lot ?? undefined, sequence: sequence ?? undefined },
      { signal },
    )
    return { body: { intermediateCode: code } }
  },
  async generate(request, { signal }) {
    const { intermediateCode, seedb, compressed } = parse(shapes.generate, request)
    return {
      body: { ...(await generateUnit({ intermediateCode, seedb: seedb ?? undefined, compressed }, { signal })) },
    }
  },
  async verify(request, { signal }) {
    const { confirmationCode, passphrase } = parse(shapes.verify, request)
    const key = await verifyConfirmationCode({ confirmationCode, passphrase, book: coinBook }, { signal })
    const { publicKey, addresses, address, lot, sequence } = key
    return { body: { publicKey, addresses, address, lot, sequence } }
  },
  async decrypt(request, { signal, revealSecrets }) {
    const { epk, passphrase } = parse(shapes.decrypt, request)
    const key = await decrypt({ epk, passphrase, book: coinBook }, { signal })
    const { privateKey, compressed, publicKey, address, lot, sequence } = key
    const secret = revealSecrets
      ? { privateKey: Buffer.from(privateKey).toString('hex'), wif: encodeWif(privateKey, compressed) }
      : {}
    privateKey.fill(0)
    return { body: { ...secret, publicKey, addresses: addressesOf(publicKey), address, compressed, lot, sequence } }
  },
  async check(request, { signal, prefactors }) {
    const parts = parse(shapes.check, request)
    const unit = {
      intermediateCode: parts.intermediateCode ?? undefined,
      epk: parts.epk ?? undefined,
      confirmationCode: parts.confirmationCode ?? undefined,
      address: parts.address ?? undefined,
      passphrase: parts.passphrase ?? undefined,
    }
    const { verdict, publicKey, addresses, findings, proof } = await crossCheck(unit, {
      signal,
      prefactors,
      book: coinBook,
    })
    const key = publicKey === null ? {} : { publicKey, addresses }
    const signed = proof === null ? {} : { proof }
    return { body: { verdict, ...key, findings, ...signed }, exitCode: verdictCodes[verdict] }
  },
  async address(request) {
    const { publicKey } = parse(shapes.address, request)
    return { body: { addresses: addressesOf(publicKey.toLowerCase()) } }
  },
  async read(request) {
    const { address } = parse(shapes.read, request)
    const printed = readAddress(address)
    const exitCode = printed.key === null || printed.checksum === 'invalid' ? exitCodes.failed : exitCodes.passed
    return { body: { ...printed }, exitCode }
  },
} satisfies Record<string, Handler>

const verdictCodes = { PASS: exitCodes.passed, INCONCLUSIVE: exitCodes.inconclusive, FAIL: exitCodes.failed } as const

/** The fields of a code beside its kind and flag byte. */
function fieldsOf({ kind: _kind, flags: _flags, ...fields }: DecodedCode): Record<string, unknown> {
  return fields
}

export const kindTitles: Record<CodeKind, string> = {
  epk: 'encrypted private key, made by EC multiplication',
  'epk-non-ec': 'encrypted private key, made from a private key',
  'confirmation-code': 'confirmation code',
  'intermediate-code': 'intermediate code',
}
