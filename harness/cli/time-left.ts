/**
 * Says how long the rest takes, from what was done since the first call: «, 12 min left»; nothing while that is a guess.
 *
 * @param now milliseconds, of a clock that does not go back
 */
export function timeLeft(now: () => number): (done: number, total: number) => string {
  let first: { readonly at: number; readonly done: number } | null = null
  return (done, total) => {
    first ??= { at: now(), done }
    const doneSince = done - first.done
    const passedMs = now() - first.at
    if (doneSince <= 0 || passedMs < 2000 || done >= total) return ''
    const seconds = Math.ceil(((total - done) * passedMs) / doneSince / 1000)
    if (seconds < 90) return `, ${seconds} s left`
    return seconds < 5400 ? `, ${Math.round(seconds / 60)} min left` : `, ${(seconds / 3600).toFixed(1)} h left`
  }
}
