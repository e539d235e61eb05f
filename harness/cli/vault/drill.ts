import { constants, createPublicKey, privateDecrypt } from 'node:crypto'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { systemRandom } from '../../core/random.ts'
import { requireRecipients } from '../../custody/vault/recipients-file.ts'
import { recoveryIdentity } from '../../custody/vault/recovery-phrase.ts'
import { type Opener, openSealed, sealTo } from '../../custody/vault/seal.ts'
import { SshRsaIdentity, sshRsaText } from '../../custody/vault/ssh-rsa.ts'
import { keyBackupsIn } from '../../custody/vault/vault.ts'
import { recipientMark } from '../../custody/vault/vault-chain.ts'
import type { CommandContext } from '../context.ts'
import { openStationJournal } from '../journal/station-journal.ts'
import { printDocument, printLine, tellLine } from '../terminal.ts'
import { askPhrase, keyFromBackup } from './provision.ts'
import { readableVault } from './readable-vault.ts'
import { VaultInputError, vaultHere } from './station-vault.ts'
import { unlockToken } from './token-choice.ts'
import type { VaultOptions } from './vault-commands.ts'

export interface DrillOptions extends VaultOptions {
  readonly token?: string
  readonly by?: string
}

/** One thing that was tried, and what came of it. */
interface DrillStep {
  readonly step: string
  readonly isGood: boolean
  /** What to know, or why not. */
  readonly because: string
}

/**
 * `assay vault drill`: the yearly proof that nothing is lost when a token is. A probe is sealed for all recipients as evidence is; then
 * the phrase on paper opens it, every key's sealed copy makes a spare that opens it, a token in the hand opens it, and the oldest and the
 * newest evidence open. Nothing of them is shown. The journal keeps how it went.
 */
export async function drill(options: DrillOptions, { signal, exit }: CommandContext): Promise<void> {
  const place = await vaultHere()
  const { folder, recipients: path } = place
  const vault = readableVault(place)
  const recipients = requireRecipients(path)
  const probe = systemRandom.bytes(64)
  const sealed = await sealTo(recipients, probe)
  const steps: DrillStep[] = []
  const attempt = async (step: string, work: () => Promise<string>): Promise<void> => {
    let said: DrillStep
    try {
      said = { step, isGood: true, because: await work() }
    } catch (error) {
      if (signal.aborted || !(error instanceof AssayError)) throw error
      said = { step, isGood: false, because: error.message }
    }
    steps.push(said)
    if (!options.json) printLine(`${said.isGood ? 'good' : 'FAULT'}: ${step}: ${said.because}`)
  }
  const requireOpens = async (opener: Opener): Promise<void> => {
    if (Buffer.from(await openSealed(sealed, opener)).equals(probe)) return
    throw new VaultInputError('drill-differs', 'it opened something else than was sealed')
  }

  tellLine('assay: The drill takes the recovery phrase as it stands on paper: fetch it, and be alone in the room.')
  using phrase = await askPhrase(options, signal)
  using identity = await recoveryIdentity(phrase)
  await attempt('the recovery phrase', async () => {
    await requireOpens(identity)
    return 'it opens what is sealed today'
  })
  for (const name of keyBackupsIn(folder)) {
    await attempt(`a spare of the token ${name}`, async () => {
      const key = await keyFromBackup(folder, name, phrase)
      const publicKey = createPublicKey(key)
      const isCurrent = recipients.some(({ text }) => text === sshRsaText(publicKey))
      if (!isCurrent) return 'its key can be had again; it is no recipient any more'
      const step = async (block: Uint8Array) => privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block)
      await requireOpens(new SshRsaIdentity(publicKey, step))
      return 'its key can be had again, and opens what is sealed today'
    })
  }
  const { token: choice } = options
  if (choice !== undefined) {
    await attempt('the token in the hand', async () => {
      const token = await unlockToken(choice, options, signal)
      try {
        await requireOpens(token.identity)
        return 'it opens what is sealed today'
      } finally {
        await token.close()
      }
    })
  }
  const mark = recipientMark(recipients.find(({ kind }) => kind === 'recovery')!.text)
  const evidence = (await vault.sealed()).filter(({ sealedTo }) => sealedTo.includes(mark))
  for (const { id, at } of evidence.length > 1 ? [evidence[0]!, evidence.at(-1)!] : evidence) {
    await attempt(`the evidence ${id} of ${at}`, async () => {
      const files = await vault.open(id, identity, [])
      for (const { bytes } of files) bytes.fill(0)
      return `${files.length} files in it, whole`
    })
  }
  const isGood = steps.every(step => step.isGood)
  await using journal = await openStationJournal(options, signal)
  const facts = { isGood, steps: steps.map(({ step, isGood: good }) => ({ step, isGood: good })) }
  await journal.append({ kind: 'loss-drill', who: options.by, facts })
  if (options.json) printDocument({ isGood, steps })
  else
    printLine(
      isGood
        ? 'Nothing would be lost. The journal has kept it; the next drill is due in a year.'
        : 'Something WOULD be lost: see above, and mend it while every token is there.',
    )
  if (!isGood) exit(exitCodes.failed)
}
