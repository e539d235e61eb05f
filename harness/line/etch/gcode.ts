import type { ProductProfile } from '../../products/profile.ts'
import type { Polyline } from './polyline.ts'

/** How the laser is driven. */
export interface LaserSettings {
  /** While the beam is on. */
  readonly feedMmPerMin: number
  /** Beam power as GRBL counts it: 0 … the machine's `$30`, 1000 from the factory. */
  readonly power: number
}

/**
 * The ways as G-code for GRBL 1.1 in laser mode (`$32=1`). Millimetres, absolute; the origin is the card's bottom left
 * corner, y up, as machines have it. `M4` lets the power follow the speed, so corners are not burnt deeper; travel is
 * `G0` with `S0` besides, so that the beam is off between two ways even where laser mode was forgotten.
 */
export function gcodeOf(
  { card, name }: ProductProfile,
  serial: string,
  lines: readonly Polyline[],
  { feedMmPerMin, power }: LaserSettings,
): string {
  const at = ([x, y]: readonly [number, number]) => `X${short(x)} Y${short(card.height - y)}`
  const code = [
    `(etch ${serial}, product ${name}, card ${card.width} x ${card.height} mm)`,
    '(origin: bottom left corner of the card; GRBL 1.1 in laser mode, $32=1)',
    'G21 G90 G94 G17',
    'M5 S0',
    'M4',
  ]
  for (const line of lines) {
    const [start, ...rest] = line
    if (start === undefined || rest.length === 0) continue
    code.push(`G0 ${at(start)} S0`)
    code.push(...rest.map((point, i) => (i === 0 ? `G1 ${at(point)} F${feedMmPerMin} S${power}` : at(point))))
  }
  code.push('M5 S0', 'G0 X0 Y0', 'M2', '')
  return code.join('\n')
}

/** A micrometre is far below a spot. */
const short = (mm: number) => String(Number(mm.toFixed(3)))
