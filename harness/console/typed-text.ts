import { looksSecret } from '../core/looks-secret.ts'

/** What some scanners say before a code: its kind, by ISO/IEC 15424. */
const symbology = /^\][A-Za-z]\w/
/** Nobody types that as a reason: it was scanned, and may be a piece of a key, which nothing tells from chance. */
const noWord = /(?=[A-Za-z]*\d)[A-Za-z\d]{16,}/

/** The code itself. */
export const withoutSymbology = (scanned: string): string => scanned.replace(symbology, '')

/** Never said, not even to say that it was refused. */
export const isKey = (text: string): boolean => looksSecret(text) || looksSecret(withoutSymbology(text))

/** Did a scanner type it, where a person was to? */
export const isNoWord = (text: string): boolean => noWord.test(text)
