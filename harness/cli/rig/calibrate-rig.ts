import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { calibrate } from '../../../devices/rig/calibration/calibrate.ts'
import { calibrationFigures, formatCalibration, sealCalibration } from '../../../devices/rig/calibration/calibration.ts'
import { type TargetDesign, verificationTarget } from '../../../devices/rig/calibration/target.ts'
import { isVirtual, type Rig } from '../../../devices/rig.ts'
import { targetSurface } from '../../../devices/virtual/target-surface.ts'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { makeFolders } from '../../core/make-folders.node.ts'
import { userName } from '../../core/user.node.ts'
import type { CommandContext } from '../context.ts'
import { replaceFile, writing } from '../write-file.ts'
import { openAtHand, print, printJson, rigAtHand, tell } from './chosen-rig.ts'
import type { BenchOptions } from './session-file.ts'

interface CalibrateOptions extends BenchOptions {
  readonly yes?: boolean
  /** commander: `--no-verify` makes it false. */
  readonly verify: boolean
  readonly lens?: string
  readonly operator?: string
  readonly out?: string
}

/** `assay rig calibrate`: a guided run. Writes a calibration only when the rig may judge units by it. */
export async function calibrateRig(
  name: string | undefined,
  options: CalibrateOptions,
  context: CommandContext,
): Promise<void> {
  const { signal } = context
  const { yes = false, json, lens = null, operator = userName() } = options
  const chosen = await rigAtHand(name)
  const file = options.out ?? chosen.calibrationFile
  // What the rig is calibrated with must not come from a calibration: it is opened without one.
  await using rig = await openAtHand({ ...chosen, calibration: null }, 'calibrate', options, { signal })
  const verify = options.verify && (isVirtual(rig) || !yes)
  if (options.verify && !verify)
    tell('with --yes nobody changes the target, so the proof on the second one is left out.')
  const content = await calibrate({
    rig,
    lay: design => lay(rig, design, yes, signal),
    by: operator,
    lens,
    now: () => new Date(),
    validDays: chosen.validDays,
    verify,
    onProgress: what => tell(`measuring: ${what}`),
    signal,
  })
  const calibration = sealCalibration(content)
  const figures = calibrationFigures(calibration)
  const isGood = figures.every(figure => figure.isGood)
  if (isGood) {
    writing(file, 'calibration-unwritable', 'choose another with --out', () => {
      makeFolders(dirname(file))
      replaceFile(file, formatCalibration(calibration))
    })
    if (isVirtual(rig) && file === chosen.calibrationFile) {
      tell(
        `the shipped appearances are of a twin without a calibration: under this one nothing proves what a scratch-off is made of, and the golden card is INCONCLUSIVE unless --accept-unproved cover-material says so, or an appearance is learned (docs/appearance.md). To have the twin as it was, take ${file} away.`,
      )
    }
  }
  context.exit(isGood ? exitCodes.passed : exitCodes.rigFault)
  if (json) return printJson({ file: isGood ? file : null, isGood, figures, calibration })
  for (const figure of figures) {
    const { min, max } = figure.limits
    const limit = [min === null ? '' : `at least ${min}`, max === null ? '' : `at most ${max}`]
      .filter(Boolean)
      .join(', ')
    print(
      `${figure.isGood ? '✓' : '✗'} ${`${figure.name}:`.padEnd(24)} ${Number(figure.value.toPrecision(3))} ${figure.unit} (${limit})`,
    )
    if (!figure.isGood) print(`    ${figure.hint}`)
  }
  print('')
  print(
    isGood
      ? `Calibrated until ${calibration.expiresAt}: ${file} (${calibration.id.slice(0, 12)})`
      : 'Not calibrated: a figure is out of its limits, so nothing was written.',
  )
}

/** On a virtual rig the program lays the target; on a bench a person is asked, or has done it. */
async function lay(rig: Rig, design: TargetDesign, yes: boolean, signal: AbortSignal): Promise<void> {
  if (isVirtual(rig)) return rig.place(targetSurface(design))
  if (yes) return
  if (!process.stdin.isTTY) {
    throw new AssayError(
      'nobody-to-ask',
      'nobody can be asked to lay the target into the nest here; do it, then add --yes.',
    )
  }
  const which = design === verificationTarget ? 'second (verification) target' : 'first (calibration) target'
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    await ask.question(`Lay the ${which} flat into the nest, face up, then press Enter. `, { signal })
  } finally {
    ask.close()
  }
}
