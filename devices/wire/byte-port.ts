import { withDeadline } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import type { MakeSerialLine, SerialLine } from './serial-line.ts'
import { listSerialPorts } from './serial-list.ts'

const closeMs = 2000

/** What a port tells whoever opened it. Nothing any more once {@link BytePort.close} was called. */
interface BytePortListener {
  /** The listener owns the bytes. */
  heard(bytes: Uint8Array): void
  /** Once: the port is gone, whatever it was that said so first. */
  lost(cause: Error | undefined): void
}

/** One opening of a serial port, from open to close: bytes in, bytes out, each call with its deadline. */
export class BytePort {
  readonly path: string
  readonly #line: SerialLine
  readonly #listener: BytePortListener
  #given = false

  constructor(makeLine: MakeSerialLine, listener: BytePortListener) {
    this.#line = makeLine()
    this.path = this.#line.path
    this.#listener = listener
    this.#line.on('data', bytes => {
      if (!this.#given) listener.heard(bytes)
    })
    this.#line.on('error', error => this.#lose(error))
    this.#line.on('close', error => this.#lose(error ?? undefined))
  }

  /** Bit/s that it is opened at, or null where that means nothing. */
  get baudRate(): number | null {
    return this.#line.baudRate ?? null
  }

  /** @throws RigError `port-open` */
  async open(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#line.open(error => {
        if (error) void openError(this.path, error).then(reject)
        else if (!this.#given) resolve()
        // It opened after we had given up waiting: nobody else would close it.
        else this.#line.close(() => {})
      })
    })
    const late = (): RigError =>
      new RigError('port-open', `${this.path} did not open within ${deadlineMs / 1000} s. Check the cable.`)
    await withDeadline(opened, deadlineMs, late, signal)
  }

  /** Hands bytes to the port. @throws RigError `port-stuck`, or what the port itself says */
  async write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      if (!this.#line.isOpen) reject(new Error(`${this.path} is not open`))
      else {
        this.#line.write(bytes, error => {
          if (error) reject(error)
          else resolve()
        })
      }
    })
    const late = (): RigError => new RigError('port-stuck', `${this.path} took no bytes within ${deadlineMs / 1000} s.`)
    try {
      await withDeadline(written, deadlineMs, late)
    } catch (error) {
      if (!(error instanceof RigError)) this.#lose(error instanceof Error ? error : undefined)
      throw error
    }
  }

  /** Lets go of the port, open or not. @throws RigError `port-close` when it holds on */
  async close(): Promise<void> {
    this.#given = true
    try {
      if (!this.#line.isOpen) return
      await withDeadline(
        new Promise<void>(resolve => this.#line.close(() => resolve())),
        closeMs,
        () => new RigError('port-close', `${this.path} did not close within ${closeMs / 1000} s.`),
      )
    } finally {
      this.#line.removeAllListeners()
      // It may still report errors after we let go of it; without a listener they would end the process.
      this.#line.on('error', () => {})
    }
  }

  #lose(cause: Error | undefined): void {
    if (this.#given) return
    this.#given = true
    this.#listener.lost(cause)
  }
}

const openFailures: readonly (readonly [symptom: RegExp, advice: string])[] = [
  [/ENOENT|No such file/i, 'Check that the cable is plugged in and the path is right'],
  [/EACCES|EPERM|Permission denied|not permitted/i, 'Give your user access to the port (on Debian: group dialout)'],
  [/lock|EBUSY|unavailable|busy/i, 'Another program holds the port: end it'],
  [/ioctl|Is a directory|Not a tty|not a typewriter/i, 'It is no serial port: name another'],
  [/./, 'Check the cable and the path'],
]

async function openError(path: string, cause: Error): Promise<RigError> {
  const advice = openFailures.find(([symptom]) => symptom.test(cause.message))?.[1] ?? 'Check the cable'
  const why = cause.message.replace(/^Error:? ?/, '').replace(/, cannot open .*$/, '')
  return new RigError('port-open', `${path} cannot be opened (${why}). ${advice}.${await others(path, why)}`, { cause })
}

/** Which ports there are instead, where the one named is not there. */
async function others(path: string, why: string): Promise<string> {
  if (!/^\/dev\/|^COM\d/i.test(path) || !/No such file|ENOENT|not found/i.test(why)) return ''
  const ports = (await listSerialPorts().catch(() => [])).map(({ port }) => port).slice(0, 8)
  return ports.length === 0 ? ' This machine has no serial port.' : ` This machine has ${ports.join(', ')}.`
}
