import type { Homography } from '../../imaging/homography.ts'

/** Focal lengths that cameras have, in units of the picture's longer side: 18 mm (a phone's wide angle) to 200 mm. */
const FOCAL_LENGTHS = Array.from({ length: 16 }, (_, i) => 0.5 * 1.18 ** i)

/**
 * How little a map from the card's plane looks like any camera's view of it: the best over plausible focal lengths of
 * how far the axes' images are from equally long and perpendicular (0 = a true view, 0.2 = 20 %). A rectangle of other
 * proportions than the card's, seen nearly from above, is found out by this; one that is truly tilted is not.
 * The optical axis is taken through the picture's middle.
 *
 * Source: a plane's homography is K·[r₁ r₂ t] up to scale (Zhang, Flexible camera calibration, 1999, §2.3).
 */
export function cameraMisfit(h: Homography, width: number, height: number): number {
  return cameraOf(h, width, height).misfit
}

/** The tilt of the card's plane against the picture's, degrees; with an unknown lens good to about a third of itself. */
export function tiltDegOf(h: Homography, width: number, height: number): number {
  return cameraOf(h, width, height).tiltDeg
}

function cameraOf(h: Homography, width: number, height: number): { readonly misfit: number; readonly tiltDeg: number } {
  const [cx, cy] = [width / 2, height / 2]
  const longer = Math.max(width, height)
  const column = (k: number) =>
    [(h[k]! - cx * h[6 + k]!) / longer, (h[3 + k]! - cy * h[6 + k]!) / longer, h[6 + k]!] as const
  const [ax, ay, az] = column(0)
  const [bx, by, bz] = column(1)
  let best = { misfit: Number.POSITIVE_INFINITY, tiltDeg: 0 }
  for (const focal of FOCAL_LENGTHS) {
    const a = Math.hypot(ax / focal, ay / focal, az)
    const b = Math.hypot(bx / focal, by / focal, bz)
    const cosine = ((ax * bx + ay * by) / (focal * focal) + az * bz) / (a * b)
    const misfit = Math.hypot(Math.log(a / b), cosine)
    if (misfit >= best.misfit) continue
    // The plane's normal is r₁ × r₂; its share along the optical axis is the cosine of the tilt.
    const facing = (ax * by - ay * bx) / (focal * focal * a * b)
    best = { misfit, tiltDeg: (Math.acos(Math.min(1, Math.abs(facing))) * 180) / Math.PI }
  }
  return best
}
