import type { OutlineCommand } from '../../products/font.ts'

/** A way that the beam goes without a break, mm, x right, y down. Closed ones end where they begin. */
export type Polyline = readonly (readonly [x: number, y: number])[]

/** A curve's chords keep this close to it: a tenth of a laser's spot. */
const toleranceMm = 0.005

/** The contours of a font outline as polylines. */
export function contoursOf(outline: readonly OutlineCommand[]): Polyline[] {
  const contours: (readonly [number, number])[][] = []
  let contour: (readonly [number, number])[] = []
  // Contours of fonts are closed, whether the file says so or not.
  const end = () => {
    const [first, last] = [contour[0], contour.at(-1)]
    if (first !== undefined && last !== undefined && (first[0] !== last[0] || first[1] !== last[1])) contour.push(first)
    if (contour.length > 1) contours.push(contour)
    contour = []
  }
  for (const command of outline) {
    if (command.type === 'M') {
      end()
      contour = [[command.x, command.y]]
      continue
    }
    const [x0, y0] = contour.at(-1) ?? [0, 0]
    switch (command.type) {
      case 'L':
        contour.push([command.x, command.y])
        break
      case 'Q': {
        const { x1, y1, x, y } = command
        bend(contour, Math.hypot(x0 - 2 * x1 + x, y0 - 2 * y1 + y) / 4, t => {
          const s = 1 - t
          return [s * s * x0 + 2 * s * t * x1 + t * t * x, s * s * y0 + 2 * s * t * y1 + t * t * y]
        })
        break
      }
      case 'C': {
        const { x1, y1, x2, y2, x, y } = command
        const away = Math.max(
          Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
          Math.hypot(x1 - 2 * x2 + x, y1 - 2 * y2 + y),
        )
        bend(contour, away * 0.75, t => {
          const s = 1 - t
          const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
          return [a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y]
        })
        break
      }
      case 'Z':
        end()
        break
    }
  }
  end()
  return contours
}

/** @param chordErrorMm how far one chord over the whole curve would be off; falls with the square of their number */
function bend(
  contour: (readonly [number, number])[],
  chordErrorMm: number,
  at: (t: number) => readonly [number, number],
): void {
  const steps = Math.max(1, Math.ceil(Math.sqrt(chordErrorMm / toleranceMm)))
  for (let i = 1; i <= steps; i++) contour.push(at(i / steps))
}

export function lengthOf(line: Polyline): number {
  let length = 0
  for (let i = 1; i < line.length; i++) {
    length += Math.hypot(line[i]![0] - line[i - 1]![0], line[i]![1] - line[i - 1]![1])
  }
  return length
}

/**
 * Single-stroke fonts in outline formats draw each stroke there and back, so their contours hold no area. The way there,
 * or null when the contour is a real outline.
 */
export function strokeOf(contour: Polyline): Polyline | null {
  const area = contour.reduce((sum, [x, y], i) => {
    const [u, v] = contour[(i + 1) % contour.length]!
    return sum + (x * v - u * y) / 2
  }, 0)
  const length = lengthOf(contour)
  // Less area than a pen of 1/200 of the stroke's length would leave; the thinnest letters have ten times that.
  if (Math.abs(area) > (length * length) / 800) return null
  const there = contour.findIndex((_, i) => i > 0 && samePoint(contour[i - 1], contour[i + 1]))
  if (there === -1) return contour
  const back = contour.slice(there)
  const mirrored = back.every((point, i) => there - i < 0 || samePoint(point, contour[there - i]))
  return mirrored && back.length >= there ? contour.slice(0, there + 1) : contour
}

const samePoint = (a: Polyline[number] | undefined, b: Polyline[number] | undefined) =>
  a !== undefined && b !== undefined && Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-3
