import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'

/** A pseudo-terminal: programs open {@link path} as they would a serial port, and talk to whoever holds this. */
export interface Pty {
  /** e.g. `/dev/pts/3`, or the link that was asked for. */
  readonly path: string
  /** What the programs at the other end send. */
  onBytes(hear: (bytes: Uint8Array) => void): void
  write(bytes: Uint8Array): void
  /** Resolves when it has gone, by {@link close} or by itself. */
  readonly gone: Promise<void>
  /** Twice is fine. */
  close(): Promise<void>
}

export interface PtyOptions {
  /** A link to be made to the terminal's device, replacing one that dangles. */
  readonly link?: string
  readonly signal?: AbortSignal
}

const startMs = 5000
const closeMs = 2000

/** Copies between a new terminal and its own standard streams; it holds the far end open itself, so that programs may come and go. */
const pythonProgram = `
import os, pty, select, sys, tty
near, far = pty.openpty()
tty.setraw(far)
os.symlink(os.ttyname(far), sys.argv[1])
try:
    while True:
        ready, _, _ = select.select([0, near], [], [])
        for source in ready:
            data = os.read(source, 4096)
            if not data:
                sys.exit(0)
            target = near if source == 0 else 1
            while data:
                data = data[os.write(target, data):]
finally:
    # Whoever started it may have been killed.
    os.unlink(sys.argv[1])
    os.rmdir(os.path.dirname(sys.argv[1]))
`

/** Programs that make a pseudo-terminal, the best first: Node itself cannot. `at` is where the link to it shall be. */
const makers: readonly { readonly program: string; arguments(at: string): string[] }[] = [
  { program: 'python3', arguments: at => ['-c', pythonProgram, at] },
  { program: 'socat', arguments: at => ['-,ignoreeof', `PTY,rawer,link=${at},ignoreeof`] },
]

/**
 * Makes a pseudo-terminal with the first program of this machine that can.
 *
 * @throws RigError `pty` when there is none (also: always on Windows), or the link is taken
 */
export async function openPty(options: PtyOptions = {}, programs = makers): Promise<Pty> {
  options.signal?.throwIfAborted()
  const folder = mkdtempSync(join(tmpdir(), 'assay-pty-'))
  const at = join(folder, 'tty')
  try {
    for (const { program, arguments: list } of programs) {
      const child = await start(program, list(at), at, options.signal)
      if (!child) continue
      const device = readlinkSync(at)
      return new ChildPty(child, folder, device, options.link ?? null)
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  rmSync(folder, { recursive: true, force: true })
  throw new RigError(
    'pty',
    `no pseudo-terminal can be made here: it takes ${programs.map(({ program }) => program).join(' or ')}. Install one of them (on Debian: apt install socat).`,
  )
}

/** Null when the program is not there or cannot make one. */
async function start(
  program: string,
  list: readonly string[],
  at: string,
  signal: AbortSignal | undefined,
): Promise<ChildProcess | null> {
  const child = spawn(program, list, { stdio: ['pipe', 'pipe', 'ignore'] })
  let ended = false
  child.on('error', () => {
    ended = true
  })
  child.on('exit', () => {
    ended = true
  })
  child.stdin?.on('error', () => {})
  const ends = performance.now() + startMs
  try {
    while (!ended && performance.now() < ends) {
      if (existsSync(at)) return child
      await pause(10, signal)
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  child.kill('SIGKILL')
  return null
}

class ChildPty implements Pty {
  readonly path: string
  readonly gone: Promise<void>
  readonly #child: ChildProcess

  constructor(child: ChildProcess, folder: string, device: string, link: string | null) {
    this.#child = child
    this.path = link ?? device
    const tidy = (): void => {
      rmSync(folder, { recursive: true, force: true })
      if (link && isLinkTo(link, device)) rmSync(link)
    }
    this.gone = new Promise(resolve => {
      child.once('exit', () => {
        tidy()
        resolve()
      })
    })
    try {
      if (link) place(link, device)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  onBytes(hear: (bytes: Uint8Array) => void): void {
    this.#child.stdout?.on('data', (bytes: Buffer) => hear(bytes))
  }

  write(bytes: Uint8Array): void {
    if (this.#child.exitCode === null) this.#child.stdin?.write(bytes)
  }

  async close(): Promise<void> {
    // The end of its input ends it; what does not go by itself is made to.
    this.#child.stdin?.end()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), closeMs)
    this.#child.kill('SIGTERM')
    await this.gone
    clearTimeout(late)
  }
}

function place(link: string, device: string): void {
  try {
    if (!existsSync(link)) rmSync(link, { force: true })
    symlinkSync(device, link)
  } catch (cause) {
    throw new RigError(
      'pty',
      `${link} cannot be made a link to the terminal (${(cause as Error).message}). Name another path.`,
      {
        cause,
      },
    )
  }
}

function isLinkTo(link: string, device: string): boolean {
  try {
    return readlinkSync(link) === device
  } catch {
    return false
  }
}
