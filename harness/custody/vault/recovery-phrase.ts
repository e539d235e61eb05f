import { hkdfSync, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { bech32 } from '@scure/base'
import { entropyToMnemonic, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { identityToRecipient } from 'age-encryption'
import type { Random } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { CustodyError } from '../custody-error.ts'

/*
 * The recovery key: twelve words of BIP39 on paper, and the X25519 key of age that they make.
 *
 *   seed   = PBKDF2-HMAC-SHA512(words in NFKD, "mnemonic", 2048 rounds, 64 bytes)      BIP39, without a passphrase
 *   scalar = HKDF-SHA256(seed, no salt, "assay/v1 evidence recovery", 32 bytes)         RFC 5869; X25519 clamps it (RFC 7748)
 *   text   = Bech32("age-secret-key-", scalar), in capitals: what `age -i` takes
 */

const purpose = 'assay/v1 evidence recovery'
const derive = promisify(pbkdf2)

/** Twelve new words: 128 bits and a checksum of four. */
export function newRecoveryPhrase(random: Random): Secret {
  const entropy = random.bytes(16)
  const phrase = Secret.ofText(entropyToMnemonic(entropy, wordlist))
  entropy.fill(0)
  return phrase
}

/**
 * Words as a person types them: capitals and spaces do not matter.
 * @throws CustodyError `phrase-wrong`
 */
export function parseRecoveryPhrase(typed: Secret): Secret {
  const words = typed.exposeText().normalize('NFKD').trim().toLowerCase().split(/\s+/)
  const phrase = words.join(' ')
  if (words.length === 12 && validateMnemonic(phrase, wordlist)) return Secret.ofText(phrase)
  const unknown = words.findIndex(word => !wordlist.includes(word))
  const why =
    words.length !== 12
      ? `it has ${words.length} words and not twelve`
      : unknown >= 0
        ? `its word ${unknown + 1} is none of the list`
        : 'its words do not go together: one of them is another, or two changed places'
  throw new CustodyError('phrase-wrong', `This is no recovery phrase: ${why}. Look at the paper again.`)
}

/** The key of a recovery phrase as age writes it: `AGE-SECRET-KEY-1…`. */
export async function recoveryIdentity(phrase: Secret): Promise<Secret> {
  const words = phrase.expose()
  const seed = await derive(words, 'mnemonic', 2048, 64, 'sha512')
  words.fill(0)
  const scalar = new Uint8Array(hkdfSync('sha256', seed, '', purpose, 32))
  seed.fill(0)
  const identity = Secret.ofText(bech32.encodeFromBytes('age-secret-key-', scalar).toUpperCase())
  scalar.fill(0)
  return identity
}

/** What evidence is sealed to: `age1…`. Public. */
export const recoveryRecipient = async (identity: Secret): Promise<string> =>
  await identityToRecipient(identity.exposeText())
