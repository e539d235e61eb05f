import { z } from 'zod'
import { spotCheckSteps } from '../inspection/spot-check.ts'

/** What a person does at the bench. Texts are short: what a scanner sends, and a reason. */
export const Action = z.discriminatedUnion('do', [
  /** @property work what is done with the cards; left out: they are judged at the station */
  z.strictObject({ do: z.literal('begin'), work: z.literal('spot-check').optional() }),
  /** Has the rig's doctor look at every device, before a run or after it. */
  z.strictObject({ do: z.literal('examine') }),
  /** Chooses what the live picture is taken under. Photographs of cards have lights and a pose of their own. */
  z.strictObject({ do: z.literal('look'), light: z.string().max(40), pose: z.string().max(80) }),
  /** Plants a fault of a rig that only exists in this program, or takes it away. */
  z.strictObject({ do: z.literal('fault'), name: z.string().max(40), isOn: z.boolean() }),
  z.strictObject({ do: z.literal('answer') }),
  /** The card lies in the nest. A virtual rig lays in the unit's, or else the next that was not judged. */
  z.strictObject({ do: z.literal('judge'), unit: z.string().max(80).optional() }),
  z.strictObject({ do: z.literal('scan'), text: z.string().min(1).max(512) }),
  /** Which unit is opened next; left out: the one that was broken off, else whichever is laid in. */
  z.strictObject({ do: z.literal('choose'), unit: z.string().max(80).optional() }),
  /** The card lies there as the step wants it. Said of the step: a key that was pressed for the one before is none for this one. */
  z.strictObject({ do: z.literal('photograph'), step: z.enum(spotCheckSteps.map(({ name }) => name)) }),
  /** The result with this number stands, though it did not bring its step to an end. */
  z.strictObject({ do: z.literal('stand'), number: z.int().positive() }),
  /** The spot check is left where it is. */
  z.strictObject({ do: z.literal('leave') }),
  /** What was scanned does not count. */
  z.strictObject({ do: z.literal('undo') }),
  z.strictObject({ do: z.literal('again') }),
  z.strictObject({ do: z.literal('acknowledge'), number: z.int().positive() }),
  z.strictObject({ do: z.literal('finish') }),
  z.strictObject({ do: z.literal('stop'), why: z.string().max(200) }),
])
export type Action = z.infer<typeof Action>
