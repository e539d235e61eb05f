import type { Secret } from '../core/secret.ts'
import type { LeftoverKind, LeftoverLook, Outcome, SecretKind } from '../core/vocabulary.ts'
import type { Homography } from '../imaging/homography.ts'
import type { Quad } from '../imaging/quad.ts'
import type { RectMm } from '../products/profile.ts'

/** Who read: each fails differently, so their agreement counts. */
export type ReaderName = 'zxing-js' | 'zxing-wasm' | 'pp-ocr' | 'etch-net' | 'ocv' | 'surface'

/** One place of a text: what it may be, best first, natural-log probabilities. */
export interface LatticePosition {
  readonly candidates: readonly { readonly symbol: string; readonly logProbability: number }[]
}

/** The alternatives to a reading, a position each. Holds secret text when the mark is secret: never written out then. */
export interface Lattice {
  readonly positions: readonly LatticePosition[]
}

/** What was read at a mark in a photograph, as seen: blind, and never changed afterwards. */
export interface Reading {
  readonly mark: string
  readonly outcome: Outcome
  /** As seen. A `Secret` exactly when the profile calls the mark secret; null unless `read`. Covers have none. */
  readonly text: string | Secret | null
  /** Of the weakest character or symbol, 0..1. */
  readonly confidence: number
  readonly readers: readonly ReaderName[]
  readonly alternatives: Lattice | null
  /** Where in the photograph; null when the place lies outside it or no card was found. */
  readonly where: Quad | null
  /** One clause: «two readers agree», «blur 0.6 module», «glare over characters 7–9». Never holds secret text. */
  readonly because: string
}

/** A named number with its unit. Whether it is good is no matter of seeing: harness/checks/measurements.ts has the limits. */
export interface Measurement {
  readonly name: string
  /** The mark or area that it is about, or `card`. */
  readonly of: string
  readonly value: number
  readonly unit: 'mm' | 'mm²' | 'deg' | 'px' | '%' | 'ratio' | 'px/mm' | 'count' | 'index'
  /** False where blur, glare or uneven light may have made the value bad: a bad one is no evidence then. Else left out. */
  readonly fit?: false
}

/** Something on the card that no mark of the profile explains. Its pixels stay masked: nobody knows yet that they are not secret. */
export interface Leftover {
  readonly kind: LeftoverKind
  /** Its place on the card's front, mm. */
  readonly rect: RectMm
  readonly where: Quad
  /** By how much it stands out, as a multiple of the most that good cards show: from 1 on it is worth a word. */
  readonly strength: number
  /** One clause for an operator: «a text of some 12 characters». Never what it says. */
  readonly because: string
}

/** What is left of the card when all that was read and recognised is taken away. */
export interface Rest {
  readonly by: readonly LeftoverLook[]
  readonly leftovers: readonly Leftover[]
}

/** Where the card lies in the photograph. */
export interface CardPose {
  /** The card's own corners as if they were sharp (before rounding), clockwise from its own top left. */
  readonly corners: Quad
  readonly pixelsPerMm: number
  /** From card millimetres (x right, y down, origin top left) to photograph pixels. */
  readonly mmToPixels: Homography
  /** RMS distance of the card's seen edge to the model's, px. */
  readonly residualPx: number
  readonly foundBy: 'symbol' | 'outline'
}

/** A QR symbol seen anywhere in the photograph, whether it belongs to a mark or not. */
export interface SymbolSeen {
  /** Null when the symbol's pattern is there but no reader could decode it. */
  readonly bytes: Uint8Array | null
  readonly corners: Quad
  readonly version: number | null
  readonly errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' | null
  /** 1 − used/available error correction of the worst block (ISO/IEC 15415), null when not known. */
  readonly unusedErrorCorrection: number | null
  readonly readers: readonly ReaderName[]
}

/** A secret that lies open: what it is and where, and nothing of it. */
export interface ExposedSecret {
  readonly kind: SecretKind
  /** In the photograph, px. */
  readonly where: Quad
}

/** All that blind vision says of one photograph. Secret marks carry `Secret` texts. */
export interface PhotographReading {
  readonly photographId: string
  readonly card: CardPose | null
  /** A clause when `card` is null. */
  readonly because: string | null
  readonly marks: readonly Reading[]
  /** What the card looks like it is: the profile's states, best first; empty when it cannot be told. */
  readonly states: readonly string[]
  readonly measurements: readonly Measurement[]
  /**
   * Secrets that can be read anywhere in the photograph, in symbols and texts: at a mark or not, card found or not. For the
   * exposure guard; left out, nobody looked.
   */
  readonly exposed?: readonly ExposedSecret[]
  /** Left out where no card was found: nobody looked then. */
  readonly rest?: Rest
  /**
   * Sticker layers that were found by their own edges in a photograph without a card. Both: they lie loose, before
   * lamination. One alone may also be on a card that is cut off. Left out when there are none. Their marks are in
   * {@link PhotographReading.marks}.
   */
  readonly looseLayers?: readonly ('top-layer' | 'bottom-layer')[]
  /**
   * All of this, sealed to whoever judges it. Texts of secrets and what they may be instead are in it only: in the marks here
   * something else stands in their place.
   */
  readonly sealed?: Uint8Array
}
