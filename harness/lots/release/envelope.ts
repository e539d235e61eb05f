import { z } from 'zod'
import { parseJson } from '../../core/parse-json.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { isSignedBy, keyId, type SigningKey } from '../../custody/signing-key.ts'
import { decisions, LotName, signerMeanings } from './lot-kinds.ts'

/*
 * A signature under a lot's release: an in-toto Statement (v1) in a DSSE envelope. Each person signs a statement of their own,
 * as the statement says who they are, what they mean by it, and when.
 */

const payloadType = 'application/vnd.in-toto+json'
export const predicateType = 'urn:assay:lot-release:v1'
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const Subject = z.strictObject({ name: z.string(), digest: z.strictObject({ sha256 }) })
export const Statement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  /** The manifest first; then, of a releaser, what else they signed over. */
  subject: z.array(Subject).min(1),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({
    lot: LotName,
    product: z.string(),
    decision: z.enum(decisions),
    because: z.string(),
    /** Nothing real is released by it. */
    rehearsal: z.boolean(),
    /** The journal that the decision rests on. */
    head: TreeHead,
    signer: z.strictObject({
      name: z.string(),
      as: z.enum(signerMeanings),
      means: z.string(),
      at: z.iso.datetime(),
      keyid: sha256,
    }),
  }),
})
export type Statement = z.infer<typeof Statement>

const Envelope = z.strictObject({
  payloadType: z.literal(payloadType),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: sha256, sig: z.base64() })).length(1),
})

/** DSSE's pre-authentication encoding: what is signed. */
const preAuthentication = (payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), Buffer.from(payload)])

/** The envelope's text, one line. */
export function signStatement(statement: Statement, key: SigningKey): string {
  const payload = Buffer.from(canonicalJson(Statement.parse(statement)))
  const sig = Buffer.from(key.sign(preAuthentication(payload)), 'base64url').toString('base64')
  const signatures = [{ keyid: keyId(key.publicKey), sig }]
  return textOf({ payloadType, payload: payload.toString('base64'), signatures })
}

const textOf = ({ payloadType: type, payload, signatures }: z.infer<typeof Envelope>): string =>
  `${JSON.stringify({ payloadType: type, payload, signatures })}\n`

/** An envelope that was read; whether its signature is right shows with the signer's key. */
export interface ReadEnvelope {
  readonly statement: Statement
  isSignedBy(publicKey: string): boolean
}

/** @returns null where the text is no envelope of a release */
export function readEnvelope(text: string): ReadEnvelope | null {
  const envelope = Envelope.safeParse(parseJson(text))
  // One text for one signature: what differs from how it was written was changed, if only by a blank.
  if (!envelope.success || textOf(envelope.data) !== text) return null
  const payload = Buffer.from(envelope.data.payload, 'base64')
  if (payload.toString('base64') !== envelope.data.payload) return null
  const statement = Statement.safeParse(parseJson(payload.toString('utf8')))
  if (!statement.success) return null
  const { keyid, sig } = envelope.data.signatures[0]!
  return {
    statement: statement.data,
    isSignedBy: publicKey =>
      keyid === keyId(publicKey) &&
      statement.data.predicate.signer.keyid === keyid &&
      isSignedBy(publicKey, preAuthentication(payload), Buffer.from(sig, 'base64').toString('base64url')),
  }
}
