import type { Command } from 'commander'
import { descriptor } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'

/** A command of `parent` that reads the journal. `summary` is its description, too. */
export function journalCommand(parent: Command, name: string, summary: string): Command {
  const made = parent
    .command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
  addSettingOptions(made, ['journal'])
  return made.option('--json', 'one JSON document on stdout')
}

/** The same for one that writes, whose key may be sealed. */
export function journalWriter(parent: Command, name: string, summary: string): Command {
  return journalCommand(parent, name, summary).option(
    '--password-fd <fd>',
    'read the password of a sealed journal from this file descriptor',
    descriptor,
  )
}

/** The same for one that a person signs, where the register has a key of theirs. */
export function journalSigner(parent: Command, name: string, summary: string): Command {
  return journalWriter(parent, name, summary)
    .option('--sign-with <file>', 'the key of whoever does it (assay people key), where the register has theirs')
    .option(
      '--token <token>',
      'the token that this key is sealed to, where it is: pcsc, pkcs11:MODULE or software:FILE',
    )
    .option(
      '--passphrase-fd <fd>',
      "read that key's passphrase, or the token's PIN, from this file descriptor",
      descriptor,
    )
}
