import { isVirtual, type VirtualRig } from '../../../devices/rig.ts'
import { type FaultName, faultNames } from '../../../devices/virtual/faults.ts'
import type { FaultsToTry } from '../../console/desk.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import type { LotSession } from '../lot/lot-session.ts'
import type { RigAtHand } from '../rig/chosen-rig.ts'

/** What a run strikes with a fault, and where it is written down first. */
interface Struck {
  readonly rig: VirtualRig
  readonly journal: Pick<Journal, 'append'>
  readonly who: string | null
}

/** Faults of a rig that only exists in this program: whoever wants to see what Assay makes of one plants it. */
export class VirtualFaults implements FaultsToTry {
  readonly all = Object.entries(faultNames).map(([name, what]) => ({ name, what }))
  onChange = (): void => {}
  readonly #on = new Set<string>()
  #struck: Struck | null = null

  get on(): readonly string[] {
    return [...this.#on]
  }

  async set(fault: string, isOn: boolean): Promise<void> {
    if (this.#struck !== null) await strike(this.#struck, fault as FaultName, isOn, () => this.#keep(fault, isOn))
    else this.#keep(fault, isOn)
    this.onChange()
  }

  #keep(fault: string, isOn: boolean): void {
    if (isOn) this.#on.add(fault)
    else this.#on.delete(fault)
  }

  /** The run's rig has them until the work is done. Nothing is planted that the journal does not say. */
  async during<T>({ rig, journal }: LotSession, who: string | null, work: () => Promise<T>): Promise<T> {
    if (!isVirtual(rig)) return await work()
    this.#struck = { rig, journal, who }
    // One that lasts a moment is over by itself.
    rig.faults.watch((fault, isActive) => {
      if (isActive || this.#struck?.rig !== rig) return
      this.#on.delete(fault)
      this.onChange()
    })
    try {
      for (const fault of this.on) await strike(this.#struck, fault as FaultName, true)
      return await work()
    } finally {
      this.#struck = null
    }
  }

  /** The rig as its doctor opens it: with what is planted, from the start. */
  in(chosen: RigAtHand): RigAtHand {
    const { config } = chosen
    return config.kind === 'virtual' ? { ...chosen, config: { ...config, faults: this.on as FaultName[] } } : chosen
  }
}

/** @param onKept called when the journal has it, before it strikes */
async function strike(
  { rig, journal, who }: Struck,
  fault: FaultName,
  isOn: boolean,
  onKept = (): void => {},
): Promise<void> {
  await journal.append({ kind: 'fault-planted', who, facts: { rig: rig.identity.name, fault, isOn } })
  onKept()
  if (isOn) rig.faults.inject(fault)
  else rig.faults.clear(fault)
}
