import { RigError } from '../rig-error.ts'
import { describeStatus, type GrblStatus, isSafelyAtRest } from './status.ts'

/** A controller that was just reset, as far as proving it safe needs it. */
interface ResetController {
  /** Sends a line and resolves with what comes before its `ok`. */
  ask(line: string): Promise<readonly string[]>
  status(): Promise<GrblStatus>
  isLocked(): boolean
}

/** The controller's own word that every output is off and nothing moves. @throws RigError `rig-unsafe` */
export async function assertDarkAndAtRest({ ask, status, isLocked }: ResetController): Promise<void> {
  const modesNow = async (): Promise<string> => (await ask('$G')).join(' ')
  let modes = await modesNow()
  if (!isDark(modes) && !isLocked()) {
    // A start-up line of the controller ($N0, $N1) lights lamps after every reset.
    await ask('M5')
    await ask('M9')
    modes = await modesNow()
  }
  const found = await status()
  if (isDark(modes) && isSafelyAtRest(found)) return
  throw new RigError('rig-unsafe', `the controller reports ${describeStatus(found)} and ${modes}.`)
}

function isDark(modes: string): boolean {
  const words = modes.split(/[ \]]/)
  return words.includes('M5') && words.includes('M9')
}
