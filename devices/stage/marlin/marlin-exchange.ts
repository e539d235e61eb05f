import { pause, withDeadline } from '../../deadline.ts'
import { RigError } from '../../rig-error.ts'
import { BytePort } from '../../wire/byte-port.ts'
import { LineCutter } from '../../wire/line-cutter.ts'
import type { MakeSerialLine } from '../../wire/serial-line.ts'
import { type MarlinIdentity, numbered, readIdentity } from './marlin-replies.ts'

const openMs = 3000
const writeMs = 2000
/** A board that restarts when its port is opened takes 1 to 3 s with its boot loader, some cards more. */
const greetMs = 12_000
/** A board that is starting is not spoken to, and one that has said everything is silent for so long, ms. */
const quietMs = 300
/** Between two questions to a board that does not answer, ms. */
const askAgainMs = 1500
/** How often a line that arrived damaged is sent again. */
const resends = 3
/** An answer has some tens of lines at most. */
const mostLines = 200

interface Pending {
  readonly line: string
  /** Under which number; null: without. */
  readonly number: number | null
  readonly lines: string[]
  resends: number
  resolve(lines: readonly string[]): void
  reject(error: Error): void
}

/**
 * A Marlin board at a serial port, as lines and their `ok`s. Whoever gives up on a line leaves its `ok` to be waited for, so that
 * a late one is never taken for the next line's.
 */
export class MarlinExchange {
  readonly #makeLine: MakeSerialLine
  #port: BytePort
  #cutter = new LineCutter()
  #pending: Pending[] = []
  #heardAt = 0
  #probe: string[] | null = null
  #number = 0
  #isNumbered = false
  #over: RigError | null = null
  #isClosed = false
  #isHalted = false
  #identity: MarlinIdentity | null = null
  /** Counts starts and halts: what was true of the board before is not known after. */
  #life = 0

  private constructor(makeLine: MakeSerialLine) {
    this.#makeLine = makeLine
    this.#port = this.#newPort()
  }

  /** @throws RigError `port-open`, `no-banner`, `not-marlin` */
  static async open(makeLine: MakeSerialLine, signal?: AbortSignal): Promise<MarlinExchange> {
    const exchange = new MarlinExchange(makeLine)
    await exchange.#connect(signal)
    return exchange
  }

  get path(): string {
    return this.#port.path
  }

  get identity(): MarlinIdentity {
    return this.#identity!
  }

  get life(): number {
    return this.#life
  }

  /** Its motors are off, and it answers nothing until it is reset. */
  get isHalted(): boolean {
    return this.#isHalted
  }

  /** Why it cannot be spoken to, or null. */
  get over(): RigError | null {
    return this.#over
  }

  /** Opens the port anew where the board is lost or halted; opening resets boards whose DTR does. */
  async reconnect(signal?: AbortSignal): Promise<void> {
    if (this.#over === null) return
    if (this.#isClosed) throw this.#over
    const { path } = this
    const wasHalted = this.#isHalted
    await this.#port.close().catch(() => {})
    this.#port = this.#newPort()
    try {
      await this.#connect(signal)
    } catch (error) {
      const isSilent = error instanceof RigError && error.code === 'no-banner'
      if (!wasHalted || !isSilent) throw error
      this.#isHalted = true
      this.#over = halted(path)
      throw this.#over
    }
  }

  /**
   * Sends a line and resolves with what came before its `ok`.
   * @param isPlain without number and sum: for what must be understood whatever went before
   * @throws RigError `marlin-refused`, `answer-deadline`, `stage-alarm` when the board halts or restarts, `port-lost`
   */
  async command(
    line: string,
    {
      deadlineMs,
      signal,
      isPlain = false,
    }: { deadlineMs: number; signal?: AbortSignal | undefined; isPlain?: boolean },
  ): Promise<readonly string[]> {
    if (!isPlain && !this.#isNumbered) {
      await this.#exchange('M110 N0', null, deadlineMs, signal)
      this.#number = 0
      this.#isNumbered = true
    }
    const answer = await this.#exchange(line, isPlain ? null : ++this.#number, deadlineMs, signal)
    const refused = answer.find(one => /^echo:Unknown command|^Error:(?!Printer halted)/.test(one))
    if (refused === undefined) return answer
    // Its number may have been what was damaged.
    this.#isNumbered = false
    throw new RigError('marlin-refused', `the board on ${this.path} refuses ${line}: ${refused.slice(0, 100)}.`)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#end(new RigError('port-closed', 'the stage was closed; open the rig again.'))
    await this.#port.close()
  }

  async #exchange(
    line: string,
    number: number | null,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    if (this.#over) throw this.#over
    signal?.throwIfAborted()
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      this.#pending.push({ line, number, lines: [], resends: 0, resolve, reject })
    })
    answer.catch(() => {})
    await this.#write(line, number)
    const late = () =>
      new RigError(
        'answer-deadline',
        `the board on ${this.path} did not answer ${line} within ${deadlineMs / 1000} s. Check its power and cable, then run assay rig home.`,
      )
    return await withDeadline(answer, deadlineMs, late, signal)
  }

  async #write(line: string, number: number | null): Promise<void> {
    const text = number === null ? line : numbered(number, line)
    try {
      await this.#port.write(Buffer.from(`${text}\n`, 'latin1'), writeMs)
    } catch (error) {
      throw this.#over ?? error
    }
  }

  #newPort(): BytePort {
    return new BytePort(this.#makeLine, {
      heard: bytes => {
        this.#heardAt = performance.now()
        for (const line of this.#cutter.push(bytes)) this.#hear(line.trim())
      },
      lost: cause =>
        this.#end(
          new RigError(
            'port-lost',
            `the connection to the board on ${this.path} was lost (${cause?.message ?? 'closed'}). Check the USB cable, then run assay rig home.`,
            { cause },
          ),
        ),
    })
  }

  async #connect(signal?: AbortSignal): Promise<void> {
    this.#cutter = new LineCutter()
    this.#over = null
    this.#isHalted = false
    this.#isNumbered = false
    this.#life++
    this.#probe = []
    try {
      await this.#port.open(openMs, signal)
      this.#identity = await this.#greet(this.#probe, signal)
    } catch (error) {
      this.#over = error instanceof RigError ? error : new RigError('port-lost', `${this.path} was given up.`)
      await this.#port.close().catch(() => {})
      throw error
    } finally {
      this.#probe = null
    }
  }

  /** Asks who is there, until it answers and has said everything; the answers to all questions are thrown away. */
  async #greet(heard: string[], signal?: AbortSignal): Promise<MarlinIdentity> {
    const began = performance.now()
    let askedAt = -Infinity
    for (;;) {
      await pause(20, signal)
      if (this.#over) throw this.#over
      const now = performance.now()
      const isQuiet = now - Math.max(this.#heardAt, began) > quietMs
      const identity = readIdentity(heard)
      if (identity !== null && isQuiet && heard.some(line => /^ok\b/.test(line))) return identity
      if (identity === null && isQuiet && heard.some(line => /FIRMWARE_NAME:|^Grbl|^error:\d|^!! /.test(line))) {
        throw new RigError('not-marlin', `${otherFirmware(heard)} answers on ${this.path}, not Marlin.`)
      }
      if (now - began > greetMs) throw this.#nobody(heard)
      if (!isQuiet || now - askedAt < askAgainMs) continue
      askedAt = now
      // An end first: what another program left in the board's buffer is no part of the question.
      await this.#write('\nM115', null)
    }
  }

  #nobody(heard: readonly string[]): RigError {
    const what = heard.length === 0 ? 'nothing answers' : `what answers (${heard.length} lines) is not Marlin`
    return new RigError(
      'no-banner',
      `${what} on ${this.path} within ${greetMs / 1000} s. Check its power, its cable, the baud rate (115200 or 250000), and reset the board: one that was halted is deaf.`,
    )
  }

  #hear(line: string): void {
    if (line === '') return
    if (this.#probe) {
      if (this.#probe.length < mostLines) this.#probe.push(line)
      return
    }
    if (line === 'start') {
      this.#restarted()
      return
    }
    if (/kill\(\) called|^Error:Printer halted/.test(line)) {
      this.#isHalted = true
      this.#life++
      this.#end(halted(this.path))
      return
    }
    if (line.startsWith('echo:busy')) return
    const [first] = this.#pending
    if (first === undefined) return
    if (/^ok\b/.test(line)) this.#settle(first)
    else if (first.lines.length < mostLines) first.lines.push(line)
  }

  #settle(first: Pending): void {
    this.#pending.shift()
    const again = first.lines.map(line => /^Resend: ?(\d+)/.exec(line)?.[1]).find(one => one !== undefined)
    if (again === undefined) {
      first.resolve(first.lines)
      return
    }
    if (first.number !== Number(again) || ++first.resends > resends) {
      this.#isNumbered = false
      first.reject(
        new RigError(
          'marlin-refused',
          `lines to the board on ${this.path} arrive damaged (${first.line}). Check the cable, then run assay rig home.`,
        ),
      )
      return
    }
    first.lines.length = 0
    // Its answer comes after those of whatever was sent meanwhile.
    this.#pending.push(first)
    this.#write(first.line, first.number).catch((error: Error) => first.reject(error))
  }

  #restarted(): void {
    this.#life++
    this.#isNumbered = false
    const pending = this.#pending
    this.#pending = []
    const error = new RigError(
      'stage-alarm',
      `the board on ${this.path} restarted by itself. Check its supply, then run assay rig home.`,
    )
    for (const one of pending) one.reject(error)
  }

  #end(error: RigError): void {
    this.#over ??= error
    const pending = this.#pending
    this.#pending = []
    for (const one of pending) one.reject(this.#over)
  }
}

const halted = (path: string) =>
  new RigError(
    'stage-alarm',
    `the board on ${path} has halted (kill): its motors are off and it answers nothing more. Find out why, reset it, then run assay rig home.`,
  )

const others: readonly (readonly [RegExp, string])[] = [
  [/FIRMWARE_NAME:\s*Klipper|^!! /, 'Klipper'],
  [/FIRMWARE_NAME:\s*RepRapFirmware/, 'RepRapFirmware'],
  [/Smoothieware/, 'Smoothieware'],
  [/FIRMWARE_NAME:\s*Repetier/, 'Repetier'],
  [/^Grbl|^error:\d/i, 'GRBL (configure the stage with driver "grbl")'],
]

const otherFirmware = (heard: readonly string[]): string =>
  others.find(([shape]) => heard.some(line => shape.test(line)))?.[1] ?? 'another firmware'
