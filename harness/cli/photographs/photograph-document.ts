import { Secret } from '../../core/secret.ts'
import type { Outcome, StationName } from '../../core/vocabulary.ts'
import { mapQuad, type Quad } from '../../imaging/quad.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { withKeysKept } from '../../vision/kept-keys.ts'
import type { Measurement, PhotographReading, Reading } from '../../vision/reading.ts'

/** Why a photograph gave no result. */
export interface DocumentError {
  readonly code: string
  readonly message: string
}

export interface MarkDocument {
  readonly outcome: Outcome
  /** As seen; null for a secret mark, unless secrets are revealed. */
  readonly text: string | null
  readonly confidence: number
  readonly readers: readonly string[]
  readonly corners: Quad | null
  readonly because: string
}

/** What `--json` prints of one photograph; the order of the keys is the order on the line. */
export interface PhotographDocument {
  readonly photo: string
  readonly card: { readonly corners: Quad; readonly pixelsPerMm: number } | null
  /**
   * Sticker layers found without a card: both, and they lie loose before lamination; one may also be on a card that is cut
   * off. Left out when there are none.
   */
  readonly looseLayers?: readonly string[]
  readonly marks: Readonly<Record<string, MarkDocument>>
  readonly states: readonly string[]
  readonly measurements: readonly Measurement[]
  readonly error?: DocumentError
}

const noCardCode = 'no-card'

/** @param reveal show the texts of secret marks */
export function documentOf(
  photo: string,
  given: PhotographReading,
  profile: ProductProfile,
  reveal: boolean,
): PhotographDocument {
  const reading = reveal ? given : withKeysKept(profile, given)
  const { card, states, because, looseLayers } = reading
  return {
    photo,
    card: card === null ? null : { corners: roundedQuad(card.corners), pixelsPerMm: rounded(card.pixelsPerMm, 3) },
    ...(looseLayers !== undefined && { looseLayers }),
    marks: Object.fromEntries(reading.marks.map(mark => [mark.mark, markDocument(mark, profile, reveal)])),
    states,
    measurements: reading.measurements.map(measurement => ({ ...measurement, value: rounded(measurement.value, 4) })),
    ...(card === null &&
      !showsLooseLayers(reading) && { error: { code: noCardCode, message: noCardSentence(photo, because) } }),
  }
}

/** Both layers in one photograph lie loose: on a card, one of them is hidden or gone. */
export function showsLooseLayers({ looseLayers = [] }: { readonly looseLayers?: readonly string[] }): boolean {
  return looseLayers.length > 1
}

/** The document of a photograph that could not be read at all. */
export function errorDocument(photo: string, error: DocumentError): PhotographDocument {
  return { photo, card: null, marks: {}, states: [], measurements: [], error }
}

function noCardSentence(photo: string, because: string | null): string {
  const why = because ?? 'no card in view'
  // A reason that says what to do needs no more advice.
  return why.includes(': ') ? `${photo}: ${why}.` : `${photo}: ${why}; take it again with the whole card in view.`
}

function markDocument(reading: Reading, profile: ProductProfile, reveal: boolean): MarkDocument {
  const secret = profile.marks.find(({ name }) => name === reading.mark)?.secret ?? true
  return {
    outcome: reading.outcome,
    text: shownText(reading.text, secret, reveal),
    confidence: rounded(reading.confidence, 4),
    readers: reading.readers,
    corners: reading.where === null ? null : roundedQuad(reading.where),
    because: reading.because,
  }
}

function shownText(text: Reading['text'], secret: boolean, reveal: boolean): string | null {
  if (text instanceof Secret) return reveal ? text.exposeText() : null
  return secret && !reveal ? null : text
}

function rounded(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value
}

function roundedQuad(quad: Quad): Quad {
  return mapQuad(quad, ([x, y]) => [rounded(x, 2), rounded(y, 2)])
}

/** What `--json` prints of one photograph: what was read, and how the unit was judged. */
export interface InspectionDocument extends PhotographDocument {
  readonly unit: string | null
  readonly station: StationName
  /** The photograph that shows the same picture, whose verdict counts for both; left out where there is none. */
  readonly copyOf?: string
  /** null of a copy: whoever counts documents counts a unit once. */
  readonly verdict: InspectionRecord['verdict'] | null
  readonly because: string
  readonly findings: readonly Pick<InspectionRecord['findings'][number], 'check' | 'verdict' | 'because'>[]
  readonly unproved: InspectionRecord['unproved']
  readonly alarm: InspectionRecord['alarm']
}
