/**
 * What can go wrong on the virtual rig, by name. One row a fault; the part of the twin that it strikes looks for it.
 * Faults strike from the moment that they are injected until they are cleared.
 */
export const faultNames = {
  'dark-frame': 'the camera delivers a frame without light',
  'blurred-frame': 'the lens is out of focus',
  'frozen-frame': 'the camera delivers its last picture once more, whatever is in view',
  'torn-frame': 'the picture breaks off in the middle on its way from the camera',
  'slow-camera': 'the camera takes 2.5 s longer for each picture',
  'wrong-white-balance': 'the camera takes another light for white',
  vibration: 'the bench shakes: pictures are smeared, and no two show the card in the same place',
  'card-shifted': 'the card was pushed: it lies 8 mm and 7 degrees off',
  'card-missing': 'the nest is empty whatever was placed in it',
  'camera-gone': 'the camera does not deliver at all',
  'port-lost': 'the USB plug falls out for a moment; the controller keeps its power and its lamps',
  'port-gone': 'the USB plug falls out and stays out; the controller keeps its power and its lamps',
  'hard-limit': 'a limit switch closes: ALARM:1',
  'controller-silent': 'the controller answers nothing any more',
  'controller-restart':
    'the supply of the controller drops out for a moment: it starts anew, locked, its position forgotten',
  'lost-bytes': 'the serial line loses about one byte in 80, both ways',
  'line-noise': 'the serial line flips a bit of about one byte in 80, both ways',
  'missed-steps': 'the carriage is knocked off its place by 0.8 mm, and the controller does not know',
  'stuck-lamp': 'the lamp that burns next, or burns now, cannot be put out any more, whatever the controller says',
  'dead-lamp': 'no lamp lights, whatever the controller says',
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
