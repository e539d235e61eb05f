import type { CommandContext } from '../context.ts'
import { openAtHand, print, printJson, rigAtHand } from './chosen-rig.ts'
import type { SessionOptions } from './session-file.ts'

/** `assay rig home`: from whatever state the rig is in to homed and dark. */
export async function homeRig(
  name: string | undefined,
  { json = false, wait = 0, ...session }: SessionOptions & { readonly json?: boolean; readonly wait?: number },
  { signal }: CommandContext,
): Promise<void> {
  const chosen = await rigAtHand(name)
  await using rig = await openAtHand(chosen, 'home', { signal, wait, session, home: true })
  const position = await rig.stage.position(signal)
  if (json) return printJson({ rig: rig.identity, position })
  const { xMm, yMm, zMm } = position
  print(`${chosen.name}: homed and dark, at X${xMm} Y${yMm} Z${zMm}.`)
}
