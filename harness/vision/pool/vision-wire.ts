import { Secret } from '../../core/secret.ts'
import type { PictureCorrection } from '../../imaging/correct-picture.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { SizePx } from '../../imaging/raster.ts'
import type { LearnedLight } from '../../products/appearance.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { AppearanceSample } from '../appearance/sample.ts'
import type { Photograph } from '../photograph.ts'
import type { OpenOnCard, SaidInPicture, SearchedPicture } from '../read/search-picture.ts'
import type { PhotographReading, Reading, SymbolSeen } from '../reading.ts'
import type { EvidenceCrop } from '../report/evidence.ts'
import type { Explanation } from '../report/explain.ts'
import type { LineReading } from '../text/line-reading.ts'
import type { TextField } from '../text/text-field.ts'
import type { WireError } from './wire-error.ts'

/** What a caller wants besides the reading. */
export interface LookSettings {
  readonly name: string
  readonly crops: boolean
  readonly explain: boolean
  readonly revealSecrets: boolean
  readonly correction: PictureCorrection | null
  readonly appearance: LearnedLight | null
  readonly learn: boolean
  /** Secret texts leave the process only sealed: the key comes in a message of its own, {@link SealFor}. */
  readonly sealed: boolean
}

/** A reading with its pictures. */
export interface Look {
  readonly reading: PhotographReading
  /** Of size and pixels as decoded: the same picture has the same, whatever file it came in. */
  readonly pixelsSha256: string
  readonly crops: readonly EvidenceCrop[]
  readonly explanation: Explanation | null
  /** What can be learned of the unit's surfaces, when it was asked for; null where the photograph is not fit for it. */
  readonly sample?: AppearanceSample | null
}

/** Main process → worker. */
export interface LookRequest {
  readonly source: Uint8Array | Photograph
  readonly profile: ProductProfile
  readonly settings: LookSettings
}

/** Main process → worker, after a {@link LookRequest} that wants its reading sealed: to whom. X25519, 32 bytes. */
export interface SealFor {
  readonly sealFor: Uint8Array
}

/** Main process → worker: what does a picture of anything say, anywhere in it? */
export interface SearchRequest {
  readonly search: Uint8Array
  /** Lines of text too, which takes longer by far. */
  readonly texts: boolean
  /** Also as a photograph of a card of this product. */
  readonly profile: ProductProfile | null
}

/** What one picture of anything is asked, and what is called small in it. */
export interface PictureQuestion {
  readonly name: string
  /** A picture with a smaller side is refused. */
  readonly minSidePx: number
  /** Null: every QR symbol. Otherwise the picture is a crop of one upright line. */
  readonly line: LineQuestion | null
}

/** A line of which is known what may stand in it. */
export interface LineQuestion {
  readonly field: TextField
  /** The font that it is set in, a shipped one's name or a file; null where nobody knows. */
  readonly font: string | null
}

/** Main process → worker. */
export interface QuestionRequest {
  readonly picture: Uint8Array
  readonly question: PictureQuestion
}

/** Holds payloads and texts in clear: whoever asks decides what may be shown. */
export interface PictureAnswer {
  readonly size: SizePx
  readonly symbols: readonly SymbolSeen[]
  /** Null where symbols were asked for. */
  readonly line: LineReading | null
}

/** Worker → main process. */
export type AnswerReply =
  | { readonly outcome: 'answered'; readonly answer: PictureAnswer }
  | { readonly outcome: 'failed'; readonly error: WireError }

/** A `Secret` cannot be sent to another process; its bytes can, and are wrapped again at once. */
export interface SecretBytes {
  readonly secretBytes: Uint8Array
}
export type WireReading = Omit<Reading, 'text'> & { readonly text: string | SecretBytes | null }
export type WirePhotographReading = Omit<PhotographReading, 'marks'> & { readonly marks: readonly WireReading[] }

/** What a search found, wrapped. */
export interface PictureSaid {
  readonly said: readonly {
    readonly by: SaidInPicture['by']
    readonly payloads: readonly Secret[]
    readonly where: Quad
  }[]
  /** Lines of text, and frames, that are there and were not read. */
  readonly linesLeft: number
  readonly furtherFrames: number
  /** Null where it was not read as a card. */
  readonly card: OpenOnCard | null
}

/** Worker → main process: null where the bytes are no picture. */
export type SearchReply =
  | { readonly outcome: 'searched'; readonly found: (SearchedPicture & Omit<PictureSaid, 'said'>) | null }
  | { readonly outcome: 'failed'; readonly error: WireError }

/** Wraps what was said, and wipes the bytes that came over. */
export function unpackSaid(found: Extract<SearchReply, { outcome: 'searched' }>['found']): PictureSaid | null {
  if (found === null) return null
  const wrapped = (payload: Uint8Array) => {
    const secret = Secret.ofBytes(payload)
    payload.fill(0)
    return secret
  }
  return { ...found, said: found.said.map(one => ({ ...one, payloads: one.payloads.map(wrapped) })) }
}

/** Worker → main process. */
export type LookReply =
  | (Omit<Look, 'reading'> & { readonly outcome: 'seen'; readonly reading: WirePhotographReading })
  | { readonly outcome: 'failed'; readonly error: WireError }

/** Takes the secrets out of their wrapping and wipes the originals. */
export function packReading(reading: PhotographReading): WirePhotographReading {
  return {
    ...reading,
    marks: reading.marks.map(mark => {
      if (!(mark.text instanceof Secret)) return { ...mark, text: mark.text }
      const secretBytes = mark.text.expose()
      mark.text.dispose()
      return { ...mark, text: { secretBytes } }
    }),
  }
}

/** Wraps the secrets again and wipes the bytes that came over. */
export function unpackReading(wire: WirePhotographReading): PhotographReading {
  return {
    ...wire,
    marks: wire.marks.map(mark => {
      if (mark.text === null || typeof mark.text === 'string') return { ...mark, text: mark.text }
      const text = Secret.ofBytes(mark.text.secretBytes)
      mark.text.secretBytes.fill(0)
      return { ...mark, text }
    }),
  }
}
