import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { printable } from '../../core/printable.ts'
import type { SigningKey } from '../signing-key.ts'
import type { JournalEntry, Said } from './entry.ts'
import type { Journal } from './journal.ts'
import { People } from './people.ts'
import { signedAct } from './signed-act.ts'

/** Somebody logged in where cards are judged. */
const logInKind = 'console-log-in'

/** What they sign besides their name: when, in which journal, and what nobody signs twice. Else one log-in would prove any other. */
const LogInFacts = z.looseObject({
  at: z.iso.datetime({ precision: 3 }),
  /** Public key of the journal's station. */
  journal: z.string(),
  once: z.string().regex(/^[0-9a-f]{32}$/),
})

/** Between what a person signed and what the journal says of its time, ms. */
const mostApartMs = 120_000

/** A log-in, as its person signs it. @param journal in which it will stand */
export async function signedLogIn(journal: Journal, who: string, key: SigningKey, now: Date): Promise<Said> {
  const head = await journal.head()
  const facts = { at: now.toISOString(), journal: head?.signer ?? '', once: randomBytes(16).toString('hex') }
  return signedAct({ kind: logInKind, who, facts }, key)
}

/** Finds log-ins in a journal that their persons did not sign for it, entry by entry. */
export class LogInFaults {
  readonly #people = new People()
  readonly #used = new Set<string>()
  #journal = ''
  /** In sentences. */
  readonly found: string[] = []

  take(entry: JournalEntry): void {
    this.#people.take(entry)
    const { kind, facts, index, who } = entry
    if (kind === 'journal-made') this.#journal = String(facts['publicKey'])
    if (kind !== logInKind) return
    const why = this.#whyNot(entry)
    if (why !== null) this.found.push(`entry ${index} says that ${printable(who ?? 'nobody')} logged in: ${why}`)
  }

  #whyNot(entry: JournalEntry): string | null {
    const said = LogInFacts.safeParse(entry.facts).data
    if (said === undefined || this.#people.find(entry.who)?.publicKey == null || !this.#people.mayAct(entry))
      return 'it is not signed by their key.'
    if (said.journal !== this.#journal) return 'it was signed for another journal.'
    if (this.#used.has(said.once)) return 'it was signed for another log-in, which stands before it.'
    this.#used.add(said.once)
    const apartMs = Math.abs(Date.parse(said.at) - Date.parse(entry.at))
    return apartMs > mostApartMs ? `it was signed at ${said.at}, and stands there since ${entry.at}.` : null
  }
}
