import { RigError } from '../rig-error.ts'
import { parseSettings, type Settings } from './firmware.ts'

/**
 * The controller's settings. A firmware that does not list them has none that the drivers could use; a damaged answer is
 * asked for again.
 *
 * @param ask asks `$$`
 */
export async function readSettings(ask: () => Promise<readonly string[]>): Promise<Settings> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return parseSettings(await ask())
    } catch (error) {
      if (!(error instanceof RigError && ['grbl-error', 'answer-deadline'].includes(error.code))) throw error
    }
  }
  return new Map()
}
