import { isVirtual } from '../../../devices/rig.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import { darkNoise } from '../../line/entropy/dark-noise.ts'
import { openAtHand, rigAtHand } from '../rig/chosen-rig.ts'
import { LineInputError } from './line-input.ts'

/** Start-up test, then 128 bits a unit at the claim of half a bit; twice that, where less is measured. */
const samplesFor = (units: number) => 1024 + 2 * 256 * units

/**
 * Noise of the rig's camera in the dark, enough for so many units: pairs of photographs, each used once.
 *
 * @param name a rig of the configuration; Default: its own choice
 * @throws LineInputError `entropy-virtual` for a virtual rig, whose noise repeats from a seed, unless the lot is virtual
 */
export async function cameraSamples(
  name: string | undefined,
  lot: string,
  units: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  await using rig = await openAtHand(await rigAtHand(name), 'line', {}, { signal })
  if (isVirtual(rig) && !lot.startsWith('virtual-')) {
    throw new LineInputError(
      'entropy-virtual',
      "A virtual rig's noise repeats from its seed: whoever knows it knows every key. Use a real camera, or dice.",
    )
  }
  await rig.light.set('dark', signal)
  const wanted = samplesFor(units)
  const pairs: Uint8Array[] = []
  for (let have = 0; have < wanted; have += pairs.at(-1)!.length) {
    const [first, second] = [await rig.camera.photograph({}, signal), await rig.camera.photograph({}, signal)]
    pairs.push(darkNoise(await decodePicture(first.bytes), await decodePicture(second.bytes)))
  }
  return Buffer.concat(pairs)
}
