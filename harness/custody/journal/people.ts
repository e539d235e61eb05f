import { z } from 'zod'
import { CustodyError } from '../custody-error.ts'
import type { JournalEntry, Said } from './entry.ts'
import { type Act, isSignedAct } from './signed-act.ts'

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

/** Roles that decide what becomes of units and lots: only who has one of them gives one, or takes one away. */
const decidingRoles: ReadonlySet<Role> = new Set(['quality', 'release'])

const PersonAdded = z.looseObject({
  name: PersonName,
  roles: z.array(z.enum(roleNames)).min(1),
  /** Ed25519, base64url; null for whoever signs nothing. */
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .nullable(),
})
const PersonRetired = z.looseObject({ name: PersonName })

/** Who is added, and what they may do. */
export interface NewPerson {
  readonly name: string
  readonly roles: readonly Role[]
  readonly publicKey: string | null
}

/** A person of the register. */
export interface Person extends NewPerson {
  readonly addedAt: string
  /** null while the person works here. */
  readonly retiredAt: string | null
}

/** What the register asks of an entry. */
type Told = Act & Pick<JournalEntry, 'at'>

/**
 * The register of people as the journal has it: the only one. Names are never given to another person. Whatever the entries
 * say, nobody has a role that they could not be given.
 */
export class People {
  readonly #people = new Map<string, Person>()

  /** Takes an entry of the journal into account; those of other kinds say nothing of people. */
  take(entry: Told): void {
    const { kind, at, facts } = entry
    if (kind === 'person-added') {
      const { name, roles: asked, publicKey } = PersonAdded.parse(facts)
      if (this.#alike(name) !== undefined || this.#ownerOf(publicKey) !== undefined) return
      const given = this.#mayDecideOnPeople(entry) ? asked : asked.filter(role => !decidingRoles.has(role))
      this.#people.set(name, { name, roles: given, publicKey, addedAt: at, retiredAt: null })
    } else if (kind === 'person-retired') {
      const { name } = PersonRetired.parse(facts)
      const person = this.#people.get(name)
      if (person === undefined) return
      if (decides(person) && !this.#mayDecideOnPeople(entry)) return
      this.#people.set(name, { ...person, retiredAt: at })
    }
  }

  get all(): readonly Person[] {
    return [...this.#people.values()]
  }

  find(name: string | null): Person | null {
    return (name === null ? undefined : this.#people.get(name)) ?? null
  }

  /** Does somebody of this name work here, in this role where one is asked for? */
  isActive(name: string | null, role?: Role): boolean {
    const person = this.find(name)
    return person?.retiredAt === null && (role === undefined || person.roles.includes(role))
  }

  /** Did somebody who works here in this role say it: with their own key, where they have one? */
  mayAct(act: Act, role?: Role): boolean {
    if (!this.isActive(act.who, role)) return false
    const { publicKey } = this.find(act.who)!
    return publicKey === null || isSignedAct(act, publicKey)
  }

  /**
   * The entry that adds a person.
   * @param by who adds; the first person of a register is added by nobody else
   * @throws CustodyError `person-name`, `person-exists`, `person-unknown`, `role-not-given`
   */
  adding(person: NewPerson, by: string | null): Said {
    if (!PersonName.safeParse(person.name).success) {
      throw new CustodyError('person-name', `A person is named by ${nameForm}; «${person.name}» is none.`)
    }
    const there = this.#alike(person.name)
    if (there !== undefined && there.name !== person.name)
      throw new CustodyError(
        'person-exists',
        `${person.name} is ${there.name} but for dots and dashes, which make no other person. Choose another name.`,
      )
    if (there !== undefined) {
      const since = there.retiredAt === null ? 'is in the register' : 'was in the register and has retired'
      throw new CustodyError(
        'person-exists',
        `${person.name} ${since}; a name is given to one person only. Choose another.`,
      )
    }
    const twin = this.#ownerOf(person.publicKey)
    if (twin !== undefined)
      throw new CustodyError('person-exists', `This key is ${twin.name}'s; a key is one person's only.`)
    const isFirst = this.all.every(({ retiredAt }) => retiredAt !== null)
    if (!isFirst) this.#requireActive(by)
    else if (by !== null && by !== person.name) {
      throw new CustodyError('person-unknown', `Nobody works here yet: ${by} is added first, without --by.`)
    }
    if (decides(person)) this.#requireDeciding(by, `gives the roles ${[...decidingRoles].join(' and ')}`)
    return { kind: 'person-added', who: isFirst ? person.name : by, facts: { ...person } }
  }

  /** The entry that retires a person. @throws CustodyError `person-unknown`, `role-not-given`, `person-last` */
  retiring(name: string, by: string | null, why: string | null): Said {
    if (!this.isActive(name)) throw unknown(name)
    this.#requireActive(by)
    if (decides(this.find(name)!)) {
      this.#requireDeciding(by, `retires who has the role ${[...decidingRoles].join(' or ')}`)
      if (this.#deciding.length === 1) {
        throw new CustodyError(
          'person-last',
          `${name} is the last one here with the role ${[...decidingRoles].join(' or ')}; add another before.`,
        )
      }
    }
    return { kind: 'person-retired', who: by, why, facts: { name } }
  }

  /** Whoever has this name, dots and dashes apart. */
  #alike(name: string): Person | undefined {
    return this.#people.get(name) ?? this.all.find(one => bare(one.name) === bare(name))
  }

  #ownerOf(key: string | null): Person | undefined {
    return key === null ? undefined : this.all.find(({ publicKey }) => publicKey === key)
  }

  get #deciding(): readonly Person[] {
    return this.all.filter(person => person.retiredAt === null && decides(person))
  }

  /** Where nobody decides yet, whoever works here may begin it. */
  #mayDecideOnPeople(act: Act): boolean {
    return this.#deciding.length === 0 || (this.#deciding.some(({ name }) => name === act.who) && this.mayAct(act))
  }

  #requireDeciding(by: string | null, doing: string): void {
    const deciding = this.#deciding
    if (deciding.length === 0 || deciding.some(({ name }) => name === by)) return
    throw new CustodyError(
      'role-not-given',
      `Only who has such a role ${doing}: ${deciding.map(({ name }) => name).join(', ')}. ${by} has none; nothing was written.`,
    )
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

const bare = (name: string) => name.replace(/[.-]/g, '')

const decides = ({ roles: its }: Pick<Person, 'roles'>) => its.some(role => decidingRoles.has(role))

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
