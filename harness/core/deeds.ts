/** Places and what this process has done there that stays, however it ends: whoever cannot see how it ended has to know. */
const deeds = new Map<string, string>()

/** @param what as a clause: «has its entry 12 (lot-closed)» */
export function noteDeed(place: string, what: string): void {
  deeds.delete(place)
  deeds.set(place, what)
}

const mostTold = 5

/** All of it as a clause, the latest last; null where nothing was done. */
export function deedsDone(): string | null {
  if (deeds.size === 0) return null
  const told = [...deeds].slice(-mostTold).map(([place, what]) => `${place} ${what}`)
  return `${deeds.size > mostTold ? `${deeds.size - mostTold} more, ` : ''}${told.join(', ')}`
}
