/**
 * By how much a clock may have gone back, ms: network time sets it, and what is written then gets the time of what was there before. The
 * one rule of all that is dated here.
 */
const forgivenMs = {
  /** A result that is refused is lost, and nobody may stand beside the rig. */
  result: 60_000,
  /** Somebody decides: they set the clock, or wait. */
  decision: 2000,
  /** A site has no network, and so no network time. */
  ledger: 2000,
} as const

/**
 * When something is dated that is written now: never before what was there already.
 * @param last when that was written, UTC; null where nothing was
 * @param what is written
 * @returns null where the clock went back by more than is forgiven
 */
export function timeAfter(last: string | null, now: Date, what: keyof typeof forgivenMs): string | null {
  const said = now.toISOString()
  if (last === null || said >= last) return said
  return Date.parse(last) - now.getTime() <= forgivenMs[what] ? last : null
}
