/** «a», «a and b», «a, b and c». */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** A clause as the beginning of a sentence. */
export function capitalised(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1)
}

/** A sentence as a clause of another one: without its full stop. */
export function clauseOf(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
