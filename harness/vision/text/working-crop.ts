import { greyOf, resample } from '../../imaging/grey-image.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'

/** Cap height, px, above which a crop only costs time: every view is 48 px tall, its capitals 24 to 32. */
const WORKING_CAP_PX = 36

/** A crop in grey and no finer than needed. */
export interface WorkingCrop {
  readonly crop: LineCrop
  /** Px of the given crop a px of the working one, ≥ 1. */
  readonly shrunkBy: number
}

export function workingCrop(crop: LineCrop): WorkingCrop {
  const { raster } = crop
  const shrink = Math.max(1, crop.capHeightPx / WORKING_CAP_PX)
  const grey = greyOf(raster)
  const width = Math.max(1, Math.round(raster.width / shrink))
  const height = Math.max(1, Math.round(raster.height / shrink))
  const small =
    shrink === 1 ? grey : resample(grey, { left: 0, top: 0, width: raster.width, height: raster.height }, width, height)
  const shrunkBy = raster.width / width
  return {
    crop: {
      raster: { width, height, channels: 1, data: rounded(small.data) },
      pixelsPerMm: crop.pixelsPerMm / shrunkBy,
      capHeightPx: crop.capHeightPx / shrunkBy,
      baselineY: (crop.baselineY * height) / raster.height,
      ...(crop.span && { span: { left: crop.span.left / shrunkBy, right: crop.span.right / shrunkBy } }),
    },
    shrunkBy,
  }
}

function rounded(levels: Float32Array): Uint8Array {
  const out = new Uint8Array(levels.length)
  for (let i = 0; i < out.length; i++) out[i] = levels[i]! + 0.5
  return out
}

/** A reading of the working crop with its boxes in the pixels of the given one. */
export function inCropPixels(reading: LineReading, shrunkBy: number): LineReading {
  return {
    ...reading,
    characters: reading.characters.map(character => ({
      ...character,
      box: {
        left: character.box.left * shrunkBy,
        top: character.box.top * shrunkBy,
        right: character.box.right * shrunkBy,
        bottom: character.box.bottom * shrunkBy,
      },
    })),
  }
}
