import type { Rig } from '../../devices/rig.ts'
import { type Bench, photographUnit } from './photograph-unit.ts'
import { type Inspected, type Run, runInspections, type Visit } from './run.ts'

/** Where cards lie while they are looked at: a person lays them in, or a program does. */
export interface Nest {
  /** Resolves when the next card lies there: true. False when there is none left. Rejects with the signal's reason. */
  next(signal: AbortSignal | undefined): Promise<boolean>
}

/** A lot on a rig, one card after the other. */
export interface LotOnRig
  extends Omit<Visit, 'photographs' | 'rig' | 'challenge'>,
    Pick<Run<Visit>, 'onRetake' | 'evidence' | 'glovebox' | 'journal' | 'onRecord' | 'signal'> {
  readonly bench: Bench & { readonly rig: Pick<Rig, 'identity'> }
  readonly nest: Nest
  /** Rejects where the rig may not judge the card that lies there any more. Left out: it always may. */
  readonly mayJudge?: (() => Promise<unknown>) | undefined
}

/** How often a photograph that failed is taken again; each is in the record. */
const captureRetries = 1

/**
 * Inspects whatever is laid into the nest, until there is nothing more: each card is one visit of the one loop. A rig that
 * fails ends it: the unit in the nest is an ERROR, and none is blamed for the rig after it.
 *
 * @throws RunStopped after an alarm; RigError; the signal's reason
 */
export async function inspectLot({
  bench,
  nest,
  mayJudge,
  onRetake,
  evidence,
  glovebox,
  journal,
  onRecord,
  signal,
  ...rest
}: LotOnRig): Promise<void> {
  let rigFault: { readonly error: unknown } | null = null
  const visitNow = (): Visit => ({
    ...rest,
    rig: bench.rig.identity,
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    photographs: async (planned, watch) => {
      try {
        await mayJudge?.()
        return await photographUnit(planned, { captureRetries, ...bench }, watch)
      } catch (error) {
        rigFault = { error }
        throw error
      }
    },
  })
  async function* visits(): AsyncGenerator<Visit> {
    while (await nest.next(signal)) {
      yield visitNow()
      if (rigFault !== null) throw rigFault.error
    }
  }
  await runInspections({ visits: visits(), onRetake, evidence, glovebox, journal, onRecord, signal })
}

/** Inspects the one card in the nest. @throws as {@link inspectLot}, after `onRecord` */
export async function inspectOne({
  onRecord,
  ...request
}: Omit<LotOnRig, 'nest' | 'onRecord'> & Partial<Pick<LotOnRig, 'onRecord'>>): Promise<Inspected> {
  const inspected: Inspected[] = []
  let isLeft = true
  const nest: Nest = {
    next: async () => {
      const is = isLeft
      isLeft = false
      return is
    },
  }
  await inspectLot({
    ...request,
    nest,
    onRecord: async one => {
      inspected.push(one)
      await onRecord?.(one)
    },
  })
  return inspected[0]!
}
