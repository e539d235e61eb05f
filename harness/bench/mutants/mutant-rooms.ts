import { checksMutants } from './checks-mutants.ts'
import { coreMutants } from './core-mutants.ts'
import { courierMutants } from './courier-mutants.ts'
import { custodyMutants } from './custody-mutants.ts'
import { guardMutants } from './guard-mutants.ts'
import { inspectionMutants } from './inspection-mutants.ts'
import { ledgerMutants } from './ledger-mutants.ts'
import { measuredMutants } from './measured-mutants.ts'
import type { Mutant } from './mutant.ts'
import { recordMutants } from './record-mutants.ts'
import { reportsMutants } from './reports-mutants.ts'
import { separationMutants } from './separation-mutants.ts'
import { siteMutants } from './site-mutants.ts'

/** All mutants, by room. Only rules are broken of which somebody could come to harm: `why` says how. */
export const mutantRooms: Readonly<Record<string, readonly Mutant[]>> = {
  core: coreMutants,
  checks: [...checksMutants, ...measuredMutants],
  record: recordMutants,
  guard: guardMutants,
  inspection: inspectionMutants,
  custody: custodyMutants,
  line: [...courierMutants, ...ledgerMutants, ...separationMutants, ...siteMutants],
  reports: reportsMutants,
}
