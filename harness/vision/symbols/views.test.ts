import { describe, expect, it } from 'vitest'
import type { GreyRaster } from '../../imaging/grey.ts'
import { project } from '../../imaging/homography.ts'
import type { Point } from '../../imaging/quad.ts'
import {
  cropView,
  invertedView,
  type SearchView,
  scaledView,
  sharpenedView,
  shrunkView,
  smoothedView,
  stretchedView,
  turnedView,
} from './views.ts'

const SPOT: Point = [153, 62]

/** A light picture with one dark disc about {@link SPOT}. */
function spotted(): GreyRaster {
  const [width, height] = [240, 180]
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data[y * width + x] = Math.hypot(x + 0.5 - SPOT[0], y + 0.5 - SPOT[1]) < 9 ? 30 : 220
  }
  return { width, height, channels: 1, data }
}

/** Centre of what is dark in a view, in px of the picture. */
function seenAt({ grey, toPicture }: SearchView, isDark = (level: number) => level < 110): Point {
  let [sx, sy, count] = [0, 0, 0]
  for (let y = 0; y < grey.height; y++) {
    for (let x = 0; x < grey.width; x++) {
      if (!isDark(grey.data[y * grey.width + x]!)) continue
      sx += x + 0.5
      sy += y + 0.5
      count++
    }
  }
  return project(toPicture, [sx / count, sy / count])
}

describe('views', () => {
  it('map their own px back to the picture', async () => {
    const grey = spotted()
    const base = shrunkView(grey, 2)
    const views: SearchView[] = [
      base,
      shrunkView(grey, 3),
      cropView(grey, { left: 120.5, top: 20, right: 500, bottom: 100 }, 1),
      cropView(grey, { left: 101, top: 21, right: 220, bottom: 170 }, 2),
      await scaledView(grey, 0.71),
      await scaledView(grey, 2),
      await sharpenedView(base),
      await smoothedView(base),
      await stretchedView(base),
      turnedView(base),
      turnedView(shrunkView(grey, 1)),
    ]
    for (const view of views) {
      expect(view.grey.data.length).toBe(view.grey.width * view.grey.height)
      const [x, y] = seenAt(view)
      expect(Math.hypot(x - SPOT[0], y - SPOT[1]), view.name).toBeLessThan(0.5)
    }
    const [x, y] = seenAt(invertedView(base), level => level > 150)
    expect(Math.hypot(x - SPOT[0], y - SPOT[1])).toBeLessThan(0.5)
  })
})
