import { steppingClock } from '../../devices/clock.ts'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { type ExitCode, exitCodes } from '../core/assay-error.ts'
import { appearanceRig } from '../inspection/photograph-unit.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { TaughtPhotograph } from '../vision/appearance/teach.ts'
import { openVision } from '../vision/pool/vision.ts'
import type { Output } from './photographs/output.ts'
import { keepAppearance, type LooksByLight, withoutAppearance } from './product-appearance.ts'

interface TeachOptions {
  readonly units: number
  readonly out?: string
}

/** The lights that stations take, and the states that between them lay every surface open. */
const taughtLights = ['dome', 'ring', 'left'] as const
const taughtStates = ['sealed', 'opened'] as const
const seed = 13
/** A busy machine draws and looks slowly: that is no fault of the twin's. */
const patienceMs = 600_000
const firstPhotograph = Date.UTC(2026, 0, 5)

/** Learns what the virtual rig's good units look like: the same profile gives the same file, to the byte. */
export async function learnVirtualAppearance(
  product: string,
  { units, out }: TeachOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const profile = withoutAppearance(loadProfile(product))
  await using line = await VirtualLine.make({ profile, seed, count: units, share: 0, signal })
  const taught = await looksOfVirtualUnits(profile, { line, units }, output.tell, signal)
  keepAppearance(profile, taught, out, output)
  return exitCodes.passed
}

/** What units of a virtual line look like under every light, seen by `profile`, whatever they were drawn by. */
export async function looksOfVirtualUnits(
  profile: ProductProfile,
  { line, units }: { readonly line: VirtualLine; readonly units: number },
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<LooksByLight> {
  await using vision = openVision({ workers: 2 })
  await using rig = await openRig(
    { kind: 'virtual', seed, cameraDeadlineMs: patienceMs, clock: steppingClock(new Date(firstPhotograph), 1000) },
    signal,
  )
  await rig.stage.goTo('inspect', signal)
  const byLight = new Map<string, Promise<TaughtPhotograph | null>[]>(taughtLights.map(light => [light, []]))
  for (let index = 0; index < units; index++) {
    for (const state of taughtStates) {
      rig.place(await line.card(index, state, signal))
      for (const light of taughtLights) {
        await rig.light.set(light, signal)
        const { bytes } = await rig.camera.photograph({}, signal)
        const name = `unit ${index + 1}, ${state}, under ${light}`
        const taught = vision
          .look(bytes, profile, { crops: false, learn: true, deadlineMs: patienceMs, name, signal })
          .then(({ sample }) => {
            if (sample) return { unit: String(index), sample }
            tell(`assay: ${name} is left out: no card was found in it well enough.`)
            return null
          })
        taught.catch(() => {})
        byLight.get(light)!.push(taught)
      }
      // No more than one card's photographs wait.
      await Promise.all([...byLight.values()].map(waiting => waiting.at(-2)))
    }
    tell(`assay: unit ${index + 1} of ${units}`)
  }
  rig.place(null)
  const taught = new Map<string, TaughtPhotograph[]>()
  for (const [light, waiting] of byLight)
    taught.set(
      light,
      (await Promise.all(waiting)).filter(one => one !== null),
    )
  return { rig: appearanceRig(rig.identity), byLight: taught }
}
