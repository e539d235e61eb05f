import type { KeyObject } from 'node:crypto'
import type { Random } from '../../../harness/core/random.ts'
import type { Secret } from '../../../harness/core/secret.ts'
import { blockLength, type Token } from '../token.ts'
import { blockForm } from '../token-error.ts'
import { TokenMutex } from '../token-mutex.ts'
import type { Transmit } from './apdu.ts'
import { PivCard } from './piv-card.ts'

/** A connection to one card, which nobody else uses meanwhile. */
export interface CardLink {
  /** The reader's name. */
  readonly reader: string
  readonly transmit: Transmit
  /** Ends it; the card forgets that its PIN was given. */
  close(): Promise<void>
}

/** A PIV card as a token. */
export class PivToken implements Token {
  readonly name: string
  readonly #link: CardLink
  readonly #card: PivCard
  readonly #mutex: TokenMutex

  private constructor(link: CardLink, card: PivCard, name: string) {
    this.name = name
    this.#link = link
    this.#card = card
    this.#mutex = new TokenMutex(name)
  }

  /** @throws TokenError `token-no-piv`; the link is closed then */
  static async open(link: CardLink, driver: string): Promise<PivToken> {
    const name = `${driver} ${link.reader}`
    const card = new PivCard(link.transmit, name)
    try {
      await card.select()
      return new PivToken(link, card, name)
    } catch (error) {
      await link.close()
      throw error
    }
  }

  async publicKey(signal?: AbortSignal): Promise<KeyObject> {
    return await this.#mutex.take(() => this.#card.publicKey(), signal)
  }

  async triesLeft(signal?: AbortSignal): Promise<number | null> {
    return await this.#mutex.take(() => this.#card.triesLeft(), signal)
  }

  async unlock(pin: Secret, signal?: AbortSignal): Promise<void> {
    await this.#mutex.take(() => this.#card.verify(pin), signal)
  }

  async privateStep(block: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    if (block.length !== blockLength) throw blockForm(this.name)
    return await this.#mutex.take(() => this.#card.privateStep(block), signal)
  }

  /** @throws as {@link PivCard.importKey} */
  async importKey(key: KeyObject, management: Secret, random: Random, now: Date): Promise<void> {
    await this.#mutex.take(() => this.#card.importKey(key, management, random, now))
  }

  async close(): Promise<void> {
    await this.#mutex.end(() => this.#link.close())
  }
}
