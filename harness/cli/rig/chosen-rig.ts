import { type Calibration, parseCalibration } from '../../../devices/rig/calibration/calibration.ts'
import { calibrationTarget, type TargetDesign, verificationTarget } from '../../../devices/rig/calibration/target.ts'
import type { ReplayedWires } from '../../../devices/rig/rig-wires.ts'
import { isVirtual, type OpenRigOptions, openRig, type Rig } from '../../../devices/rig.ts'
import { targetSurface } from '../../../devices/virtual/target-surface.ts'
import { type ChosenRig, chooseRig } from '../../config/choose-rig.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { AssayError } from '../../core/assay-error.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { printDocument, printLine, tellLine } from '../terminal.ts'
import { type BenchOptions, sessionOf } from './session-file.ts'

/** A rig of the configuration, with its calibration as it lies in its file. */
export interface RigAtHand extends ChosenRig {
  readonly name: string
  /** null when there is none. */
  readonly calibration: Calibration | null
}

/**
 * The rig that a person named, or the configuration's own.
 *
 * @throws ConfigError `rig-unknown`; RigError `calibration-unusable` when its calibration file was damaged or changed
 */
export async function rigAtHand(name: string | undefined, loaded?: LoadedConfig): Promise<RigAtHand> {
  const chosen = chooseRig(loaded ?? (await configurationHere()), name)
  return { ...chosen, name: chosen.config.name ?? 'virtual', calibration: readCalibration(chosen.calibrationFile) }
}

/** What the file holds, or null when there is no such file. @throws RigError `calibration-unusable` */
export function readCalibration(file: string): Calibration | null {
  let text: string
  try {
    text = readOutside(file, 'calibration', 'own').toString('utf8')
  } catch (error) {
    if (error instanceof OutsideFileError && error.why === 'missing') return null
    throw error
  }
  return parseCalibration(text, file)
}

/**
 * Opens it under its calibration, telling on stderr what a person should know. Where a session is played back, disposing
 * rejects with `replay-difference` unless everything was done as then.
 */
export async function openAtHand(
  { config, calibration }: RigAtHand,
  command: string,
  options: BenchOptions,
  rest: OpenRigOptions,
): Promise<Rig> {
  const session = sessionOf(config, options, tell)
  const own = { owner: `assay rig ${command}`, waitMs: 1000 * (options.wait ?? 0), tell, ...rest }
  const over = session && { wires: session.wires, unleased: session.replayed !== null }
  try {
    const rig = await openRig({ ...config, calibration }, { ...own, ...over })
    return session?.replayed ? heldTo(session.replayed, rig) : rig
  } catch (error) {
    // What the driver makes of a port that does not go on says less than where the session does not.
    throw session?.replayed?.difference ?? error
  }
}

/** Once it was disposed of, the session must have been done as it was, to its end. */
function heldTo(session: ReplayedWires, rig: Rig): Rig {
  const dispose = async (): Promise<void> => {
    await rig.dispose().catch(() => {})
    if (session.difference) throw session.difference
    tell('everything was done as in the session.')
  }
  return { ...rig, dispose, [Symbol.asyncDispose]: dispose }
}

export const tell = (sentence: string): void => tellLine(`assay: ${sentence}`)

export const print = (line: string): void => void printLine(line)

export const printJson = (document: unknown): void => printDocument(document)

/** What can be laid into the nest of a virtual rig, by the names of `--lay`. */
export const targets: Readonly<Record<string, TargetDesign | null>> = {
  target: calibrationTarget,
  verification: verificationTarget,
  nothing: null,
}

/** @throws AssayError `nothing-to-lay` */
export function thingNamed<T>(name: string, things: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(things, name)) return things[name]!
  throw new AssayError('nothing-to-lay', `--lay takes ${Object.keys(things).join(', ')}, not ${name}.`)
}

/** Fills the nest of a virtual rig; on a bench a person does. @throws AssayError `nothing-to-lay` */
export function layInto(rig: Rig, thing: string): void {
  const design = thingNamed(thing, targets)
  if (isVirtual(rig)) rig.place(design && targetSurface(design))
}
