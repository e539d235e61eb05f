/**
 * How long sealing and opening evidence takes, on the drive and in the chain. Argument: megabytes. The limit is 300 ms for 10 MB.
 */

import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { SigningKey } from '../custody/signing-key.ts'
import { newRecoveryPhrase, recoveryIdentity, recoveryRecipient } from '../custody/vault/recovery-phrase.ts'
import { parseRecipients } from '../custody/vault/seal.ts'
import { SshRsaIdentity, sshRsaText } from '../custody/vault/ssh-rsa.ts'
import { openEvidence, sealEvidence } from '../custody/vault/vault.ts'

const megabytes = Number(process.argv[2] ?? 10)
const rounds = 7
const limitMs = 300
const folder = mkdtempSync(join(tmpdir(), 'assay-vault-bench-'))
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
using phrase = newRecoveryPhrase(systemRandom)
using recovery = await recoveryIdentity(phrase)
const recipients = parseRecipients([sshRsaText(publicKey), await recoveryRecipient(recovery)])
const key = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
let steps = 0
const token = new SshRsaIdentity(publicKey, async block => {
  steps++
  return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block)
})
const bytes = new Uint8Array(megabytes * 1e6).fill(7)
const [sealMs, openMs]: [number[], number[]] = [[], []]
try {
  for (let round = 0; round < rounds; round++) {
    const evidence = {
      unit: 'BX0000001',
      station: 'opened',
      started: new Date().toISOString(),
      files: [{ name: 'photograph-1.jpg', bytes }],
    }
    const began = performance.now()
    const { id } = await sealEvidence(folder, evidence, { recipients, key, clock: () => new Date() })
    const sealed = performance.now()
    await openEvidence(folder, id, token)
    sealMs.push(sealed - began)
    openMs.push(performance.now() - sealed)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const row = (name: string, times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b)
  const show = (ms: number) => `${ms.toFixed(0)} ms`
  return `${name.padEnd(8)} first ${show(times[0]!)}, median ${show(sorted[rounds >> 1]!)}, slowest ${show(sorted.at(-1)!)}\n`
}
process.stdout.write(`${megabytes} MB, ${rounds} rounds, two recipients\n`)
process.stdout.write(row('seal', sealMs))
process.stdout.write(row('open', openMs))
process.stdout.write(`private steps of the token: ${steps} for ${rounds} files\n`)
process.exitCode = Math.max(...sealMs) < limitMs || megabytes > 10 ? 0 : 1
