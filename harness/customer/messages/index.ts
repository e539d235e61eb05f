import { de } from './de.ts'
import { en, type Messages } from './en.ts'

/** In the order in which the page offers them. */
export const languages: Readonly<Record<string, Messages>> = { en, de }
export type { Messages } from './en.ts'

/** The first language of a person that the page speaks, by tags as a browser gives them (`de-CH`); else English. */
export function languageOf(tags: readonly string[]): string {
  return tags.map(tag => tag.toLowerCase().split('-')[0]!).find(tag => Object.hasOwn(languages, tag)) ?? 'en'
}
