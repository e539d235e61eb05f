import type { SlimRecord } from './lot-rows.ts'

/** What a photograph was evidence of, entry by entry: each is taken once, of one unit at one station. */
export class SharedPhotographs {
  readonly #of = new Map<string, { readonly look: string; readonly index: number }>()
  readonly #entries = new Set<number>()

  /** Attempts of one unit at one station may share some: a later one that brings nothing new counts for nothing anyway. */
  take(index: number, { photographs, unit, station }: SlimRecord): void {
    this.#shown(index, photographs, `${unit ?? ''} at ${station}`)
  }

  /** A golden card is looked at anew each time. The twin draws it the same each time. */
  takeGolden(index: number, { photographs, rig, unit, station }: SlimRecord): void {
    this.#shown(index, photographs, `golden ${rig.kind === 'virtual' ? `${unit ?? ''} at ${station}` : index}`)
  }

  has(index: number): boolean {
    return this.#entries.has(index)
  }

  /** Entries whose photographs show something else, too. */
  get entries(): ReadonlySet<number> {
    return this.#entries
  }

  #shown(index: number, photographs: SlimRecord['photographs'], look: string): void {
    for (const { id } of photographs) {
      const first = this.#of.get(id)
      if (first === undefined) this.#of.set(id, { look, index })
      else if (first.look !== look) this.#entries.add(first.index).add(index)
    }
  }
}
