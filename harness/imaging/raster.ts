/** Of a picture, px. */
export interface SizePx {
  readonly width: number
  readonly height: number
}

/**
 * A picture as numbers: 8 bits a sample, row by row from the top left, no padding.
 * `data.length === width * height * channels`. One channel is grey (luma), three are sRGB-encoded R, G, B.
 */
export interface Raster extends SizePx {
  readonly channels: 1 | 3
  readonly data: Uint8Array
}
