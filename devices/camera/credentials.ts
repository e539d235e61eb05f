import { z } from 'zod'
import { text } from '../options.ts'
import { RigError } from '../rig-error.ts'

/** For cameras that ask for a user and a password; neither is in any record, log or error. */
export const credentials = {
  user: text.exactOptional(),
  /** Name of the environment variable that holds the password. */
  passwordVariable: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable')
    .exactOptional(),
  /** Say true to let the password cross the network in clear, for whoever listens: for cameras that know neither https nor Digest. */
  passwordInClear: z.boolean().exactOptional(),
}

/** @returns undefined where none is named @throws RigError `camera-config` when the environment has none of that name */
export function passwordIn(environment: NodeJS.ProcessEnv, passwordVariable: string | undefined): string | undefined {
  const password = passwordVariable === undefined ? undefined : environment[passwordVariable]
  if (passwordVariable === undefined || password !== undefined) return password
  throw new RigError('camera-config', 'the environment has no variable of the name that passwordVariable gives.')
}
