import { canonicalJson } from '../canonical-json.ts'
import { isSignedBy, type SigningKey } from '../signing-key.ts'
import { bareNames, bodyOf, type JournalBody, type JournalEntry, type Said } from './entry.ts'

/** What a person said with their own key: the station, whose key signs every entry, could not have said it for them. */
export type Act = Pick<JournalBody, 'kind' | 'who' | 'why' | 'unit' | 'station' | 'facts'> &
  Pick<JournalEntry, 'signedAs'>

/** The same, signed by whoever says it: over the entry as it will stand, with the signature among its facts. */
export function signedAct(said: Said, key: SigningKey): Said {
  const body = bodyOf(said)
  return { ...said, facts: { ...body.facts, signature: key.sign(bytesOf(body)) } }
}

/** Did the holder of `publicKey` say exactly this? */
export function isSignedAct(act: Act, publicKey: string): boolean {
  const { signature } = act.facts
  return typeof signature === 'string' && isSignedBy(publicKey, bytesOf(asSigned(act)), signature)
}

/** With the names that were signed, if they are those of the same units. */
function asSigned(act: Act): Act {
  const { signedAs, unit, facts } = act
  if (signedAs === undefined) return act
  const named = bareNames(signedAs)
  return named !== null && canonicalJson(named) === canonicalJson({ unit, facts }) ? { ...act, ...signedAs } : act
}

function bytesOf({ kind, who, why, unit, station, facts: { signature: _, ...facts } }: Act): Buffer {
  return Buffer.from(canonicalJson({ format: 'assay-act-1', kind, who, why, unit, station, facts }))
}
