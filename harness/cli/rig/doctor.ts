import { styleText } from 'node:util'
import { calibrationTarget } from '../../../devices/rig/calibration/target.ts'
import { examineRig, type Symptom } from '../../../devices/rig/examine-rig.ts'
import { isVirtual, type Rig } from '../../../devices/rig.ts'
import { targetSurface } from '../../../devices/virtual/target-surface.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { hasColours } from '../terminal.ts'
import { openAtHand, print, printJson, type RigAtHand, rigAtHand } from './chosen-rig.ts'
import type { BenchOptions } from './session-file.ts'

const signs = { good: '✓', bad: '✗', 'not measured': '?' } as const
const colours = { good: 'green', bad: 'red', 'not measured': 'yellow' } as const

/** `assay rig doctor`: one line a symptom as it is found, and an end that says whether the rig may judge units. */
export async function doctorRig(
  name: string | undefined,
  options: BenchOptions,
  context: CommandContext,
): Promise<void> {
  const chosen = await rigAtHand(name)
  const onSymptom = (symptom: Symptom) => options.json || linesOf(symptom).forEach(print)
  const { identity, symptoms } = await examineAtHand(chosen, options, onSymptom, context.signal)
  context.exit(exitOf(symptoms))
  if (options.json) return printJson({ rig: identity, healthy: exitOf(symptoms) === exitCodes.passed, symptoms })
  print('')
  print(healthSentence(chosen.name, symptoms))
}

/** Opens the rig, looks at every device of it, and lets go of it. A virtual one has the calibration target laid in. */
export async function examineAtHand(
  chosen: RigAtHand,
  options: BenchOptions,
  onSymptom: (symptom: Symptom) => void,
  signal: AbortSignal,
): Promise<{ readonly identity: Rig['identity']; readonly symptoms: readonly Symptom[] }> {
  await using rig = await openAtHand(chosen, 'doctor', options, { signal })
  if (isVirtual(rig)) rig.place(targetSurface(calibrationTarget))
  const { calibration, calibrationFile } = chosen
  const symptoms = await examineRig({ rig, calibration, calibrationFile, now: () => new Date(), signal, onSymptom })
  return { identity: rig.identity, symptoms }
}

/** «bench: 14 good, 0 bad, 1 not measured.» */
export function healthSentence(rig: string, symptoms: readonly Symptom[]): string {
  const count = (state: Symptom['state']) => symptoms.filter(symptom => symptom.state === state).length
  return `${rig}: ${count('good')} good, ${count('bad')} bad, ${count('not measured')} not measured.`
}

function exitOf(symptoms: readonly Symptom[]): ExitCode {
  if (symptoms.some(({ state }) => state === 'bad')) return exitCodes.rigFault
  return symptoms.some(({ state }) => state === 'not measured') ? exitCodes.inconclusive : exitCodes.passed
}

function linesOf({ device, name, state, value, limit, hint }: Symptom): string[] {
  const sign = hasColours() ? styleText(colours[state], signs[state]) : signs[state]
  const bound = limit === '' ? '' : ` (${limit})`
  const advice = hint === '' ? [] : [`    ${hint}`]
  return [`${sign} ${device.padEnd(7)} ${`${name}:`.padEnd(26)} ${value}${bound}`, ...advice]
}
