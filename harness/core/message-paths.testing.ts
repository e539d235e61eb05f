/** Every text and every function of a language, by its path. */
export function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`))
}

/** All that it says. */
export function texts(value: unknown): string[] {
  if (typeof value === 'function') return [value('1', '2')]
  if (typeof value === 'string') return [value]
  return Object.values(value as object).flatMap(texts)
}
