/**
 * What can go wrong on the virtual rig, by name. One row a fault; the part of the twin that it strikes looks for it.
 * Faults strike from the moment that they are injected until they are cleared.
 */
export const faultNames = {
  'dark-frame': 'the camera delivers a frame without light',
  'blurred-frame': 'the lens is out of focus',
  'card-missing': 'the nest is empty whatever was placed in it',
  'camera-gone': 'the camera does not deliver at all',
  'port-lost': 'the USB plug falls out for a moment; the controller keeps its power and its lamps',
  'port-gone': 'the USB plug falls out and stays out; the controller keeps its power and its lamps',
  'hard-limit': 'a limit switch closes: ALARM:1',
  'controller-silent': 'the controller answers nothing any more',
} as const
export type FaultName = keyof typeof faultNames

export class Faults {
  readonly #active = new Set<FaultName>()
  readonly #watchers: ((fault: FaultName, active: boolean) => void)[] = []

  has(fault: FaultName): boolean {
    return this.#active.has(fault)
  }

  inject(fault: FaultName): void {
    if (this.#active.has(fault)) return
    this.#active.add(fault)
    for (const watch of this.#watchers) watch(fault, true)
  }

  clear(fault: FaultName): void {
    if (!this.#active.delete(fault)) return
    for (const watch of this.#watchers) watch(fault, false)
  }

  /** For faults that strike at once rather than when looked for. */
  watch(watcher: (fault: FaultName, active: boolean) => void): void {
    this.#watchers.push(watcher)
  }
}
