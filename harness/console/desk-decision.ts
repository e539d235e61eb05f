import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { stationNames } from '../core/vocabulary.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { signedAct } from '../custody/journal/signed-act.ts'
import { acknowledgeAlarm, disposeOfUnit, type SignAct } from '../lots/decisions.ts'
import type { DeskKeys } from './desk-key.ts'

const text = z.string().trim().min(1).max(200)
/** Who decides, why, and their key where they have one: the file that `assay people key` made, and its passphrase. */
const decider = {
  who: z.string().min(1).max(32),
  why: text,
  key: z.string().max(2000).optional(),
  passphrase: z.string().max(1000).optional(),
}

/** What a second person decides at the screen. */
export const DeskDecision = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('alarm'), alarm: z.int().nonnegative(), ...decider }),
  z.strictObject({
    on: z.literal('unit'),
    unit: z.string().min(1).max(80),
    station: z.enum(stationNames),
    decision: z.enum(['inspect-again', 'reject']),
    ...decider,
  }),
])
export type DeskDecision = z.infer<typeof DeskDecision>

/**
 * Writes down what was decided.
 * @param needsKey does nobody decide here by their name alone?
 * @throws AssayError, with a sentence for the screen
 */
export async function decide(
  journal: Journal,
  decision: DeskDecision,
  keys: DeskKeys,
  needsKey: boolean,
): Promise<void> {
  const sign = signedWith(decision, keys, needsKey)
  if (decision.on === 'alarm') await acknowledgeAlarm(journal, decision, sign)
  else await disposeOfUnit(journal, decision, sign)
}

function signedWith(typed: DeskDecision, keys: DeskKeys, needsKey: boolean): SignAct {
  return async (said, people) => {
    const key = await keys.open(people, said.who ?? null, typed)
    if (key === null && needsKey)
      throw new AssayError(
        'signature-missing',
        'Whoever has the address could say that here: only who signs with a key of their own decides (assay people key).',
      )
    return key === null ? said : signedAct(said, key)
  }
}
