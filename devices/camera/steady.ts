import { z } from 'zod'
import type { Steadiness } from '../../harness/vision/photograph.ts'
import { anySignal, pause } from '../deadline.ts'
import { ms } from '../options.ts'
import { RigError } from '../rig-error.ts'
import { type Camera, skipFrames } from './camera.ts'

/** How to wait until the view is at rest. */
export const steadyOptions = z.strictObject({
  /** Largest change from one frame to the next in any part of the picture that counts as none, of 255 levels. Default: 3. */
  toleranceLevels: z.number().positive().max(255).exactOptional(),
  /** Frames in a row without change. Default: 3. */
  frames: z.int().min(2).max(100).exactOptional(),
  /** Least time between two frames that are compared, ms: the slowest swing that is still seen lasts about four times it. Default: 60. */
  apartMs: z.number().min(0).max(10_000).exactOptional(),
  /** At the beginning. */
  skipFrames,
  /** Longest time to wait, ms. Default: 10000. */
  deadlineMs: ms.exactOptional(),
})
export type SteadyOptions = Readonly<z.infer<typeof steadyOptions>>

/** What a view may be known by that is older than the last change of light or pose. */
export interface OldView {
  /** What was seen before the change. */
  readonly parts: Uint8Array
  /** So long the change is waited for, ms. */
  readonly longestMs: number
  /** Whether the wait ends there when it was not seen; else the frames are then taken as they are. */
  readonly isNeeded: boolean
}

/** A view at rest, and when something else than the old view was seen, on the clock of `performance.now()`; null: it never was. */
export interface SteadyView extends Steadiness {
  readonly parts: Uint8Array
  readonly seenAt: number | null
}

/** Parts in which a frame is compared: means over them leave noise out and motion in. */
const grid = { width: 32, height: 20 }

/**
 * Waits until what the camera sees does not change any more: stage at rest, lamps warm, exposure settled.
 *
 * A change is the difference of means over 32 × 20 parts of the picture, so both motion and flicker are seen, and
 * noise is not. A camera may be late by seconds, and its old frames are as steady as the new ones: none counts that still
 * shows the old view.
 *
 * @throws RigError `camera-unsteady` with the change seen last, `camera-video` where no video comes; those of
 *   {@link Camera.preview}
 */
export async function waitUntilSteady(
  camera: Camera,
  options: SteadyOptions = {},
  signal?: AbortSignal,
  old: OldView | null = null,
): Promise<SteadyView> {
  const { toleranceLevels = 3, frames: needed = 3, apartMs = 60, skipFrames = 2, deadlineMs = 10_000 } = options
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadlineMs + (old?.longestMs ?? 0))
  let before: Uint8Array | null = null
  let frames = 0
  let skipped = 0
  let still = 0
  let lastChange = Number.POSITIVE_INFINITY
  const began = performance.now()
  let seenAt: number | null = null
  try {
    for await (const { bytes } of camera.preview(anySignal(signal, late.signal))) {
      if (skipped++ < skipFrames) continue
      const parts = await partsOf(bytes)
      if (parts === null) continue
      if (old !== null && seenAt === null) {
        if (showsChange(old.parts, parts)) seenAt = performance.now()
        else if (performance.now() - began < old.longestMs) continue
        else if (old.isNeeded) return { frames: 0, lastChange: 0, parts, seenAt }
      }
      frames++
      lastChange = before === null ? Number.POSITIVE_INFINITY : largestChange(before, parts)
      still = lastChange <= toleranceLevels ? still + 1 : 0
      if (still >= needed - 1 && frames >= needed) return { frames, lastChange, parts, seenAt }
      before = parts
      await pause(apartMs, late.signal)
    }
  } catch (error) {
    if (!late.signal.aborted || signal?.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  const within = `within ${deadlineMs / 1000} s`
  if (frames < 2) {
    throw new RigError(
      'camera-video',
      `camera ${camera.name} gave ${frames === 0 ? 'no frame' : 'one frame'} of its video ${within}, so nobody can see whether the view is at rest. Check its cable, or set steady to "never".`,
    )
  }
  throw new RigError(
    'camera-unsteady',
    `what camera ${camera.name} sees did not come to rest ${within} (${lastChange.toFixed(1)} levels from the frame before the last). Check that nothing shakes or flickers, and that exposure, focus and white balance are locked.`,
  )
}

/** A picture as means over its parts, 0 … 255; null when it cannot be decoded. */
export async function partsOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  // Not before it is needed: a configuration is read without it.
  const { sharp } = await import('../../harness/imaging/sharp.node.ts')
  try {
    return await sharp(bytes)
      .greyscale()
      .resize({ ...grid, fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer()
  } catch {
    // A frame of a video that broke on its way says nothing about what is in view.
    return null
  }
}

/** More than noise and flicker make of a part, levels: another light or another place. */
const changeLevels = 8

/** Are these two views of different things or lights? */
export function showsChange(before: Uint8Array, now: Uint8Array): boolean {
  return largestChange(before, now) > changeLevels
}

function largestChange(a: Uint8Array, b: Uint8Array): number {
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
