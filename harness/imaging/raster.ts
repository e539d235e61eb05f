/**
 * A picture as numbers: 8 bits a sample, row by row from the top left, no padding.
 * `data.length === width * height * channels`. One channel is grey (luma), three are sRGB-encoded R, G, B.
 */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}
