/** Deadlines of the wire to a controller, ms. */
export interface LinkDeadlines {
  readonly openMs: number
  /** From a reset to the banner; the firmware starts in about 1 s, an Arduino's boot loader takes another. */
  readonly bannerMs: number
  /** From a line to its `ok`, when the line does not block. */
  readonly answerMs: number
  /** From `$$` to its `ok`: hundreds of settings at 9600 baud. Default: {@link answerMs}. */
  readonly settingsMs?: number
  readonly statusMs: number
  /** From ALARM:1 or ALARM:2 to `[MSG:Reset to continue]`; 2.6 s seen on a loaded host. */
  readonly criticalMs: number
}

export const linkDeadlines: LinkDeadlines = {
  openMs: 3000,
  bannerMs: 2500,
  answerMs: 3000,
  settingsMs: 9000,
  statusMs: 2000,
  criticalMs: 4000,
}
