import { z } from 'zod'

/** The kind of a row that says only which rig inspected something that is none of the lot's. */
export const rigSeen = 'rig-seen'

const Rig = z.object({ kind: z.literal('real'), name: z.string(), calibration: z.string() })
type Rig = z.infer<typeof Rig>

/** A rig of which its record says more than its name; null of virtual ones, files, and whatever is not calibrated. */
export const calibratedRig = (rig: unknown): Rig | null => Rig.safeParse(rig).data ?? null
