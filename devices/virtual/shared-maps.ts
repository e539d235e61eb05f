import type { CardSurface } from './card-surface.ts'

type Maps = Pick<CardSurface, 'colour' | 'metal' | 'gloss' | 'heightUm'>

/**
 * One card's maps in memory that threads have in common: they are tens of megabytes, and a message would copy them twice into
 * fresh memory for each card. The next card takes the place of the one before, so no thread may still look at that one.
 */
export class SharedMaps {
  #maps: Maps | null = null

  /** The surface with its maps in the common memory. The given one stays the caller's. */
  hold(surface: CardSurface): CardSurface {
    const maps = this.#room(surface.width * surface.height)
    maps.colour.set(surface.colour)
    maps.metal.set(surface.metal)
    maps.gloss.set(surface.gloss)
    maps.heightUm.set(surface.heightUm)
    return { ...surface, ...maps }
  }

  #room(samples: number): Maps {
    if (this.#maps?.metal.length === samples) return this.#maps
    this.#maps = {
      colour: new Uint8Array(new SharedArrayBuffer(3 * samples)),
      metal: new Uint8Array(new SharedArrayBuffer(samples)),
      gloss: new Uint8Array(new SharedArrayBuffer(samples)),
      heightUm: new Int16Array(new SharedArrayBuffer(2 * samples)),
    }
    return this.#maps
  }
}
