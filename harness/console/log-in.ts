import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { printable } from '../core/printable.ts'
import { signedLogIn } from '../custody/journal/log-ins.ts'
import { peopleOf } from '../custody/journal/people.ts'
import { inspectorRoles, mayInspect } from '../lots/inspector.ts'
import type { DeskKeys } from './desk-key.ts'
import type { UseJournal } from './journal-view.ts'

/** Who begins to work at a bench, and their key. */
export const LogIn = z.strictObject({
  who: z.string().min(1).max(32),
  key: z.string().max(2000).optional(),
  passphrase: z.string().min(1).max(1000),
})
export type LogIn = z.infer<typeof LogIn>

/** Somebody who may log in. @property isHere the bench keeps the file of their key: its passphrase is enough */
export interface Colleague {
  readonly name: string
  readonly isHere: boolean
}

/** What a screen that somebody logged in at knows. */
export interface LoggedIn {
  /** Shown with everything that is done for this person. */
  readonly token: string
  readonly who: string
  /** After so long without an action the token is worth nothing, ms. */
  readonly idleMs: number
}

export interface LogInsOptions {
  readonly useJournal: UseJournal
  readonly keys: DeskKeys
  readonly idleMs: number
  /** ms, that never goes back. Default: the process's own. */
  readonly now?: () => number
}

/**
 * Who works at which screen of a bench. Somebody logs in by signing that they do, with the key that the register has of them: the journal
 * keeps what was signed. Their token stands for them until they log out, or do nothing for a while.
 */
export class LogIns {
  readonly #options: Required<LogInsOptions>
  readonly #tokens = new Map<string, { readonly who: string; usedAt: number }>()

  constructor(options: LogInsOptions) {
    this.#options = { now: () => performance.now(), ...options }
  }

  /** Everybody who inspects here and has a key, by name. */
  async colleagues(): Promise<readonly Colleague[]> {
    const { useJournal, keys } = this.#options
    const people = await useJournal(async journal => await peopleOf(journal.entriesOn('people')))
    return people.all
      .filter(({ name, publicKey }) => publicKey !== null && mayInspect(people, name))
      .map(({ name, publicKey }) => ({ name, isHere: keys.has(publicKey!) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** @throws AssayError `person-unknown`, `signature-missing`; as `DeskKeys.open` */
  async logIn({ who, key, passphrase }: LogIn): Promise<LoggedIn> {
    const { useJournal, keys, now, idleMs } = this.#options
    await useJournal(async journal => {
      const people = await peopleOf(journal.entriesOn('people'))
      if (!mayInspect(people, who)) {
        throw new AssayError(
          'person-unknown',
          `${printable(who)} does not inspect here: the register has no such person with the role ${inspectorRoles.join(' or ')} (assay people list).`,
        )
      }
      const opened = await keys.open(people, who, { key, passphrase })
      if (opened === null) {
        throw new AssayError(
          'signature-missing',
          `The register has no key of ${who}, so nothing proves who logs in: make one (assay people key), and add them with it.`,
        )
      }
      await journal.append(await signedLogIn(journal, who, opened, new Date()))
    })
    const token = randomBytes(16).toString('hex')
    this.#tokens.set(token, { who, usedAt: now() })
    return { token, who, idleMs }
  }

  /** Whose token it is, as long as it is worth something: asking is using it. */
  personOf(token: unknown): string | null {
    const known = typeof token === 'string' ? this.#tokens.get(token) : undefined
    if (known === undefined) return null
    const { now, idleMs } = this.#options
    if (now() - known.usedAt > idleMs) {
      this.#tokens.delete(token as string)
      return null
    }
    known.usedAt = now()
    return known.who
  }

  logOut(token: unknown): void {
    if (typeof token === 'string') this.#tokens.delete(token)
  }
}
