import { lightPresets } from '../../light/light.ts'
import type { Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import type { CalibrationContent, CalibrationContent as Content } from './calibration.ts'
import { edgeSharpness } from './edge-sharpness.ts'
import { fitFlatField } from './flat-field.ts'
import { measureLatency } from './measure-latency.ts'
import { measureStage } from './measure-stage.ts'
import { detailOf, type LightPicture } from './picture.ts'
import { type PlaneFit, pixelsPerMm } from './plane-camera.ts'
import { prove } from './prove.ts'
import { calibrationTarget, type TargetDesign, verificationTarget } from './target.ts'
import { TargetCamera } from './target-camera.ts'

export interface CalibrateRequest {
  readonly rig: Rig
  /** Asks a person to lay something into the nest, or does it; resolves when it lies there. */
  readonly lay: (what: TargetDesign) => Promise<void>
  readonly by: string
  readonly lens: string | null
  readonly now: () => Date
  readonly validDays: number
  /** Prove it on the second target. */
  readonly verify: boolean
  readonly onProgress?: (what: string) => void
  readonly signal?: AbortSignal | undefined
}

const pose = 'inspect'

/**
 * Measures the rig on two printed targets: scale, perspective and lens, light of every preset, darkness, sharpness, and
 * how the stage moves. Nothing is taken from what the rig is told or tells of itself but the millimetres of its stage.
 *
 * @throws RigError `target-unseen`, `camera-deadline` and what else the devices reject with
 */
export async function calibrate(request: CalibrateRequest): Promise<CalibrationContent> {
  const { rig, lay, onProgress = () => {}, signal } = request
  await rig.stage.goTo(pose, signal)
  await lay(calibrationTarget)
  const targetCamera = new TargetCamera(rig, signal)

  const lights: Content['lights'] = {}
  let plane: PlaneFit | null = null
  let first: LightPicture | null = null
  for (const preset of lightPresets) {
    if (preset === 'dark' || !rig.presets.includes(preset)) continue
    onProgress(`light ${preset}`)
    const { picture, field, exposureMs, fit } = await targetCamera.expose(preset, calibrationTarget, plane)
    plane ??= fit
    first ??= picture
    const { places, ...figures } = field
    lights[preset] = { exposureMs, ...figures, white: [...field.white], field: fitFlatField(places, picture) }
  }
  if (plane === null || first === null) {
    throw new RigError('light-preset', `rig ${rig.identity.name} has no light to calibrate in. Configure one.`)
  }
  onProgress('sharpness')
  const mtf50 = edgeSharpness(first, plane.camera, calibrationTarget)
  onProgress('darkness')
  const dark = await targetCamera.dark(lights, plane.camera)
  onProgress('latency')
  const latency = await measureLatency(rig, signal)
  onProgress('stage')
  const main = lightPresets.find(preset => lights[preset] !== undefined)!
  await rig.light.set(main, signal)
  const exposure = lights[main]?.exposureMs ?? null
  const stage = rig.poses.length > 1 ? await measureStage(targetCamera, plane.camera, exposure, signal) : null
  let verification: Content['verification'] = null
  if (request.verify) {
    onProgress('proof on the second target')
    await lay(verificationTarget)
    await rig.light.set(main, signal)
    verification = prove(plane.camera, await targetCamera.dots(verificationTarget, exposure))
  }
  const { camera } = plane
  const madeAt = request.now()
  return {
    format: 'assay-calibration-2',
    rig: rig.identity.name,
    kind: rig.identity.kind,
    camera: {
      driver: rig.identity.drivers.camera,
      firmware: rig.identity.firmware.camera,
      size: { width: camera.size.width, height: camera.size.height },
    },
    lens: request.lens,
    by: request.by,
    madeAt: madeAt.toISOString(),
    expiresAt: new Date(madeAt.getTime() + request.validDays * 86_400_000).toISOString(),
    pose,
    plane: {
      perspective: [...camera.perspective],
      k1: camera.k1,
      k2: camera.k2,
      centre: [...camera.centrePx],
      terms: plane.terms,
      points: plane.points,
      rmsPx: plane.rmsPx,
      worstPx: plane.worstPx,
      pixelsPerMm: pixelsPerMm(camera, [0, 0]),
    },
    verification,
    stage,
    lights,
    dark: dark && [...dark.level],
    darkShare: dark === null ? null : dark.share,
    ...(latency && { latency }),
    mtf50,
    detail: detailOf(first),
  }
}
