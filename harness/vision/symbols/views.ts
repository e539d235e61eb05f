import { type BoxPx, cropped } from '../../imaging/crop.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography } from '../../imaging/homography.ts'
import { shrunk } from '../../imaging/shrink.ts'
import { warp } from '../../imaging/warp.ts'

/** A picture derived from the searched one, with the map from its px back to the searched picture's. */
export interface SearchView {
  readonly name: string
  readonly grey: GreyRaster
  readonly toPicture: Homography
}

/** The picture shrunk by an integer factor. */
export function shrunkView(grey: GreyRaster, factor: number): SearchView {
  return { name: `1/${factor}`, grey: shrunk(grey, factor), toPicture: [factor, 0, 0, 0, factor, 0, 0, 0, 1] }
}

/** An axis-aligned part of the picture, shrunk by an integer factor; the part is clipped to the picture. */
export function cropView(grey: GreyRaster, box: BoxPx, factor: number): SearchView {
  const left = Math.max(0, Math.floor(box.left))
  const top = Math.max(0, Math.floor(box.top))
  const right = Math.max(left, Math.min(grey.width, Math.ceil(box.right)))
  const bottom = Math.max(top, Math.min(grey.height, Math.ceil(box.bottom)))
  return {
    name: `crop 1/${factor}`,
    grey: shrunk(cropped(grey, { left, top, right, bottom }), factor),
    toPicture: [factor, 0, left, 0, factor, top, 0, 0, 1],
  }
}

/** What a picture is made into that takes a library of pictures. */
export interface Filters {
  scaled(grey: GreyRaster, width: number, height: number): Promise<GreyRaster>
  /** Edges steepened. */
  sharpened(grey: GreyRaster): Promise<GreyRaster>
  /** Noise smoothed. */
  smoothed(grey: GreyRaster): Promise<GreyRaster>
  /** Grey levels spread over the whole range. */
  stretched(grey: GreyRaster): Promise<GreyRaster>
}

let filters: Promise<Filters> | undefined

/** Hands in the filters before the first look, where libvips cannot be loaded: on a page. */
export function useFilters(own: Filters): void {
  filters = Promise.resolve(own)
}

async function filtered(filter: Exclude<keyof Filters, 'scaled'>, view: SearchView): Promise<SearchView> {
  const grey = await (await loadFilters())[filter](view.grey)
  return { name: `${view.name} ${filter}`, grey, toPicture: view.toPicture }
}

async function libvips(): Promise<Filters> {
  const { filters: own } = await import('./filters.node.ts')
  return own
}

function loadFilters(): Promise<Filters> {
  filters ??= libvips()
  return filters
}

/** The picture at another scale. */
export async function scaledView(grey: GreyRaster, scale: number): Promise<SearchView> {
  const width = Math.max(1, Math.round(grey.width * scale))
  const height = Math.max(1, Math.round(grey.height * scale))
  const scaled = await (await loadFilters()).scaled(grey, width, height)
  const toPicture: Homography = [grey.width / width, 0, 0, 0, grey.height / height, 0, 0, 0, 1]
  return { name: `scaled ${scale}`, grey: scaled, toPicture }
}

/** Edges steepened: brings back modules that blur has run together. */
export const sharpenedView = (view: SearchView): Promise<SearchView> => filtered('sharpened', view)

/** Noise smoothed. */
export const smoothedView = (view: SearchView): Promise<SearchView> => filtered('smoothed', view)

/** Grey levels spread over the whole range. */
export const stretchedView = (view: SearchView): Promise<SearchView> => filtered('stretched', view)

/** Light for dark. */
export function invertedView({ name, grey, toPicture }: SearchView): SearchView {
  return { name: `${name} inverted`, grey: { ...grey, data: grey.data.map(level => 255 - level) }, toPicture }
}

/** Turned by 45° about its middle: the finder's row scan sees a square best when its sides lie along the rows. */
export function turnedView({ name, grey, toPicture }: SearchView): SearchView {
  const cos = Math.SQRT1_2
  const side = Math.ceil((grey.width + grey.height) * cos)
  const [cx, cy] = [grey.width / 2, grey.height / 2]
  const half = side / 2
  const back: Homography = [cos, cos, cx - 2 * half * cos, -cos, cos, cy, 0, 0, 1]
  return { name: `${name} turned`, grey: warp(grey, back, side, side), toPicture: compose(toPicture, back) }
}
