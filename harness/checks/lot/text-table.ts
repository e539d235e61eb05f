/**
 * Places of texts in a list, found by the text. Of 100,000 texts a `Map` costs several times as much, as it keeps an object a
 * text; this keeps a number.
 */
export class TextTable {
  readonly #texts: (string | undefined)[] = []
  /** Of each text: to look at another text only where its hash is the same costs no look at all, mostly. */
  readonly #hashes: Int32Array
  /** Place + 1 by hash, 0 where nothing stands; twice as many slots as texts, a power of two. */
  readonly #slots: Int32Array

  /** @param most how many texts there will be */
  constructor(most: number) {
    this.#hashes = new Int32Array(most)
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, most) * 2)))
  }

  /** Puts a text in, unless it is there already: then its place is the answer. */
  add(text: string, place: number): number | undefined {
    const slots = this.#slots
    const hash = hashOf(text)
    let at = this.#slotOf(hash)
    for (; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
      const there = slots[at]! - 1
      if (this.#hashes[there] === hash && this.#texts[there] === text) return there
    }
    slots[at] = place + 1
    this.#texts[place] = text
    this.#hashes[place] = hash
    return undefined
  }

  /** The place of a text, or undefined. */
  placeOf(text: string): number | undefined {
    const slots = this.#slots
    const hash = hashOf(text)
    for (let at = this.#slotOf(hash); slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
      const there = slots[at]! - 1
      if (this.#hashes[there] === hash && this.#texts[there] === text) return there
    }
    return undefined
  }

  /** Folded. */
  #slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1)
  }
}

/** FNV-1a, of long texts of their ends: there codes, keys and addresses differ. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = Math.max(0, text.length - hashed); i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // As it is kept.
  return hash | 0
}
const hashed = 24
