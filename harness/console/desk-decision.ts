import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { stationNames } from '../core/vocabulary.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { signedAct } from '../custody/journal/signed-act.ts'
import { parsePersonKey } from '../custody/person-key.ts'
import { acknowledgeAlarm, disposeOfUnit, type SignAct } from '../lots/decisions.ts'

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

/** Writes down what was decided. @throws AssayError, with a sentence for the screen */
export async function decide(journal: Journal, decision: DeskDecision): Promise<void> {
  const sign = signedWith(decision)
  if (decision.on === 'alarm') await acknowledgeAlarm(journal, decision, sign)
  else await disposeOfUnit(journal, decision, sign)
}

function signedWith({ key, passphrase }: Pick<DeskDecision, 'key' | 'passphrase'>): SignAct {
  return async (said, people) => {
    const who = said.who ?? null
    const publicKey = people.find(who)?.publicKey ?? null
    if (publicKey === null) return said
    if (key === undefined || passphrase === undefined) {
      throw new AssayError(
        'signature-missing',
        `${who} signs with a key of their own: choose its file, and type its passphrase.`,
      )
    }
    const file = parsePersonKey(key, 'The chosen file')
    if (file.publicKey !== publicKey) {
      throw new AssayError('signature-other', `The chosen file is not the key that the register has of ${who}.`)
    }
    using typed = Secret.ofText(passphrase)
    return signedAct(said, await file.open(typed))
  }
}
