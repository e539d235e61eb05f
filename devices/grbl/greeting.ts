import { RigError } from '../rig-error.ts'
import type { Conversation } from './conversation.ts'
import type { LinkDeadlines } from './deadlines.ts'
import { bannerShape, describeFirmware, type Firmware, versionLine } from './firmware.ts'
import { isSafelyAtRest, parseStatus } from './status.ts'

const resetByte = 0x18
const statusByte = 0x3f
const attempts = 3
/** A controller that was booting, a damaged byte: worth another reset. */
const passing: readonly string[] = ['controller-restarted', 'answer-deadline', 'grbl-error', 'stage-alarm']

/**
 * Resets the controller until it answers, and returns who it is. It copes with one that is booting and greets twice, one
 * that swallows a reset, and one that resets without a word; what is no GRBL is named.
 *
 * @throws RigError `no-banner`, `not-grbl`, `wrong-baud`, `port-lost`
 */
export async function resetAndGreet(
  talk: Conversation,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const began = performance.now()
  let failure: unknown = null
  talk.forgetStranger()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const greeting = talk.nextLine(
      line => bannerShape.test(line) || talk.stranger.isCertain,
      deadlines.bannerMs,
      signal,
    )
    greeting.catch(() => {})
    await talk.write(Uint8Array.of(resetByte), deadlines.answerMs)
    const banner = await greeting
    if (banner !== null && !bannerShape.test(banner)) break
    try {
      if (banner !== null) return await identify(talk, banner, deadlines, signal)
      if (attempt === 0 && (await isSomebodyElse(talk, deadlines, signal))) break
      const { bytes, isNoise } = talk.stranger
      if (attempt > 0 && bytes.all > 0 && !isNoise) return await identifySilent(talk, deadlines, signal)
    } catch (error) {
      if (!(error instanceof RigError && passing.includes(error.code))) throw error
      failure = error
    }
  }
  // One that greeted is a controller: what it failed at says more than that it is strange.
  if (failure instanceof RigError && !talk.stranger.isCertain && talk.stranger.hasGreeted) throw failure
  throw talk.stranger.describe(talk.path, talk.baudRate, performance.now() - began)
}

/** After a reset the firmware may still owe an `ok` of its former life; the answer to `$I` marks where the new one begins. */
async function identify(
  talk: Conversation,
  banner: string,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const lines = await talk.exchange('$I', { after: versionLine, deadlineMs: deadlines.answerMs, signal })
  return describeFirmware(lines, banner)
}

/** Without a banner the reset is believed only if nothing moves and every output is off. */
async function identifySilent(
  talk: Conversation,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const firmware = await identify(talk, '', deadlines, signal)
  const modes = (await talk.exchange('$G', { deadlineMs: deadlines.answerMs, signal })).join(' ').split(/[ \]]/)
  const report = talk.nextLine(line => parseStatus(line) !== null, deadlines.statusMs, signal)
  report.catch(() => {})
  await talk.write(Uint8Array.of(statusByte), deadlines.answerMs)
  const status = parseStatus((await report) ?? '')
  if (status && isSafelyAtRest(status) && modes.includes('M5') && modes.includes('M9')) return firmware
  throw new RigError('answer-deadline', `the controller on ${talk.path} answers but was not seen to reset.`)
}

/** Asks as other firmwares are asked, and gives them a moment to say who they are. */
async function isSomebodyElse(
  talk: Conversation,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const known = talk.nextLine(() => talk.stranger.isCertain, Math.min(500, deadlines.bannerMs), signal)
  known.catch(() => {})
  await talk.write(new TextEncoder().encode('\nM115\n'), deadlines.answerMs)
  return (await known) !== null
}
