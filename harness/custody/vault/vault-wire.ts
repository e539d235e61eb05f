import type { ChainEntry } from '../hash-chain.ts'
import { partsOf, type SealedParts } from './seal.ts'
import type { SealedEntry } from './vault-chain.ts'

/* What a vault's server and its clients say to each other, over HTTP: docs/vault.md, «On a server». */

/** Behind the server's address. */
export const vaultPaths = { chain: 'chain', head: 'head', challenge: 'challenge', sealed: 'sealed/' } as const

/** Headers of a request that writes. */
export const writeHeaders = {
  /** The chain's entry: its JSON, base64url. */
  entry: 'assay-entry',
  challenge: 'assay-challenge',
  /** Ed25519 over {@link writeMessage}, base64url. */
  proof: 'assay-proof',
} as const

/** What a writer signs with the vault's key: good for one entry, whose digest of the file it has, and for one challenge. */
export const writeMessage = (challenge: string, { hash }: ChainEntry): Uint8Array =>
  Buffer.from(`assay-vault-write-1 ${challenge} ${hash}`)

/** Photographs of one inspection are a tenth of it. */
export const mostSealedBytes = 256 * 2 ** 20
/** A chain of 50,000 inspections. */
export const mostChainBytes = 64 * 2 ** 20
/** In a header; a server of HTTP takes 16 KiB of them all. */
export const mostEntryLetters = 8 * 1024

/** Texts of an entry, in letters: a serial has at most 80. */
const mostLetters = 80

/** What an honest head has of each recipient: no room for anything that could be read. */
const stanzaLines =
  /^-> (?:ssh-rsa [A-Za-z0-9+/]{6}\n(?:[A-Za-z0-9+/]{64}\n){5,10}[A-Za-z0-9+/]{0,63}|X25519 [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43})$/

/** Is this entry's text no longer than what it is for? */
export const isShort = ({ unit, station, started, sealedTo }: SealedEntry): boolean =>
  [unit ?? '', station, started, ...sealedTo].every(text => text.length <= mostLetters) && sealedTo.length <= 40

/** Session key, salt and ciphertext for as many as the entry names, and nothing beside; null: it is not that. */
export function sealedPartsOf(sealed: Uint8Array, { sealedTo }: SealedEntry): SealedParts | null {
  const parts = partsOf(sealed)
  if (parts === null || parts.stanzas.length !== sealedTo.length) return null
  const head = Buffer.from(parts.sessionKey).toString('latin1')
  const stanzas = head.slice(head.indexOf('\n') + 1, head.lastIndexOf('\n--- ')).split(/\n(?=-> )/)
  return stanzas.every(stanza => stanzaLines.test(stanza)) ? parts : null
}
