/** A person's name, however it is dotted: `ann`, `ann.` and `a-nn` are one person. */
const personOf = (name: string): string => name.replaceAll(/[.-]/g, '')

/** The first of `names` who is among `others`, in whatever spelling; undefined where nobody is. */
export function sharedPerson(names: readonly string[], others: readonly string[]): string | undefined {
  const there = new Set(others.map(personOf))
  return names.find(name => there.has(personOf(name)))
}

export const isSamePerson = (one: string, other: string): boolean => personOf(one) === personOf(other)
