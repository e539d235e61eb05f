import sharp from 'sharp'
import type { CardSurface } from '../card-surface.ts'
import type { Scene } from './scene.ts'

/** Forms one photograph: a whole JPEG file. */
export async function renderPhotograph(scene: Scene, surface: CardSurface | null): Promise<Uint8Array> {
  const { width, height } = scene.size
  const pixels = new Uint8Array(3 * width * height).fill(60)
  if (surface && scene.placement) {
    const { truth, placement } = scene
    const pxPerMm = (width / truth.sensor.widthMm) * (truth.lens.focalMm / truth.mount.heightMm)
    const turn = (-placement.rotationDeg * Math.PI) / 180
    const lit = scene.dark
      ? 0
      : Math.min(1, scene.lamps.dome + scene.lamps.ring + scene.lamps.left + scene.lamps.right + 0.02)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const dx = (x - width / 2) / pxPerMm - placement.xMm - (scene.carriage.xMm - truth.mount.axisAt.xMm)
        const dy = (y - height / 2) / pxPerMm - placement.yMm - (scene.carriage.yMm - truth.mount.axisAt.yMm)
        const u = Math.floor((dx * Math.cos(turn) - dy * Math.sin(turn) + surface.widthMm / 2) * surface.pixelsPerMm)
        const v = Math.floor((dx * Math.sin(turn) + dy * Math.cos(turn) + surface.heightMm / 2) * surface.pixelsPerMm)
        if (u < 0 || v < 0 || u >= surface.width || v >= surface.height) continue
        for (let c = 0; c < 3; c++) {
          pixels[3 * (y * width + x) + c] = lit * (surface.colour[3 * (v * surface.width + u) + c] ?? 0)
        }
      }
    }
  }
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: scene.truth.sensor.jpegQuality })
    .toBuffer()
}
