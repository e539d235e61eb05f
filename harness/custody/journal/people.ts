import { z } from 'zod'
import { CustodyError } from '../custody-error.ts'
import type { JournalEntry, Said } from './entry.ts'

/** Names that stand in journals, ledgers and manifests: short, and without room for anything else. */
export const PersonName = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{1,31}$/, 'lower-case letters, digits, dots and dashes, 2 to 32')

/** What a person may do, one row a role. */
export const roles = {
  operator: 'makes and inspects units',
  quality: 'disposes of units that failed, acknowledges alarms',
  teacher: 'teaches products',
  release: 'signs lots off',
  witness: 'watches what is destroyed',
} as const satisfies Readonly<Record<string, string>>
export type Role = keyof typeof roles
const roleNames = Object.keys(roles) as readonly Role[]

const PersonAdded = z.strictObject({
  name: PersonName,
  roles: z.array(z.enum(roleNames)).min(1),
  /** Ed25519, base64url; null for whoever signs nothing. */
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .nullable(),
})
const PersonRetired = z.strictObject({ name: PersonName })

/** A person of the register. */
export interface Person extends z.infer<typeof PersonAdded> {
  readonly addedAt: string
  /** null while the person works here. */
  readonly retiredAt: string | null
}

/** The register of people as the journal has it: the only one. Names are never given to another person. */
export class People {
  readonly #people = new Map<string, Person>()

  /** Takes an entry of the journal into account; those of other kinds say nothing of people. */
  take({ kind, at, facts }: Pick<JournalEntry, 'kind' | 'at' | 'facts'>): void {
    if (kind === 'person-added') {
      const person = PersonAdded.parse(facts)
      this.#people.set(person.name, { ...person, addedAt: at, retiredAt: null })
    } else if (kind === 'person-retired') {
      const { name } = PersonRetired.parse(facts)
      const person = this.#people.get(name)
      if (person !== undefined) this.#people.set(name, { ...person, retiredAt: at })
    }
  }

  get all(): readonly Person[] {
    return [...this.#people.values()]
  }

  /** Does somebody of this name work here, in this role where one is asked for? */
  isActive(name: string | null, role?: Role): boolean {
    const person = name === null ? undefined : this.#people.get(name)
    return person?.retiredAt === null && (role === undefined || person.roles.includes(role))
  }

  /**
   * The entry that adds a person.
   * @param by who adds; the first person of a register is added by nobody else
   * @throws CustodyError `person-name`, `person-exists`, `person-unknown`
   */
  adding(person: z.infer<typeof PersonAdded>, by: string | null): Said {
    if (!PersonName.safeParse(person.name).success) {
      throw new CustodyError('person-name', `A person is named by ${nameForm}; «${person.name}» is none.`)
    }
    const there = this.#people.get(person.name)
    if (there !== undefined) {
      const since = there.retiredAt === null ? 'is in the register' : 'was in the register and has retired'
      throw new CustodyError(
        'person-exists',
        `${person.name} ${since}; a name is given to one person only. Choose another.`,
      )
    }
    const twin = this.all.find(({ publicKey }) => publicKey !== null && publicKey === person.publicKey)
    if (twin !== undefined)
      throw new CustodyError('person-exists', `This key is ${twin.name}'s; a key is one person's only.`)
    const isFirst = this.all.every(({ retiredAt }) => retiredAt !== null)
    if (!isFirst) this.#requireActive(by)
    return { kind: 'person-added', who: isFirst ? (by ?? person.name) : by, facts: person }
  }

  /** The entry that retires a person. @throws CustodyError `person-unknown` */
  retiring(name: string, by: string | null, why: string | null): Said {
    if (!this.isActive(name)) throw unknown(name)
    this.#requireActive(by)
    return { kind: 'person-retired', who: by, why, facts: { name } }
  }

  #requireActive(by: string | null): void {
    if (by === null) {
      throw new CustodyError(
        'person-unknown',
        'Say who does it: --by NAME, with a name of the register (assay people list).',
      )
    }
    if (!this.isActive(by)) throw unknown(by)
  }
}

/** The register after these entries. */
export async function peopleOf(entries: AsyncIterable<JournalEntry>): Promise<People> {
  const people = new People()
  for await (const entry of entries) people.take(entry)
  return people
}

const nameForm = '2 to 32 lower-case letters, digits, dots and dashes'

const unknown = (name: string) =>
  new CustodyError(
    'person-unknown',
    `Nobody named ${JSON.stringify(name)} works here by the register (assay people list).`,
  )
