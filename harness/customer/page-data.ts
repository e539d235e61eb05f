import type { ProductProfile } from '../products/profile.ts'
import type { CardForm } from './card-form.ts'

/** What the build writes into the page beside its programs. */
export interface PageData {
  readonly forms: readonly CardForm[]
  /** Where a server answers for cards, relative to the page; null: there is none. */
  readonly lookUp: string | null
  /** Where marks lie on each product; empty in the page that reads no photographs. */
  readonly profiles: readonly ProductProfile[]
}

/** The id of the element that holds it. */
export const pageDataId = 'page-data'

/** The id of what stands in the file to be seen before any program runs, once in each language. */
export const firstId = 'first'

/** The id of the element that holds the page's own program until it is begun. */
export const programId = 'program'

/** Programs of threads, as the page carries them: a page from a file can load none. */
export type ThreadPrograms = Readonly<Record<'card' | 'photograph', string>>

/** The name under which the page has them, behind what it shows first. */
export const threadPrograms = 'assayThreads'
