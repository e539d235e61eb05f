import type { Vector3 } from './pose.ts'
import type { Scene } from './scene.ts'
import type { SceneView } from './scene-view.ts'

/** A small part of a lamp, as a point in the card's frame. */
export interface LampPoint {
  readonly at: Vector3
  /** Irradiance at distance 1 mm, facing it. Below 0: the dark hole of a dome. */
  readonly power: number
  /** Half of its angular radius seen from the nest's middle: how far it smears a reflection, as a slope. */
  readonly spread: number
}

/** All light on the bench in one photograph. White under it sends back 1 where it stands at 1 unit. */
export interface Illumination {
  readonly points: readonly LampPoint[]
  /** Radiance of the dome and the room from all around. */
  readonly surround: number
  /** Share of `surround` that the hole in the dome takes away, as a solid angle in slopes. */
  readonly hole: { readonly area: number; readonly spread: number }
  readonly tint: readonly [number, number, number]
}

const ringPoints = 12
const barPoints = 5
const barHalfLengthMm = 75

export function illuminate(scene: Scene, view: SceneView): Illumination {
  const { lamps: truth } = scene.truth
  const burns = (lamp: 'dome' | 'ring' | 'left' | 'right'): number => scene.lamps[lamp] * truth.strength[lamp]
  const points: LampPoint[] = []
  if (burns('ring') > 0) points.push(...ring(scene, view, burns('ring')))
  for (const side of ['left', 'right'] as const) {
    if (burns(side) > 0) points.push(...bar(scene, view, side === 'left' ? -1 : 1, burns(side)))
  }
  const shares = [
    [burns('dome'), truth.tint.dome],
    [burns('ring'), truth.tint.ring],
    [burns('left'), truth.tint.left],
    [burns('right'), truth.tint.right],
    [truth.ambient, truth.tint.ambient],
  ] as const
  const total = shares.reduce((sum, [share]) => sum + share, 0)
  const tinted = (c: 0 | 1 | 2): number => shares.reduce((sum, [share, tint]) => sum + share * tint[c], 0) / total
  const holeSlope = Math.tan((truth.domeHoleDeg * Math.PI) / 360)
  return {
    points,
    surround: burns('dome') + truth.ambient,
    hole: { area: Math.PI * holeSlope ** 2, spread: holeSlope / 2 },
    tint: [tinted(0), tinted(1), tinted(2)],
  }
}

/** Sits around the lens and moves with it. */
function ring(scene: Scene, view: SceneView, strength: number): LampPoint[] {
  const { ringRadiusMm, ringHeightMm } = scene.truth.lamps
  const distanceMm = Math.hypot(ringRadiusMm, ringHeightMm)
  const power = (strength / ringPoints) * distanceMm ** 2 * (distanceMm / ringHeightMm)
  return Array.from({ length: ringPoints }, (_, i) => {
    const angle = ((i + 0.5) / ringPoints) * 2 * Math.PI
    const at = view.place([ringRadiusMm * Math.cos(angle), ringRadiusMm * Math.sin(angle), ringHeightMm])
    return { at, power, spread: 0.035 }
  })
}

/** A tube along y, low beside the nest. */
function bar(scene: Scene, view: SceneView, side: -1 | 1, strength: number): LampPoint[] {
  const { sideDistanceMm, sideElevationDeg } = scene.truth.lamps
  const heightMm = sideDistanceMm * Math.sin((sideElevationDeg * Math.PI) / 180)
  const reach = sideDistanceMm * Math.cos((sideElevationDeg * Math.PI) / 180)
  return Array.from({ length: barPoints }, (_, i) => {
    const along = barHalfLengthMm * ((2 * (i + 0.5)) / barPoints - 1)
    const distanceMm = Math.hypot(reach, heightMm, along)
    const power = (strength / barPoints) * distanceMm ** 2 * (distanceMm / heightMm)
    return { at: view.place([side * reach, along, heightMm]), power, spread: 0.05 }
  })
}
