/**
 * The first language of a person that there are words in, by tags as a browser gives them (`de-CH`); else English.
 * @param words by language; `en` among them
 */
export function languageOf(tags: readonly string[], words: Readonly<Record<string, unknown>>): string {
  return tags.map(tag => tag.toLowerCase().split('-')[0]!).find(tag => Object.hasOwn(words, tag)) ?? 'en'
}
