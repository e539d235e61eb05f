import type { CommandContext } from '../context.ts'
import { openAtHand, print, printJson, rigAtHand } from './chosen-rig.ts'
import type { BenchOptions } from './session-file.ts'

/** `assay rig home`: from whatever state the rig is in to homed and dark. */
export async function homeRig(
  name: string | undefined,
  options: BenchOptions,
  { signal }: CommandContext,
): Promise<void> {
  const chosen = await rigAtHand(name)
  await using rig = await openAtHand(chosen, 'home', options, { signal, home: true })
  const position = await rig.stage.position(signal)
  if (options.json) return printJson({ rig: rig.identity, position })
  const { xMm, yMm, zMm } = position
  print(`${chosen.name}: homed and dark, at X${xMm} Y${yMm} Z${zMm}.`)
}
