import type { ProductProfile } from '../../products/profile.ts'
import type { EtchedMark } from './etched-marks.ts'
import type { Polyline } from './polyline.ts'

/**
 * The same marks as a drawing in true size, a group a mark, for lasers with a program of their own: areas are filled,
 * strokes of a single-stroke font are lines. Texts are outlines, so no font is needed and none can be put in its place.
 */
export function etchSvg({ card }: ProductProfile, serial: string, marks: readonly EtchedMark[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${card.width}mm" height="${card.height}mm" viewBox="0 0 ${card.width} ${card.height}">`,
    `<title>${serial}</title>`,
    ...marks.flatMap(({ mark, shapes }) => [
      `<g id="${mark}">`,
      ...shapes.flatMap(({ contours, strokes }) => [
        ...(contours.length > 0 ? [`<path d="${contours.map(closed).join('')}" fill="#000"/>`] : []),
        ...(strokes.length > 0
          ? [`<path d="${strokes.map(open).join('')}" fill="none" stroke="#000" stroke-width="0.05"/>`]
          : []),
      ]),
      '</g>',
    ]),
    '</svg>',
    '',
  ].join('\n')
}

const open = (line: Polyline) => `M${line.map(([x, y]) => `${short(x)} ${short(y)}`).join('L')}`
const closed = (line: Polyline) => `${open(line)}Z`
const short = (mm: number) => String(Number(mm.toFixed(3)))
