import { z } from 'zod'
import { checkNames, stationNames, unprovedNames } from '../../core/vocabulary.ts'
import { ProductProfile } from '../../products/profile.ts'
import { acceptanceLimits, inspectionLevels } from '../sampling/iso-2859-1.ts'

/* What the journal holds of a lot's release. Every entry names its lot. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** A lot as it is named in its file, in sentences and in names of folders. */
export const LotName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'letters, digits, dots, dashes and underscores, 40 at most')

const stationPath = z.strictObject({
  station: z.enum(stationNames),
  checks: z.array(z.enum(checkNames)).min(1),
  /** Over all that the station photographs, proves, checks and lets be seen; plans of before did not say it. */
  planSha256: sha256.exactOptional(),
  /** What has to be proved there besides what the checks say. */
  proves: z.array(z.enum(unprovedNames)).exactOptional(),
})

const basis = z.union([
  z.strictObject({
    by: z.enum(['ISO 2859-1:1999', 'ANSI/ASQ Z1.4']),
    level: z.enum(inspectionLevels),
    limit: z.enum(acceptanceLimits),
    inspection: z.enum(['normal', 'tightened', 'reduced']),
  }),
  z.strictObject({ by: z.literal('claim'), confidence: z.number(), badShare: z.number(), accept: z.int() }),
])

/** `lot-planned`: what a lot will have to show, written down before it is made. */
export const PlannedFacts = z.strictObject({
  lot: LotName,
  product: z.string(),
  profileSha256: sha256,
  /** The profile itself: what passed is judged by it once more. Plans of before did not hold it. */
  profile: ProductProfile.exactOptional(),
  /** Assay comes with a profile of this name, and this is another one: whoever reads the product's name would take it for that. */
  namesake: z.literal(true).exactOptional(),
  units: z.int().min(2),
  /** Stations that every unit passes, with the checks that each plans there. */
  path: z.array(stationPath).min(1),
  /** What opens units, and how many; null for products that only their customers can open. */
  opening: z
    .strictObject({
      ...stationPath.shape,
      basis,
      letter: z.string().nullable(),
      planLetter: z.string().nullable(),
      sample: z.int().min(1),
      accept: z.int().min(0),
      reject: z.int().min(1),
    })
    .nullable(),
  /** Stations at which every session is tried with a decoy; plans of before asked for none. */
  decoys: z.array(z.enum(stationNames)).default([]),
  /** Nobody need count its passphrases against chance: it is released all the same, and says so. */
  passphrasesUncounted: z.literal(true).exactOptional(),
  /** Virtual rigs count: nothing real is released by it. */
  rehearsal: z.boolean(),
})
export type PlannedFacts = z.infer<typeof PlannedFacts>

/** `lot-seed-committed`: somebody takes part in the draw. */
export const SeedFacts = z.strictObject({ lot: LotName, seedSha256: sha256 })
export type SeedFacts = z.infer<typeof SeedFacts>

/** `lot-sample-drawn`: the seeds are told, and with them which units are opened. */
export const DrawnFacts = z.strictObject({
  lot: LotName,
  recordsSha256: sha256,
  populationSha256: sha256,
  population: z.int(),
  /** In the order of their commitments. */
  seeds: z.array(z.string().regex(/^[0-9a-f]{32}$/)).min(1),
  sample: z.array(z.string()).min(1),
})
export type DrawnFacts = z.infer<typeof DrawnFacts>

/** What becomes of a unit that is not shipped. */
const fates = ['scrapped', 'held'] as const
/** `lot-unit-out`: a unit is taken out of the lot. */
export const OutFacts = z.strictObject({ lot: LotName, unit: z.string(), as: z.enum(fates) })
export type OutFacts = z.infer<typeof OutFacts>

/**
 * `lot-decoy`: this unit is known to be bad at this station and goes through it as any other does: who passes it is not fit to
 * judge. It is never shipped. Said before it is first seen, or it is none.
 */
export const DecoyFacts = z.strictObject({ lot: LotName, unit: z.string(), station: z.enum(stationNames) })
export type DecoyFacts = z.infer<typeof DecoyFacts>

/** `lot-entry-explained`: somebody of quality says what an inspection of something foreign or doubled was. */
export const ExplainedFacts = z.strictObject({ lot: LotName, entries: z.array(z.int().min(0)).min(1) })
export type ExplainedFacts = z.infer<typeof ExplainedFacts>

export const decisions = ['RELEASED', 'HELD', 'REJECTED'] as const
export type LotDecision = (typeof decisions)[number]

/** `lot-closed`: what was worked out, and the folder that it stands in. */
export const ClosedFacts = z.strictObject({
  lot: LotName,
  decision: z.enum(decisions),
  manifestSha256: sha256,
  /** The journal that it was worked out from. */
  size: z.int().min(1),
  root: sha256,
})
export type ClosedFacts = z.infer<typeof ClosedFacts>

/** Who signs, as what. */
export const signerMeanings = ['inspector', 'releaser'] as const
export type SignerMeaning = (typeof signerMeanings)[number]
/** `lot-signed`. */
export const SignedFacts = z.strictObject({
  lot: LotName,
  manifestSha256: sha256,
  meaning: z.enum(signerMeanings),
  envelopeSha256: sha256,
})
export type SignedFacts = z.infer<typeof SignedFacts>
