import { Secret } from '../core/secret.ts'
import type { Lattice } from '../vision/reading.ts'

/**
 * How far from the top reading an alternative may be to count as one that the picture allows, in nats. Wider gates
 * mend few misreads and pass many wrong cards: 0.7 % false corrections at 2 nats, 12 % at 6 (design.md rule 2).
 */
const ALTERNATIVE_NATS = 2

/** How many alternatives are tried at most; each costs a heavy scrypt (design.md rule 2). */
const MAX_ALTERNATIVES = 8

/**
 * How much less likely `text` is than the top reading, in nats; null when the lattice does not hold it at all.
 * 0 is the top reading itself.
 */
export function distanceTo(lattice: Lattice, text: string): number | null {
  const symbols = [...text]
  if (symbols.length !== lattice.positions.length) return null
  let distance = 0
  for (const [i, position] of lattice.positions.entries()) {
    const top = position.candidates[0]
    const same = position.candidates.find(({ symbol }) => symbol === symbols[i])
    if (top === undefined || same === undefined) return null
    distance += top.logProbability - same.logProbability
  }
  return distance
}

/** Does the picture allow `text` as well as what was read? Without a lattice it does not say so. */
export function allows(lattice: Lattice | null, text: string): boolean {
  const distance = lattice === null ? null : distanceTo(lattice, text)
  return distance !== null && distance <= ALTERNATIVE_NATS
}

/** An alternative text and how much less likely it is than the top reading. */
interface Alternative {
  /** The caller owns it and wipes it. */
  readonly text: Secret
  readonly nats: number
}

/**
 * The likeliest texts after the top reading, best first, ties in the lattice's order: those within `withinNats` of it,
 * at most `max`. Whole texts are only ever bytes: they are candidates for a passphrase.
 */
export function alternativesOf(
  lattice: Lattice,
  { withinNats = ALTERNATIVE_NATS, max = MAX_ALTERNATIVES } = {},
): readonly Alternative[] {
  /** Which candidate of each position. */
  let beam: readonly { readonly choice: readonly number[]; readonly nats: number }[] = [{ choice: [], nats: 0 }]
  for (const { candidates } of lattice.positions) {
    const top = candidates[0]
    if (top === undefined) return []
    beam = beam
      .flatMap(({ choice, nats }) =>
        candidates.map(({ logProbability }, i) => ({
          choice: [...choice, i],
          nats: nats + top.logProbability - logProbability,
        })),
      )
      .filter(({ nats }) => nats <= withinNats)
      // Extending a prefix never makes it likelier, so the best max + 1 prefixes hold the best max + 1 texts.
      .sort((a, b) => a.nats - b.nats)
      .slice(0, max + 1)
  }
  return beam
    .filter(({ choice }) => choice.some(i => i > 0))
    .slice(0, max)
    .map(({ choice, nats }) => ({ text: textOf(lattice, choice), nats }))
}

function textOf({ positions }: Lattice, choice: readonly number[]): Secret {
  const bytes = choice.flatMap((i, at) => [...new TextEncoder().encode(positions[at]!.candidates[i]!.symbol)])
  const text = Secret.ofBytes(Uint8Array.from(bytes))
  bytes.fill(0)
  return text
}
