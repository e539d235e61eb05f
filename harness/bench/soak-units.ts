import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import type { UnitTruth } from '../../fixtures/defects/plant-defects.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { LotFile } from '../products/unit-record.ts'

/** A unit of the virtual line, ready to be laid into the nest. */
export interface SoakUnit {
  readonly surface: CardSurface
  readonly truth: UnitTruth
  /** Public records of its lot. */
  readonly records: LotFile
}

const unitsInLot = 10

/**
 * Sealed units without end, half of them with a defect: a new lot, with a seed of its own, every ten. The next unit is made
 * and drawn while its predecessor is inspected.
 */
export async function* soakUnits(profile: ProductProfile, seed: number): AsyncGenerator<SoakUnit, never, undefined> {
  const units = unitsOfLots(profile, seed)
  let next = ahead(units)
  try {
    for (;;) {
      const { value } = await next
      next = ahead(units)
      yield value
    }
  } finally {
    await next.catch(() => {})
    await units.return(undefined as never)
  }
}

/** Nobody may be waiting for it yet when it fails. */
function ahead<T>(units: AsyncGenerator<T, never, undefined>): Promise<IteratorResult<T, never>> {
  const next = units.next()
  next.catch(() => {})
  return next
}

async function* unitsOfLots(profile: ProductProfile, seed: number): AsyncGenerator<SoakUnit, never, undefined> {
  for (let lot = 0; ; lot++) {
    await using line = await VirtualLine.make({ profile, seed: 1000 * seed + lot, count: unitsInLot, share: 0.5 })
    const records = readLotFile(line.records).lot
    for (const [index, truth] of line.truth.entries()) {
      yield { surface: await line.card(index, 'sealed'), truth, records }
    }
  }
}
