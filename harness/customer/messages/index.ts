import { de } from './de.ts'
import { en, type Messages } from './en.ts'

/** In the order in which the page offers them. */
export const languages: Readonly<Record<string, Messages>> = { en, de }
export type { Messages } from './en.ts'
