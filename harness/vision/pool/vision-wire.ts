import { Secret } from '../../core/secret.ts'
import type { PictureCorrection } from '../../imaging/correct-picture.ts'
import type { LearnedLight } from '../../products/appearance.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { AppearanceSample } from '../appearance/sample.ts'
import type { Photograph } from '../photograph.ts'
import type { PhotographReading, Reading } from '../reading.ts'
import type { EvidenceCrop } from '../report/evidence.ts'
import type { Explanation } from '../report/explain.ts'

/** What a caller wants besides the reading. */
export interface Wish {
  readonly name: string
  readonly crops: boolean
  readonly explain: boolean
  readonly revealSecrets: boolean
  readonly correction: PictureCorrection | null
  readonly appearance: LearnedLight | null
  readonly learn: boolean
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
  readonly wish: Wish
}

/** A `Secret` cannot be sent to another process; its bytes can, and are wrapped again at once. */
export interface SecretBytes {
  readonly secretBytes: Uint8Array
}
export type WireReading = Omit<Reading, 'text'> & { readonly text: string | SecretBytes | null }
export type WirePhotographReading = Omit<PhotographReading, 'marks'> & { readonly marks: readonly WireReading[] }

/** Worker → main process. */
export type LookReply =
  | (Omit<Look, 'reading'> & { readonly outcome: 'seen'; readonly reading: WirePhotographReading })
  | { readonly outcome: 'failed'; readonly error: WireError }

/** An error as it crosses: class by name, code, sentence. Causes stay behind (they may hold anything). */
export interface WireError {
  readonly name: string
  readonly code: string | null
  readonly message: string
  readonly exitCode: number | null
}

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
