import { median } from '../../../harness/imaging/quantile.ts'
import { partsOf } from '../../camera/steady.ts'
import type { LightPreset } from '../../light/light.ts'
import { RigError } from '../../rig-error.ts'
import type { Rig } from '../connected-rig.ts'

/** How late a camera is: from a change of the light to the first picture that shows it, ms. */
export interface Latency {
  readonly longestMs: number
  readonly medianMs: number
  readonly changes: number
}

/** Later than this no camera is that can be worked with, ms. */
const latestMs = 10_000
/** Lit and dark must differ by this much of 255 for half-way to mean anything. */
const leastLevels = 10
const changes = 6

/**
 * Puts a lamp out and lights it, and looks when the camera shows it.
 *
 * @returns null where there is nothing to measure by: the camera proves by itself that it is fresh, or no lamp can be put out
 * @throws RigError `camera-stale` where the camera shows no change
 */
export async function measureLatency(rig: Rig, signal?: AbortSignal): Promise<Latency | null> {
  const lit = rig.presets.find(preset => preset !== 'dark')
  if (rig.camera.capabilities.proof !== undefined || lit === undefined || !rig.presets.includes('dark')) return null
  const level = async (preset: LightPreset): Promise<number> => {
    await rig.light.set(preset, signal)
    const { bytes } = await rig.camera.photograph({}, signal)
    return meanOf(await partsOf(bytes))
  }
  // These wait until the change is seen; the times below are then taken against it.
  const [dark, bright] = [await level('dark'), await level(lit)]
  if (bright - dark < leastLevels) throw stale(rig)
  const half = (dark + bright) / 2
  const times: number[] = []
  for (let n = 0; n < changes; n++) {
    const preset = n % 2 === 0 ? 'dark' : lit
    await rig.light.set(preset, signal)
    const changedAt = performance.now()
    await untilSeen(rig, mean => (preset === 'dark' ? mean < half : mean > half), signal)
    times.push(performance.now() - changedAt)
    // The rig's own photograph settles what is in view before the next change.
    await rig.camera.photograph({}, signal)
  }
  return { longestMs: Math.round(Math.max(...times)), medianMs: Math.round(median(times)), changes }
}

async function untilSeen(rig: Rig, isSeen: (mean: number) => boolean, signal?: AbortSignal): Promise<void> {
  if (!rig.camera.capabilities.video) {
    // A photograph of this rig is one that shows the change.
    await rig.camera.photograph({}, signal)
    return
  }
  const late = AbortSignal.timeout(latestMs)
  try {
    for await (const { bytes } of rig.camera.preview(signal ? AbortSignal.any([signal, late]) : late)) {
      const parts = await partsOf(bytes)
      if (parts !== null && isSeen(meanOf(parts))) return
    }
  } catch (error) {
    if (!late.aborted || signal?.aborted) throw error
    throw stale(rig)
  }
}

function meanOf(parts: Uint8Array | null): number {
  if (parts === null || parts.length === 0) return Number.NaN
  return parts.reduce((sum, level) => sum + level, 0) / parts.length
}

function stale({ camera }: Rig): RigError {
  return new RigError(
    'camera-stale',
    `camera ${camera.name} does not show within ${latestMs / 1000} s that a lamp was put out and lit. Check that the lamp lights and is in view, and that the camera delivers live pictures.`,
  )
}
