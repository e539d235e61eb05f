import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { otherVersion, parseJson } from '../../core/parse-json.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import { isSignedBy, type SigningKey } from '../../custody/signing-key.ts'
import { LineError } from '../line-error.ts'

const format = 'assay-courier-1'
/** 10,000 units take about 4.5 MB, the most that a lot has ten times that. */
const longest = 64 * 2 ** 20

/** A signed text for the courier, byte for byte as it travels: canonical JSON, so that nothing else fits in. */
export function sealEnvelope(body: object, key: SigningKey): string {
  const content = canonicalJson(body)
  return `${head}${content}${tailWith(key.sign(signedBytes(content)))}`
}

/** The canonical JSON of the whole is that of the body between these two. */
const head = '{"body":'
const tailWith = (signature: string): string => `,"format":"${format}","signature":${JSON.stringify(signature)}}\n`

/**
 * Opens what the courier brought. Refused are: another signer, a changed byte, an unknown field at any depth, and any
 * way of writing other than the one that {@link sealEnvelope} has (spaces, doubled keys and escapes could carry more).
 *
 * @param schema strict at every depth
 * @throws LineError `manifest-unreadable`, `manifest-newer`, `manifest-signer`, `manifest-field`, `manifest-rewritten`
 */
export function openEnvelope<Schema extends z.ZodType<object>>(
  text: string,
  signer: string,
  schema: Schema,
): z.output<Schema> {
  if (text.length > longest) throw refused('manifest-unreadable', 'it is longer than any manifest')
  const json = parseJson(text)
  if (json === undefined) throw refused('manifest-unreadable', 'it is no JSON')
  const other = otherVersion(json, format)
  if (other !== null) {
    throw refused('manifest-newer', `it is of another version (${other}); use the same Assay at both sites`)
  }
  const envelope = z
    .strictObject({ format: z.literal(format), body: z.unknown(), signature: z.string() })
    .safeParse(json)
  if (!envelope.success) throw refused('manifest-field', fieldFault(envelope.error))
  const { body, signature } = envelope.data
  const content = canonicalOrNull(body)
  if (content === null || !isSignedBy(signer, signedBytes(content), signature)) {
    throw refused('manifest-signer', 'it was changed on the way, or signed by a key that was not exchanged')
  }
  const read = schema.safeParse(body)
  if (!read.success) throw refused('manifest-field', fieldFault(read.error))
  // Without writing the long text out once more: the body is what was read, and the text is the body between its ends.
  const tail = tailWith(signature)
  const isAsSigned =
    text.length === head.length + content.length + tail.length &&
    text.startsWith(head) &&
    text.endsWith(tail) &&
    text.startsWith(content, head.length)
  if (!isAsSigned || !isDeepStrictEqual(read.data, body)) {
    throw refused('manifest-rewritten', 'it is not written byte for byte as it was signed')
  }
  return read.data
}

/** Why nothing of a manifest was taken. */
export const refused = (code: string, why: string, options: ErrorOptions = {}) =>
  new LineError(code, `The manifest is refused: ${why}. Nothing of it was taken.`, options)

/** What ledgers and answers call a manifest by. */
export const manifestHash = (text: string): string => createHash('sha256').update(text).digest('hex')

const signedBytes = (content: string): Buffer => Buffer.from(`${format}\n${content}`)

function canonicalOrNull(body: unknown): string | null {
  try {
    return canonicalJson(body)
  } catch {
    return null
  }
}

/** Which field, and whether it is unknown or ill-formed; never its value, which may be a secret that must not be here. */
function fieldFault(error: z.ZodError): string {
  const { path, code } = error.issues[0]!
  const where = path.length === 0 ? 'the manifest' : `«${path.join('.').slice(0, 80)}»`
  return code === 'unrecognized_keys'
    ? `${where} has a field that may not cross`
    : `${where} is missing or has not the form that it must have`
}
