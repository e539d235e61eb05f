import { appendFileSync, writeFileSync } from 'node:fs'
import type { RealRigConfig } from '../../../devices/rig/rig-config.ts'
import { devicesOf } from '../../../devices/rig/rig-devices.ts'
import { capturedWires, type ReplayedWires, type RigWires, replayedWires } from '../../../devices/rig/rig-wires.ts'
import type { RigConfig } from '../../../devices/rig.ts'
import { captureLines } from '../../../devices/wire/capture.ts'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'

/** What a command may be told about the wires of its rig. */
interface SessionOptions {
  /** File to write the session to. */
  readonly capture?: string
  /** Write camera pictures down as well. */
  readonly capturePictures?: boolean
  /** File to play a session back from. */
  readonly replay?: string
}

/** What every command at a bench takes. */
export interface BenchOptions extends SessionOptions {
  readonly json?: boolean
  /** Seconds to wait for a rig that another program holds. */
  readonly wait?: number
}

/** Wires of a session that is written down or played back. */
export interface Session {
  readonly wires: RigWires
  readonly replayed: ReplayedWires | null
}

/**
 * The wires that a command was asked to use instead of the plain ones; null when it was asked for none.
 *
 * @throws AssayError `session-twin`, `session-options`, `session-file`; RigError `capture-format`
 */
export function sessionOf(
  config: RigConfig,
  { capture, capturePictures = false, replay }: SessionOptions,
  tell: (sentence: string) => void,
): Session | null {
  if (capture === undefined && replay === undefined) {
    if (capturePictures) throw usage('session-options', '--capture-pictures says what --capture writes; name its file.')
    return null
  }
  if (capture !== undefined && replay !== undefined) {
    throw usage('session-options', 'a session is either written down (--capture) or played back (--replay).')
  }
  if (config.kind !== 'real') {
    throw usage(
      'session-twin',
      `rig ${config.name ?? 'virtual'} is a digital twin without wires. Run assay rig simulate --pty, and capture the rig whose configuration it prints.`,
    )
  }
  return capture === undefined ? playedBack(config, replay!) : writtenDown(config, capture, capturePictures, tell)
}

function writtenDown(
  config: RealRigConfig,
  file: string,
  pictures: boolean,
  tell: (sentence: string) => void,
): Session {
  try {
    // Never over another session, and for nobody else's eyes.
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw unusable(file, 'written', cause)
  }
  const others = devicesOf(config).flatMap(({ role, driver, isWireless }) => (isWireless ? `${role} (${driver})` : []))
  if (others.length > 0) tell(`${others.join(', ')} has no wire that could be captured; the other devices are.`)
  tell(`the session is written to ${file}, ${pictures ? 'with its pictures in clear' : 'without pictures'}.`)
  const wires = capturedWires(
    config,
    captureLines(line => appendFileSync(file, line)),
    { pictures },
  )
  return { wires, replayed: null }
}

function playedBack(config: RealRigConfig, file: string): Session {
  let text: string
  try {
    text = readOutside(file, 'session').toString('utf8')
  } catch (cause) {
    throw unusable(file, 'read', cause)
  }
  const wires = replayedWires(config, text, file)
  return { wires, replayed: wires }
}

function unusable(file: string, how: string, cause: unknown): AssayError {
  const why = cause instanceof Error ? cause.message : 'unknown'
  return new AssayError('session-file', `the session file ${file} cannot be ${how} (${why}).`, { cause })
}

function usage(code: string, sentence: string): AssayError {
  return new AssayError(code, sentence, { exitCode: exitCodes.usage })
}
