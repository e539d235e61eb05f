import { seeded } from '../../core/seeded.testing.ts'
import { compose, type Homography, invert, project, projectQuad } from '../../imaging/homography.ts'
import type { Point } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { corners as cornersOf, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, State } from '../../products/profile.ts'
import type { SymbolSeen } from '../reading.ts'

// Scenes for tests: a card drawn by ray casting, as a camera would see it. No production code uses this.

/** Brightness of the card's front at a point in mm, 0..255. */
export type Paint = (x: number, y: number) => number

export interface CardView {
  readonly turnDeg: number
  readonly tiltDeg: number
  /** Direction about which it is tilted, degrees from the card's x axis. */
  readonly tiltAxisDeg: number
  readonly pixelsPerMm: number
  /** Where the card's middle is seen, px. */
  readonly middle: Point
}

/** The map of a pinhole camera with a focal length of 1,500 px that looks at the middle of a card. */
export function viewOf(card: ProductProfile['card'], view: CardView): Homography {
  const rad = (deg: number) => (deg * Math.PI) / 180
  const [turn, tilt, axis] = [rad(view.turnDeg), rad(view.tiltDeg), rad(view.tiltAxisDeg)]
  const focal = 1500
  const distance = focal / view.pixelsPerMm
  // Rodrigues: a rotation by the tilt about an axis in the plane, after the turn in the plane.
  const [ax, ay] = [Math.cos(axis), Math.sin(axis)]
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)]
  const tilted = [c + ax * ax * (1 - c), ax * ay * (1 - c), ax * ay * (1 - c), c + ay * ay * (1 - c), -ay * s, ax * s]
  const plane: Homography = [tilted[0]!, tilted[1]!, 0, tilted[2]!, tilted[3]!, 0, tilted[4]!, tilted[5]!, distance]
  const turned: Homography = [Math.cos(turn), -Math.sin(turn), 0, Math.sin(turn), Math.cos(turn), 0, 0, 0, 1]
  const centred: Homography = [1, 0, -card.width / 2, 0, 1, -card.height / 2, 0, 0, 1]
  const camera: Homography = [focal, 0, view.middle[0], 0, focal, view.middle[1], 0, 0, 1]
  return compose(camera, compose(plane, compose(turned, centred)))
}

/** Draws cards over a background; 2 × 2 rays a pixel, then noise. */
export function drawScene(
  width: number,
  height: number,
  cards: readonly { readonly mmToPixels: Homography; readonly card: ProductProfile['card']; readonly paint: Paint }[],
  background: Paint,
  noise: () => number,
): Raster {
  const data = new Uint8Array(width * height)
  const laid = cards.map(one => ({ ...one, back: invert(one.mmToPixels), box: boxOf(one) }))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = laid.filter(({ box }) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)
      let sum = 0
      for (let ray = 0; ray < 4; ray++) {
        let value = background(x, y)
        for (const { card, paint, back } of here) {
          const [u, v] = project(back, [x + (ray & 1 ? 0.75 : 0.25), y + (ray & 2 ? 0.75 : 0.25)])
          if (onCard(card, u, v)) value = paint(u, v)
        }
        sum += value / 4
      }
      data[y * width + x] = Math.max(0, Math.min(255, Math.round(sum + (noise() - 0.5) * 8)))
    }
  }
  return { width, height, channels: 1, data }
}

/** Pixels outside of which nothing of a card is seen. */
function boxOf({ mmToPixels, card }: { readonly mmToPixels: Homography; readonly card: ProductProfile['card'] }) {
  const seen = projectQuad(mmToPixels, cornersOf({ x: 0, y: 0, width: card.width, height: card.height }))
  const [xs, ys] = [seen.map(([x]) => x), seen.map(([, y]) => y)]
  return {
    left: Math.floor(Math.min(...xs)) - 1,
    top: Math.floor(Math.min(...ys)) - 1,
    right: Math.ceil(Math.max(...xs)) + 1,
    bottom: Math.ceil(Math.max(...ys)) + 1,
  }
}

function onCard({ width, height, cornerRadius: r }: ProductProfile['card'], x: number, y: number): boolean {
  if (x < 0 || y < 0 || x > width || y > height) return false
  const dx = Math.max(r - x, x - (width - r), 0)
  const dy = Math.max(r - y, y - (height - r), 0)
  return dx * dx + dy * dy <= r * r
}

/** Steel with brushing along x, a sticker with the symbol that lies open in `state`, and the etched and covered places. */
export function paintOf(profile: ProductProfile, state: State, seed: number): Paint {
  const random = seeded(seed)
  const streaks = Array.from({ length: Math.ceil(profile.card.height * 8) }, () => (random() - 0.5) * 30)
  const bits = Array.from({ length: 64 * 64 }, () => random() < 0.5)
  const symbols = symbolMarks(profile)
    .filter(mark => mark.visibleIn.includes(state))
    .map(mark => ({ rect: mark.rectOnCard, modules: mark.payload === 'epk' ? 33 : 29 }))
  const { sticker } = profile
  return (x, y) => {
    for (const { rect, modules } of symbols) {
      const i = Math.floor(((x - rect.x) / rect.width) * modules)
      const j = Math.floor(((y - rect.y) / rect.height) * modules)
      if (i >= 0 && j >= 0 && i < modules && j < modules) return isDark(i, j, modules, bits) ? 30 : 225
    }
    if (sticker !== null) {
      const { rect } = sticker
      if (x > rect.x && y > rect.y && x < rect.x + rect.width && y < rect.y + rect.height) return 225
    }
    for (const mark of profile.marks) {
      if (mark.on !== 'card' || !mark.visibleIn.includes(state)) continue
      const { rect } = mark
      if (x < rect.x || y < rect.y || x > rect.x + rect.width || y > rect.y + rect.height) continue
      if (mark.kind === 'cover') return 120
      if (mark.kind === 'text') {
        const line = mark.lines.find(({ baseline, capHeight }) => y < baseline.y && y > baseline.y - capHeight)
        // Bars like those of letters: 0.4 mm strokes, 1.1 mm apart.
        if (line !== undefined && (x - rect.x) % 1.1 < 0.4) return 70
      }
    }
    return 165 + streaks[Math.floor(y * 8)]!
  }
}

function isDark(i: number, j: number, modules: number, bits: readonly boolean[]): boolean {
  for (const [left, top] of [
    [0, 0],
    [modules - 7, 0],
    [0, modules - 7],
  ] as const) {
    const [x, y] = [i - left, j - top]
    if (x < -1 || y < -1 || x > 7 || y > 7) continue
    const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3))
    return ring === 3 || ring < 2
  }
  return bits[j * 64 + i]!
}

/** What a reader would say of the symbols that lie open in `state`. */
export function symbolsOf(profile: ProductProfile, state: State, mmToPixels: Homography): SymbolSeen[] {
  const payloads = {
    address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
    epk: `6P${'n'.repeat(56)}`,
    'confirmation-code': '',
  }
  return symbolMarks(profile)
    .filter(mark => mark.visibleIn.includes(state))
    .map(mark => ({
      bytes: new TextEncoder().encode(payloads[mark.payload]),
      corners: projectQuad(mmToPixels, cornersOf(mark.rectOnCard)),
      version: mark.payload === 'epk' ? 4 : 3,
      errorCorrectionLevel: 'M',
      unusedErrorCorrection: 1,
      readers: ['zxing-js'],
    }))
}
