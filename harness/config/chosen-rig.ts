import { z } from 'zod'
import { seed } from '../core/twin-seed.ts'

/** What a rig may be called: in records, reports and file names. */
export const rigName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40')

/** The rig that commands use unless they are told another one. */
export const chosenRig = z.strictObject({
  /** One of `rigs`; without any, the name of the virtual rig in records and reports. */
  name: rigName,
  /** Of a rig that `rigs` does not name: only the virtual one needs no more. */
  kind: z.enum(['virtual']),
  /** Starts every random choice of the digital twin: the same seed gives the same photographs, byte for byte. */
  seed,
})
