/** Where a rig's times come from: injected, so that the same inputs give the same records. */
export interface Clock {
  /** Wall-clock time, stamped on photographs. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still at `start` and moves on by `stepMs` each time that it is read. */
export function steppingClock(start: Date, stepMs = 1000): Clock {
  let next = start.getTime()
  return {
    now() {
      const now = new Date(next)
      next += stepMs
      return now
    },
  }
}
