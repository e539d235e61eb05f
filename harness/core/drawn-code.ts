import { create } from 'qrcode'

const quietModules = 4

/** A QR code as an SVG path: one module is 1 × 1 in a square of `sideModules`, quiet zone and all. */
export interface DrawnCode {
  readonly sideModules: number
  readonly path: string
}

/** A text as a QR code of level M. */
export function drawnCode(text: string): DrawnCode {
  const { size, data } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  }).modules
  const path = Array.from(data, (isDark, i) =>
    isDark ? `M${(i % size) + quietModules} ${Math.floor(i / size) + quietModules}h1v1h-1z` : '',
  ).join('')
  return { sideModules: size + 2 * quietModules, path }
}
