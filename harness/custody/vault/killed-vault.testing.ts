import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { SigningKey } from '../signing-key.ts'
import { parseRecipients } from './seal.ts'
import { sealEvidence } from './vault.ts'

// Seals one piece of evidence after the other, and says each on a line once it is acknowledged, until it is killed.
const [, , folder = '', ...texts] = process.argv
const key = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
const options = { recipients: parseRecipients(texts), key, clock: () => new Date() }
for (let i = 0; i < 1000; i++) {
  const files = [{ name: 'photograph-1.jpg', bytes: new Uint8Array(300_000) }]
  const started = '2026-11-29T12:00:00.000Z'
  const { id } = await sealEvidence(folder, { unit: `BX${i}`, station: 'opened', started, files }, options)
  process.stdout.write(`${id}\n`)
}
