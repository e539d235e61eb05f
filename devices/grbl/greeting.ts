import { RigError } from '../rig-error.ts'
import type { LinkDeadlines } from './deadlines.ts'
import { bannerShape, describeFirmware, type Firmware, versionLine } from './firmware.ts'
import type { LineExchange } from './line-exchange.ts'
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
  wire: LineExchange,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const began = performance.now()
  let failure: unknown = null
  wire.identifyAnew()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const greeting = wire.nextLine(line => bannerShape.test(line) || wire.device.isCertain, deadlines.bannerMs, signal)
    greeting.catch(() => {})
    await wire.write(Uint8Array.of(resetByte), deadlines.answerMs)
    const banner = await greeting
    if (banner !== null && !bannerShape.test(banner)) break
    try {
      if (banner !== null) return await identify(wire, banner, deadlines, signal)
      if (attempt === 0 && (await isSomebodyElse(wire, deadlines, signal))) break
      const { bytes, isNoise } = wire.device
      if (attempt > 0 && bytes.all > 0 && !isNoise) return await identifySilent(wire, deadlines, signal)
    } catch (error) {
      if (!(error instanceof RigError && passing.includes(error.code))) throw error
      failure = error
    }
  }
  // One that greeted is a controller: what it failed at says more than that it is strange.
  if (failure instanceof RigError && !wire.device.isCertain && wire.device.hasGreeted) throw failure
  throw wire.device.describe(wire.path, wire.baudRate, performance.now() - began)
}

/** After a reset the firmware may still owe an `ok` of its former life; the answer to `$I` marks where the new one begins. */
async function identify(
  wire: LineExchange,
  banner: string,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const lines = await wire.exchange('$I', { after: versionLine, deadlineMs: deadlines.answerMs, signal })
  return describeFirmware(lines, banner)
}

/** Without a banner the reset is believed only if nothing moves and every output is off. */
async function identifySilent(
  wire: LineExchange,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<Firmware> {
  const firmware = await identify(wire, '', deadlines, signal)
  const modes = (await wire.exchange('$G', { deadlineMs: deadlines.answerMs, signal })).join(' ').split(/[ \]]/)
  const report = wire.nextLine(line => parseStatus(line) !== null, deadlines.statusMs, signal)
  report.catch(() => {})
  await wire.write(Uint8Array.of(statusByte), deadlines.answerMs)
  const status = parseStatus((await report) ?? '')
  if (status && isSafelyAtRest(status) && modes.includes('M5') && modes.includes('M9')) return firmware
  throw new RigError('answer-deadline', `the controller on ${wire.path} answers but was not seen to reset.`)
}

/** Asks as other firmwares are asked, and gives them a moment to say who they are. */
async function isSomebodyElse(
  wire: LineExchange,
  deadlines: LinkDeadlines,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const known = wire.nextLine(() => wire.device.isCertain, Math.min(500, deadlines.bannerMs), signal)
  known.catch(() => {})
  await wire.write(new TextEncoder().encode('\nM115\n'), deadlines.answerMs)
  return (await known) !== null
}
