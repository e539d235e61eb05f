import type { BoxPx } from './crop.ts'

/** Places of a mask that hang together, and the box that they fill. */
export interface Blob extends BoxPx {
  readonly areaPx: number
}

/** Every blob of what is not 0 in a mask, in the order of their first places; what touches only at a corner is two. */
export function findBlobs(mask: Uint8Array, width: number): Blob[] {
  const left = mask.slice()
  const open: number[] = []
  const visit = (at: number) => {
    if (!left[at]) return
    left[at] = 0
    open.push(at)
  }
  const blobs: Blob[] = []
  for (let start = 0; start < left.length; start++) {
    visit(start)
    if (open.length > 0) blobs.push(blobFrom(open, visit, width))
  }
  return blobs
}

function blobFrom(open: number[], visit: (at: number) => void, width: number): Blob {
  let areaPx = 0
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const x = at % width
    const y = (at / width) | 0
    areaPx++
    if (x < left) left = x
    if (x >= right) right = x + 1
    if (y < top) top = y
    if (y >= bottom) bottom = y + 1
    if (x > 0) visit(at - 1)
    if (x < width - 1) visit(at + 1)
    visit(at - width)
    visit(at + width)
  }
  return { left, top, right, bottom, areaPx }
}
