import { median } from '../../imaging/quantile.ts'
import type { TextMark } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import type { LineReading } from './line-reading.ts'
import { HIDES_STROKES } from './soft-line.ts'

/** A text explained less than this by its face lies under much else, or in another face. */
const FACE_FITS = 0.88
/**
 * And less than this by one that was found, in a sibling of it, which has its own strokes a little beside: of good lines in 30 faces
 * that Assay does not know three had 0.89 to 0.94 and seemed to have a stroke too many.
 */
const IS_THE_FACE = 0.955
/** Below this no face is anything like the line's, and none can tell a stroke from another face's. */
const LEAST_FACE_FIT = 0.75
/**
 * A line whose face fits worse than it should, and of which one letter lacks so much ink while another has so much too much, was laid
 * beside its letters: of a text that its checksum upholds that is no evidence. What is damaged lacks ink or has too much, hardly both.
 */
const MISLAID = 0.8
/** What strokes are measured as: texts with a checksum are proved otherwise, and fixed words are known beforehand. */
const KINDS: Readonly<Record<TextMark['content'], 'text' | 'checked' | 'words'>> = {
  serial: 'text',
  passphrase: 'text',
  address: 'checked',
  epk: 'checked',
  'confirmation-code': 'checked',
  words: 'words',
}
/** Light from one side shades the walls of an etching: strokes then have less on one flank and more on the other. */
const FROM_ONE_SIDE = ['left', 'right']

/**
 * The measurements that a text gives to the record: those of its strokes once, of the worst character of all its lines. Where
 * blur, glare, light from one side or a face that does not fit may have made the worst one, it is no evidence.
 * @param light what the photograph says of it
 */
export function textMeasurements(lines: readonly LineReading[], mark: TextMark, light: string): readonly Measurement[] {
  const of = mark.name
  const isShaded = mark.made === 'etched' && FROM_ONE_SIDE.includes(light)
  const whole = lines.flatMap(({ legibility, sharpness }): Measurement[] => [
    ...(sharpness === null ? [] : [{ name: 'text-sharpness', of, value: sharpness, unit: 'ratio' } as const]),
    ...(legibility === null
      ? []
      : [
          { name: 'text-contrast', of, value: legibility.contrastPercent, unit: '%' } as const,
          { name: 'text-height', of, value: legibility.heightMm, unit: 'mm' } as const,
        ]),
  ])
  const kind = KINDS[mark.content]
  // What could not be read was not seen well enough to say that a stroke is missing, or that none is.
  if (kind !== 'words' && lines.some(({ outcome }) => outcome !== 'read')) return whole
  const weakest = lines.flatMap(({ legibility, sharpness, strokes }) =>
    legibility === null
      ? []
      : [
          {
            value: legibility.weakestStroke,
            isFit: isSharp(sharpness) && (strokes?.lit[legibility.weakestAt] ?? true),
          },
        ],
  )
  const usualContrast = median(
    lines.flatMap(({ legibility }) => legibility?.contrastPercent ?? []),
    0,
  )
  const strengths = lines.flatMap(({ legibility, characters, sharpness, strokes }) =>
    (legibility?.characters ?? []).flatMap(({ contrastRatio }, i) =>
      characters[i]!.literal
        ? []
        : [
            {
              value: (contrastRatio * legibility!.contrastPercent) / usualContrast,
              isFit: isSharp(sharpness) && !isShaded && (strokes?.lit[i] ?? true),
            },
          ],
    ),
  )
  const seconds = lines.flatMap(({ strokes, sharpness }) =>
    strokes === null ? [] : [{ value: strokes.second, isFit: isSharp(sharpness) && !isShaded }],
  )
  const residuals = (side: 'missing' | 'added') =>
    lines.flatMap(({ strokes, sharpness }) => {
      if (strokes === null || (kind === 'text' && strokes.faceFit < LEAST_FACE_FIT))
        return [{ value: Number.POSITIVE_INFINITY, isFit: false }]
      if (kind === 'checked' && isMislaid(strokes)) return []
      const least = side === 'added' && !strokes.isNamedFace ? IS_THE_FACE : FACE_FITS
      const isFit = isSharp(sharpness) && strokes.faceFit >= least && !isShaded
      return strokes[side].map((value, i) => ({ value, isFit: isFit && strokes.lit[i]! }))
    })
  return [
    ...whole,
    ...worst('text-weakest-stroke', of, weakest, -1),
    ...worst('text-faintest-character', of, strengths, -1),
    ...worst('text-second-print', of, seconds, 1),
    ...worst(`${kind}-missing-stroke`, of, residuals('missing'), 1),
    ...worst(`${kind}-added-stroke`, of, residuals('added'), 1),
  ]
}

const isMislaid = ({ faceFit, missing, added }: NonNullable<LineReading['strokes']>) =>
  faceFit < IS_THE_FACE && Math.min(Math.max(...missing), Math.max(...added)) > MISLAID

const isSharp = (sharpness: number | null) => sharpness === null || sharpness > HIDES_STROKES

/** @param sign 1 where the greatest value is the worst, −1 where the least is */
function worst(
  name: string,
  of: string,
  values: readonly { readonly value: number; readonly isFit: boolean }[],
  sign: 1 | -1,
): readonly Measurement[] {
  const [first] = [...values].sort((a, b) => sign * (b.value - a.value))
  if (first === undefined) return []
  return [{ name, of, value: first.value, unit: 'ratio', ...(first.isFit ? {} : { fit: false }) }]
}
