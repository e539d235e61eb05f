import { z } from 'zod'

/** What a person does at the bench. Texts are short: what a scanner sends, and a reason. */
export const Action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('begin') }),
  /** Has the rig's doctor look at every device, before a run or after it. */
  z.strictObject({ do: z.literal('examine') }),
  /** Chooses what the live picture is taken under. Photographs of cards have lights and a pose of their own. */
  z.strictObject({ do: z.literal('look'), light: z.string().max(40), pose: z.string().max(80) }),
  z.strictObject({ do: z.literal('answer') }),
  /** The card lies in the nest. A virtual rig lays in the unit's, or else the next that was not judged. */
  z.strictObject({ do: z.literal('judge'), unit: z.string().max(80).optional() }),
  z.strictObject({ do: z.literal('scan'), text: z.string().min(1).max(512) }),
  /** What was scanned does not count. */
  z.strictObject({ do: z.literal('undo') }),
  z.strictObject({ do: z.literal('again') }),
  z.strictObject({ do: z.literal('acknowledge'), number: z.int().positive() }),
  z.strictObject({ do: z.literal('finish') }),
  z.strictObject({ do: z.literal('stop'), why: z.string().max(200) }),
])
export type Action = z.infer<typeof Action>
