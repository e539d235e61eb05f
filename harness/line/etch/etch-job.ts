import { Secret } from '../../core/secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { EtchError } from '../line-error.ts'
import type { UnitTexts } from '../mark-content.ts'
import { assertInBounds } from './bounds.ts'
import { etchSvg } from './etch-svg.ts'
import { etchedMarks } from './etched-marks.ts'
import { gcodeOf, type LaserSettings } from './gcode.ts'
import { hatch } from './hatch.ts'
import { lengthOf, type Polyline } from './polyline.ts'

/** What site A knows of a unit when it etches it: never an EPK. */
export interface UnitToEtch extends Pick<UnitTexts, 'serial' | 'confirmationCode'> {
  /** The BIP38 passphrase. Left out where the customer made it (PRO). Stays the caller's to wipe. */
  readonly passphrase?: Secret
}

export interface EtchOptions extends Partial<LaserSettings> {
  /** Distance of the lines that fill an area, about the spot's width, mm; 0.05 when left out. */
  readonly pitchMm?: number
  /** How far the beam keeps from the card's edge, mm; 1 when left out. */
  readonly marginMm?: number
}

/** One unit's job for the laser. Both files show the passphrase: wipe them when the card is etched. */
export interface EtchJob {
  /** True size, in mm, origin top left. */
  readonly svg: Secret
  /** GRBL 1.1, laser mode, mm, origin at the card's bottom left corner. */
  readonly gcode: Secret
  /** Way with the beam on, mm. */
  readonly burnMm: number
  /** About how long the beam is on, s: travel and acceleration come on top. */
  readonly burnSeconds: number
}

/**
 * Makes the laser's job for one unit from the product profile: serial, passphrase, confirmation code, whatever of them
 * the product etches, in the product's own etching font. Letters are filled areas, each first along its outline, then
 * hatched; a single-stroke font is traced along its strokes.
 *
 * The same unit, profile and options give the same bytes.
 *
 * @throws EtchError `etch-settings`, `etch-incomplete`, `etch-nothing`, `etch-outside-card`, `etch-under-sticker`,
 *   `etch-outside-cover`; FontError `font-lacks-symbol`
 */
export function etchJob(profile: ProductProfile, unit: UnitToEtch, options: EtchOptions = {}): EtchJob {
  const { pitchMm = 0.05, marginMm = 1, feedMmPerMin = 1200, power = 800 } = options
  assertSettings({ pitchMm, marginMm, feedMmPerMin, power })
  const marks = etchedMarks(profile, unit)
  const lines: Polyline[] = []
  for (const { mark, shapes } of marks) {
    const ways = shapes.flatMap(({ contours, strokes }) => [
      ...strokes,
      ...contours,
      ...(contours.length > 0 ? hatch(contours, pitchMm) : []),
    ])
    assertInBounds(profile, mark, ways, marginMm)
    lines.push(...ways)
  }
  const burnMm = lines.reduce((sum, line) => sum + lengthOf(line), 0)
  return {
    svg: Secret.ofText(etchSvg(profile, unit.serial, marks)),
    gcode: Secret.ofText(gcodeOf(profile, unit.serial, lines, { feedMmPerMin, power })),
    burnMm,
    burnSeconds: (burnMm / feedMmPerMin) * 60,
  }
}

/** Wipes both files. */
export function wipeEtchJob({ svg, gcode }: EtchJob): void {
  svg.dispose()
  gcode.dispose()
}

function assertSettings(settings: Required<EtchOptions>): void {
  const limits = { pitchMm: [0.005, 1], marginMm: [0, 20], feedMmPerMin: [1, 100_000], power: [1, 100_000] } as const
  for (const [name, [least, most]] of Object.entries(limits)) {
    const value = settings[name as keyof typeof limits]
    if (value >= least && value <= most) continue
    throw new EtchError('etch-settings', `${name} must be between ${least} and ${most}, not ${value}.`)
  }
}
