import type { CorrectedPart, FreshnessProof } from '../core/vocabulary.ts'
import type { Raster } from '../imaging/raster.ts'

/** How a photograph was taken; what is not known is said so (`'unknown'`, `null`), never guessed. */
export interface HowTaken {
  /** Camera identity, e.g. `virtual`, `file`. */
  readonly camera: string
  readonly exposureMs: number | null
  /** Light preset by name (`dome`, `ring`, `left`, `right`, `dark`), or `unknown`. */
  readonly light: string
  /** Stage pose by name, or `unknown`. */
  readonly pose: string
  /** Identity of the calibration that was valid, or null when there is none. */
  readonly calibration: string | null
  /** What was seen of the view coming to rest before; left out where nothing was waited for. */
  readonly steady?: Steadiness
  /** How it is known that the picture is younger than the last change of light or pose; left out where nobody asked. */
  readonly fresh?: FreshnessProof
  /** What the calibration took out of the picture before it was read; left out where it was read as it came. */
  readonly corrected?: readonly CorrectedPart[]
}

/** How still a view was. */
export interface Steadiness {
  /** Frames of the preview that were looked at. */
  readonly frames: number
  /** Change between the last two, in the part of the picture that changed most, levels of 255. */
  readonly lastChange: number
}

/** Pixels plus how they were taken. Immutable. */
export interface Photograph {
  /** sha256 of the encoded picture, lower-case hex. */
  readonly id: string
  readonly pixels: Raster
  /** ISO 8601, UTC, from the injected clock; null for a picture file that does not say. */
  readonly takenAt: string | null
  readonly how: HowTaken
}
