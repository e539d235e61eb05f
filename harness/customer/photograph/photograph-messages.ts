import type { AlarmCode, CheckName, UnprovedName, Verdict } from '../../core/vocabulary.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { ListFault } from '../find-card.ts'
import type { PictureFault } from '../picture-fault.ts'
import type { ReaderPartsPacked } from './reader-parts.ts'

/** What an owner's card may be in: nothing else leaves the maker. */
export type OwnedState = 'sealed' | 'opened'

export interface PhotographRequest {
  /** The file as it is: whether it is whole is seen in it alone. */
  readonly file: Uint8Array<ArrayBuffer>
  readonly profile: ProductProfile
  readonly state: OwnedState
  /** A maker's list of cards, as its file has it. Null: nothing says what the card should be. */
  readonly list: Uint8Array<ArrayBuffer> | null
}

/** What a photograph says of a card; the page has words of its own for all but the sentence of each finding. */
export interface JudgedPhotograph {
  readonly verdict: Verdict
  /** What explains all the rest: there is no card in it, or a card in another state than was said; which a page offers, else null. */
  readonly lead: { readonly kind: 'no-card' | 'wrong-station'; readonly looks: OwnedState | null } | null
  /** A secret that lies open where it must not. */
  readonly alarm: AlarmCode | null
  /** `because` in the harness's words, which are English and a maker's. */
  readonly findings: readonly { readonly check: CheckName; readonly verdict: Verdict; readonly because: string }[]
  /** What a photograph by hand cannot prove. */
  readonly unproved: readonly UnprovedName[]
  /** By what lies open in it: the sticker was peeled (`honeycomb`), the strip scratched, or both; null: neither is seen. */
  readonly opening: 'honeycomb' | 'scratched' | 'both' | null
  /** What was read, for the owner's own fields. Secret where the card is opened. */
  readonly read: {
    readonly serial?: string
    readonly address?: string
    readonly passphrase?: string
    readonly epk?: string
  }
}

/** The picture is none, or not whole; `because` in the harness's words, where there is more to say. */
export interface Unfit {
  readonly outcome: 'unfit'
  readonly why: PictureFault
  readonly because: string | null
}

export type PhotographAnswer =
  | { readonly outcome: 'judged'; readonly photograph: JudgedPhotograph }
  | Unfit
  | ({ readonly outcome: 'list-unusable' } & ListFault)

export type ToPhotographWorker =
  /** `fonts`: those that the profiles name, packed as parts are. */
  | { readonly parts: ReaderPartsPacked; readonly fonts: Readonly<Record<string, string>> }
  /** The other end is a thread like this one: what can be done beside is done by `second`, which serves `first`. */
  | { readonly second: MessagePort }
  | { readonly first: MessagePort }
  /** The second thread has ended by itself. */
  | { readonly alone: true }
  /** Get ready: a photograph of such a card will be laid in. */
  | { readonly warmUp: ProductProfile }
  | { readonly see: PhotographRequest }
export type FromPhotographWorker =
  | { readonly ready: true }
  /** 0..1, of one photograph. */
  | { readonly progress: number }
  | { readonly answer: PhotographAnswer }
  | { readonly defect: string }
