import { describeSetting, setting } from './bench-settings.ts'
import { describeModal, GcodeError, type Modal } from './parse-block.ts'

export type FirmwareDialect = 'grbl' | 'grblHAL'

/** First line of a life. */
export const greetings: Readonly<Record<FirmwareDialect, string>> = {
  grbl: "Grbl 1.1h ['$' for help]",
  grblHAL: "GrblHAL 1.1f ['$' or '$HELP' for help]",
}

/** What the `$` commands see of the firmware, and may do to it. */
interface SystemContext {
  readonly dialect: FirmwareDialect
  readonly mist: boolean
  readonly settings: Record<number, number>
  readonly modal: Modal
  readonly isLocked: boolean
  readonly isChecking: boolean
  readonly isHeld: boolean
  /** Moving or held. */
  readonly isBusy: boolean
  readonly isMoving: boolean
  say(line: string): void
  check(): void
  /** Never resolves: a line that ended the life gets no answer. */
  reset(): Promise<never>
  unlock(): void
  home(): Promise<string>
  jog(rest: string): Promise<string>
}

/** Commands that list what never changes here: no offsets, no start-up lines. */
const listings: Readonly<Record<string, readonly string[]>> = {
  '$#': [
    ...['G54', 'G55', 'G56', 'G57', 'G58', 'G59', 'G28', 'G30', 'G92'].map(name => `[${name}:0.000,0.000,0.000]`),
    '[TLO:0.000]',
    '[PRB:0.000,0.000,0.000:0]',
  ],
  $N: ['$N0=', '$N1='],
}

/** Commands that are heard while it moves. */
const always: Readonly<Record<string, (firmware: SystemContext) => Promise<string> | string>> = {
  $: ({ say }) => {
    say('[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]')
    return 'ok'
  },
  $G: ({ modal, say }) => {
    say(describeModal(modal))
    return 'ok'
  },
  $C: ({ isBusy, isChecking, isLocked, say, reset, check }) => {
    if (isChecking) {
      say('[MSG:Disabled]')
      return reset()
    }
    if (isBusy || isLocked) throw new GcodeError(8)
    check()
    say('[MSG:Enabled]')
    return 'ok'
  },
  $X: ({ isLocked, say, unlock }) => {
    if (isLocked) {
      say('[MSG:Caution: Unlocked]')
      unlock()
    }
    return 'ok'
  },
}

const atRest: typeof always = {
  $$: ({ settings, say }) => {
    for (const [number, value] of Object.entries(settings)) say(describeSetting(Number(number), value))
    return 'ok'
  },
  $I: ({ dialect, mist, say }) => {
    say(dialect === 'grblHAL' ? '[VER:1.1f.20260817:]' : '[VER:1.1h.20190830:]')
    say(dialect === 'grblHAL' ? `[OPT:VN${mist ? 'M' : ''}L,100,1024,3,0]` : `[OPT:V${mist ? 'M' : ''},15,128]`)
    if (dialect === 'grblHAL') say('[FIRMWARE:grblHAL]')
    return 'ok'
  },
  $H: ({ home }) => home(),
}

/**
 * Carries out one `$` line, tidied, and resolves with its answer.
 *
 * @throws GcodeError with the number that the firmware answers
 */
export async function executeSystem(line: string, firmware: SystemContext): Promise<string> {
  const jog = /^\$J=(.+)$/.exec(line)
  if (jog) {
    if (firmware.isLocked) throw new GcodeError(9)
    if (firmware.isHeld) throw new GcodeError(8)
    return await firmware.jog(jog[1]!)
  }
  const write = /^\$(\d{1,3})=(-?\d+(?:\.\d+)?)$/.exec(line)
  if (write) return writeSetting(Number(write[1]), Number(write[2]), firmware)
  const now = always[line]
  if (now) return await now(firmware)
  if (firmware.isBusy) throw new GcodeError(8)
  const listed = listings[line]
  if (listed) {
    for (const text of listed) firmware.say(text)
    return 'ok'
  }
  const rested = atRest[line]
  if (rested) return await rested(firmware)
  throw new GcodeError(line.includes('=') || firmware.dialect === 'grblHAL' ? 3 : 2)
}

function writeSetting(number: number, value: number, { isMoving, settings }: SystemContext): string {
  if (isMoving) throw new GcodeError(8)
  if (!(number in settings)) throw new GcodeError(3)
  if (value < 0) throw new GcodeError(4)
  if (number === setting.softLimits && value === 1 && settings[setting.homing] !== 1) throw new GcodeError(10)
  settings[number] = value
  return 'ok'
}
