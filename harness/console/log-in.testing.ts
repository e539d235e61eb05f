import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { peopleOf, type Role } from '../custody/journal/people.ts'
import { makePersonKey } from '../custody/person-key.ts'

/** Puts somebody with a key of their own into the register. @returns the key's file, and its text */
export async function addWithKey(
  journal: Journal,
  folder: string,
  { name, role, passphrase }: { readonly name: string; readonly role: Role; readonly passphrase: string },
): Promise<{ readonly path: string; readonly key: string }> {
  const path = join(folder, `${name}.key`)
  const publicKey = await makePersonKey(path, name, Secret.ofText(passphrase), systemRandom, 1024)
  const people = await peopleOf(journal.entriesOn('people'))
  const first = people.all[0]?.name ?? null
  await journal.append(people.adding({ name, roles: [role], publicKey }, first))
  return { path, key: readFileSync(path, 'utf8') }
}
