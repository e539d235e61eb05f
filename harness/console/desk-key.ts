import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import type { People } from '../custody/journal/people.ts'
import { type PersonKey, parsePersonKey } from '../custody/person-key.ts'
import type { SigningKey } from '../custody/signing-key.ts'

/** A person's key as it comes to the screen: the file that `assay people key` made, and its passphrase. */
export interface TypedKey {
  /** Not needed where the bench keeps the file. */
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
}

/** Key files that the bench keeps for its people, by public key: each is sealed under its person's passphrase. */
export type KeysHere = ReadonlyMap<string, PersonKey>

/** A wrong passphrase makes the next try wait: twice as long each time, s. */
const FIRST_WAIT_S = 1
const LONGEST_WAIT_S = 60

/**
 * Opens keys at the screens of a bench, whatever they are wanted for: one passphrase is tried at a time, whoever asks, and a wrong one makes
 * the next try for that person wait. It is not to be guessed here.
 */
export class DeskKeys {
  readonly #here: KeysHere
  readonly #now: () => number
  readonly #failed = new Map<string, { times: number; until: number }>()
  #trying: Promise<unknown> = Promise.resolve()

  /** @param now ms, that never goes back */
  constructor(here: KeysHere = new Map(), now = () => performance.now()) {
    this.#here = here
    this.#now = now
  }

  /** Is the passphrase enough? */
  has(publicKey: string): boolean {
    return this.#here.has(publicKey)
  }

  /**
   * The key of somebody of the register, opened.
   * @returns null for whoever has none there
   * @throws AssayError `signature-missing` where file or passphrase is; `signature-other` for another person's file; `passphrase-wait` after a
   * wrong one; as `PersonKey.open`
   */
  async open(people: People, who: string | null, { key, passphrase }: TypedKey): Promise<SigningKey | null> {
    const publicKey = people.find(who)?.publicKey ?? null
    if (who === null || publicKey === null) return null
    const file = key === undefined ? this.#here.get(publicKey) : parsePersonKey(key, 'The chosen file')
    if (file === undefined || passphrase === undefined) {
      throw new AssayError(
        'signature-missing',
        `${who} signs with a key of their own: choose its file, and type its passphrase.`,
      )
    }
    if (file.publicKey !== publicKey) {
      throw new AssayError('signature-other', `The chosen file is not the key that the register has of ${who}.`)
    }
    const mine = this.#trying.then(async () => await this.#try(who, file, passphrase))
    this.#trying = mine.catch(() => {})
    return await mine
  }

  async #try(who: string, file: PersonKey, passphrase: string): Promise<SigningKey> {
    const waitMs = (this.#failed.get(who)?.until ?? 0) - this.#now()
    if (waitMs > 0) {
      throw new AssayError('passphrase-wait', `That was wrong before: try again in ${Math.ceil(waitMs / 1000)} s.`)
    }
    using typed = Secret.ofText(passphrase)
    try {
      const opened = await file.open(typed)
      this.#failed.delete(who)
      return opened
    } catch (error) {
      const times = (this.#failed.get(who)?.times ?? 0) + 1
      const waitS = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (times - 1))
      this.#failed.set(who, { times, until: this.#now() + 1000 * waitS })
      throw error
    }
  }
}
