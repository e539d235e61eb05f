import type { Lattice, ReaderName } from '../reading.ts'

/** A box in the pixels of the crop. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** One character as seen. */
export interface CharacterSeen {
  readonly symbol: string
  /** Against every rival symbol of the field at this place, 0..1. */
  readonly probability: number
  /** The strongest rivals, best first. */
  readonly alternatives: readonly { readonly symbol: string; readonly probability: number }[]
  readonly box: Box
  /** True for a separator that the field itself gives: it is not evidence and not counted in the confidence. */
  readonly literal: boolean
}

/** What one line says, blind. Holds secret text in clear when the line is secret: it stays inside vision. */
export interface LineReading {
  /** The text as seen, separators included; null unless `read`. */
  readonly text: string | null
  readonly outcome: 'read' | 'unread'
  /**
   * Why a text that was decoded is not accepted: `weak` when all that is missing is certainty of single characters (the
   * text's own checksum may uphold it), `shape` for anything else; null when read.
   */
  readonly doubt: 'weak' | 'shape' | null
  /** Probability of the weakest character, 0..1; 0 when nothing could be decoded. */
  readonly confidence: number
  /** The top reading, accepted or not; empty when nothing could be decoded. */
  readonly characters: readonly CharacterSeen[]
  readonly readers: readonly ReaderName[]
  readonly lattice: Lattice | null
  /** Greatest probability, at any character, that it is a symbol that the field does not allow, 0..1. */
  readonly massOutsideAlphabet: number
  /**
   * Letters or digits that a network saw by itself, field or no field: the most of any view. 0 under an intact cover;
   * counted wherever the line is, shape or not.
   */
  readonly symbolsSeen: number
  /** High recall: is there any stroke structure like text at all? False only where the place is blank or covered. */
  readonly inkPresent: boolean
  /** How steep the strokes' edges are (line-sharpness.ts); null where nothing was looked at. */
  readonly sharpness: number | null
  /** How far the line is turned against its mark's own sides, degrees; null where nothing was looked at. */
  readonly turnDeg: number | null
  /** Stroke measures, per line and per character; never judged here. */
  readonly legibility: Legibility | null
  /** Each character held against its own glyph; null where the line was not read or no face could be tried. */
  readonly strokes: StrokesHeld | null
  /** One clause, never with the text in it. */
  readonly because: string
}

/** A line of which no text of its field's shape was seen. */
export function noLine(
  because: string,
  { symbolsSeen = 0, inkPresent = false, sharpness = null }: Partial<LineReading> = {},
): LineReading {
  return {
    text: null,
    outcome: 'unread',
    doubt: 'shape',
    confidence: 0,
    characters: [],
    readers: [],
    lattice: null,
    massOutsideAlphabet: 0,
    symbolsSeen,
    inkPresent,
    sharpness,
    turnDeg: null,
    legibility: null,
    strokes: null,
    because,
  }
}

/** How well the strokes stand. Values are ratios, 1 being as strong as the line's own median character. */
export interface Legibility {
  /** Median stroke contrast against the local background, % of the background. */
  readonly contrastPercent: number
  /** Noise of the background in the band, % of the background. */
  readonly noisePercent: number
  /** The weakest character's stroke completeness (see {@link CharacterStrokes}). */
  readonly weakestStroke: number
  /** Its place in the text, 0-based. */
  readonly weakestAt: number
  /** Median height of capitals and digits above the baseline, mm. */
  readonly heightMm: number
  readonly characters: readonly CharacterStrokes[]
}

export interface CharacterStrokes {
  /** Height above the baseline, mm. */
  readonly heightMm: number
  /** Stroke darkness of the character, as a part of the line's median. */
  readonly contrastRatio: number
  /** Darkness of its faintest stretch of stroke, as a part of the character's own strokes. */
  readonly strokeCompleteness: number
}

/** What each character has too little and too much against its glyph (ocv/stroke-residual.ts); never judged here. */
export interface StrokesHeld {
  /** Part of the line's strokes that the face explains, 0..1. */
  readonly faceFit: number
  /** Name of the face. */
  readonly face: string
  /** Is it the face that the product names, and not one that was found to fit? */
  readonly isNamedFace: boolean
  /** Scores: 1 is a stroke half as dark as the line's own, beyond doubt. */
  readonly missing: readonly number[]
  readonly added: readonly number[]
  /** How strong the line stands there a second time beside itself, in parts of its strokes (ocv/second-print.ts). */
  readonly second: number
  /** Is the character lit as the line is? */
  readonly lit: readonly boolean[]
}
