import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { systemRandom } from '../../core/random.ts'
import { newRecoveryPhrase, recoveryIdentity, recoveryRecipient } from './recovery-phrase.ts'
import { parseRecipients } from './seal.ts'
import { SshRsaIdentity, sshRsaText } from './ssh-rsa.ts'
import type { Evidence } from './vault.ts'

// Evidence of nobody's card, and whom it is sealed to: a token's key pair and a phrase.

/** What no file and no server may show: a passphrase and an EPK of nobody's. */
export const canaries = ['3515-H0EP-J513-IUL6-0K5Y', '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg']

export const evidenceOf = (unit: string): Evidence => ({
  unit,
  station: 'opened',
  started: '2026-11-29T12:00:00.000Z',
  files: [
    { name: 'photograph-1.jpg', bytes: Buffer.alloc(70_000, canaries[0]!) },
    { name: 'readings.json', bytes: Buffer.from(JSON.stringify(canaries)) },
  ],
})

export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const phrase = newRecoveryPhrase(systemRandom)
export const recovery = await recoveryIdentity(phrase)
export const recipients = parseRecipients([sshRsaText(pair.publicKey), await recoveryRecipient(recovery)])
export const token = new SshRsaIdentity(pair.publicKey, async block =>
  privateDecrypt({ key: pair.privateKey, padding: constants.RSA_NO_PADDING }, block),
)
