/** Symbols that many faces draw alike. Networks that know no face only guess which of them it is; the product's own font tells. */
export const DRAWN_ALIKE = ['0O', '1Il'] as const

/** Symbols of one shape in many faces: the group's first for each of them, any other symbol itself. */
export function alikeOf(symbol: string): string {
  return DRAWN_ALIKE.find(group => group.includes(symbol))?.[0] ?? symbol
}
