import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'

/** A pseudo-terminal: programs open {@link path} as they would a serial port, and talk to whoever holds this. */
export interface Pty {
  /** e.g. `/dev/pts/3`. */
  readonly path: string
  /** What the programs at the other end send. */
  onBytes(hear: (bytes: Uint8Array) => void): void
  write(bytes: Uint8Array): void
  /** Resolves when it has gone. Twice is fine. */
  close(): Promise<void>
}

/** What a program that neither makes one nor ends is given; a busy machine takes seconds to start one. */
const startMs = 30_000
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
  { program: 'python3', arguments: at => ['-I', '-S', '-c', pythonProgram, at] },
  { program: 'socat', arguments: at => ['-,ignoreeof', `PTY,rawer,link=${at},ignoreeof`] },
]

/**
 * Makes a pseudo-terminal with the first program of this machine that can.
 *
 * @throws RigError `pty` when there is none (also: always on Windows)
 */
export async function openPty(signal?: AbortSignal, programs = makers): Promise<Pty> {
  signal?.throwIfAborted()
  const folder = mkdtempSync(join(tmpdir(), 'assay-pty-'))
  const at = join(folder, 'tty')
  using tidy = new DisposableStack()
  tidy.defer(() => rmSync(folder, { recursive: true, force: true }))
  for (const { program, arguments: list } of programs) {
    const child = await start(program, list(at), at, signal)
    if (child) return ptyOf(child, readlinkSync(at), tidy.move())
  }
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
  for (const end of ['error', 'exit']) {
    child.on(end, () => {
      ended = true
    })
  }
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

function ptyOf(child: ChildProcess, path: string, tidy: Disposable): Pty {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => {
    tidy[Symbol.dispose]()
    resolve()
  })
  return {
    path,
    onBytes: hear => void child.stdout?.on('data', (bytes: Buffer) => hear(bytes)),
    write: bytes => {
      if (child.exitCode === null) child.stdin?.write(bytes)
    },
    close: async () => {
      // The end of its input ends it; what does not go by itself is made to.
      child.stdin?.end()
      const late = setTimeout(() => child.kill('SIGKILL'), closeMs)
      child.kill('SIGTERM')
      await gone
      clearTimeout(late)
    },
  }
}
