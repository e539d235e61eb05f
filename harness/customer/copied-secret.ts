/** What became of secrets that were copied on the page. `covered`: the page copied something else after. */
export type CopiedSecret = 'never' | 'last' | 'covered'

/** After another copy that the page made or saw. What other programs copy, no page sees. */
export const afterCopy = (before: CopiedSecret, isSecret: boolean): CopiedSecret =>
  isSecret ? 'last' : before === 'never' ? 'never' : 'covered'
