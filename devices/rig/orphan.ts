const lookMs = 500

/**
 * Calls `act` once when the program that started this one is gone: a rig must not go on for nobody.
 *
 * @returns stops watching
 */
export function whenOrphaned(act: () => void, lookEveryMs = lookMs): () => void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
