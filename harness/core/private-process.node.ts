/*
 * What keeps the memory of a process to itself, asked of the kernel through koffi (a foreign function interface; optional, as its native
 * part is). Linux on x86-64 and arm64; elsewhere the answers say what is not held.
 */

/** What a process can be kept from. */
export const privacies = ['no-core', 'not-traceable', 'dies-with-parent', 'no-network'] as const
export type Privacy = (typeof privacies)[number]

/** In words, for the person at the bench: what may happen where a privacy is not held. */
export const privacyGaps: Readonly<Record<Privacy, string>> = {
  'no-core': 'a crash may leave its memory in a core file (ulimit -c 0 forbids it)',
  'not-traceable': 'other programs of the same user can read its memory',
  'dies-with-parent': 'it may outlive a killed command by seconds',
  'no-network': 'it is not cut off from the network',
}

type Native = typeof import('koffi')
type Call = (...args: readonly unknown[]) => number | bigint

/** prctl(2), setrlimit(2), seccomp(2): the same numbers on every Linux that is asked here. */
const prSetPdeathsig = 1
const prSetDumpable = 4
const prSetNoNewPrivs = 38
const sigkill = 9
const rlimitCore = 4
const seccompSetModeFilter = 1
/** All threads, those that run already too. */
const seccompFilterTsync = 1

/** AUDIT_ARCH_*, and the numbers of seccomp, socket and io_uring_setup (which opens sockets too). */
const machines = {
  x64: { audit: 0xc000003e, seccomp: 317, socket: 41, ioUringSetup: 425, firstForeign: 0x40000000 },
  arm64: { audit: 0xc00000b7, seccomp: 277, socket: 198, ioUringSetup: 425, firstForeign: 0x40000000 },
} as const

/**
 * No core file of this process and of what it starts, also where cores are handed to a program: a limit of 1 byte is what ends those
 * (core(5)), 0 is not.
 * @returns whether it holds
 */
export async function withoutCoreFiles(): Promise<boolean> {
  const libc = await libraryOfC()
  return libc !== null && limitCore(libc)
}

/**
 * For a process that works with secrets and answers its parent only: no core, no reading of its memory by others of the same user, no
 * life after its parent, no new socket of any kind. To be called before it is given anything.
 * @returns what holds
 */
export async function becomePrivate(): Promise<readonly Privacy[]> {
  const libc = await libraryOfC()
  if (libc === null) return []
  const parent = process.ppid
  const held: Readonly<Record<Privacy, () => boolean>> = {
    'no-core': () => limitCore(libc),
    'not-traceable': () => control(libc, prSetDumpable, 0),
    'dies-with-parent': () => control(libc, prSetPdeathsig, sigkill),
    'no-network': () => forbidSockets(libc),
  }
  const holds = privacies.filter(name => isDone(held[name]))
  // Gone before it could be asked for.
  if (process.ppid !== parent) process.exit(1)
  return holds
}

interface LibraryOfC {
  readonly native: Native
  func(prototype: string): Call
}

async function libraryOfC(): Promise<LibraryOfC | null> {
  if (process.platform !== 'linux') return null
  try {
    const { default: koffi } = await import('koffi')
    const native = koffi as unknown as Native
    const library = native.load(null)
    return { native, func: prototype => library.func(prototype) as unknown as Call }
  } catch {
    return null
  }
}

const isDone = (ask: () => boolean): boolean => {
  try {
    return ask()
  } catch {
    return false
  }
}

function limitCore(libc: LibraryOfC): boolean {
  const limit = new BigUint64Array([1n, 1n])
  return isDone(() => Number(libc.func('int setrlimit(int, void *)')(rlimitCore, limit)) === 0)
}

const control = (libc: LibraryOfC, what: number, value: number): boolean =>
  Number(libc.func('int prctl(int, ulong, ulong, ulong, ulong)')(what, value, 0, 0, 0)) === 0

/** BPF (linux/filter.h): load a word, jump, return. */
const load = (offset: number) => [0x20, 0, 0, offset] as const
const jumpIfEqual = (value: number, yes: number, no: number) => [0x15, yes, no, value] as const
const jumpIfAtLeast = (value: number, yes: number, no: number) => [0x35, yes, no, value] as const
const answer = (value: number) => [0x06, 0, 0, value] as const
const allow = 0x7fff0000
/** SECCOMP_RET_ERRNO with EACCES. */
const refuse = 0x00050000 | 13

function forbidSockets(libc: LibraryOfC): boolean {
  const machine = machines[process.arch as keyof typeof machines]
  if (machine === undefined || !control(libc, prSetNoNewPrivs, 1)) return false
  const program = [
    load(4),
    jumpIfEqual(machine.audit, 0, 4),
    load(0),
    jumpIfAtLeast(machine.firstForeign, 2, 0),
    jumpIfEqual(machine.socket, 1, 0),
    jumpIfEqual(machine.ioUringSetup, 0, 1),
    answer(refuse),
    answer(allow),
  ]
  const filter = Buffer.alloc(8 * program.length)
  for (const [i, [code, yes, no, value]] of program.entries()) {
    filter.writeUInt16LE(code, 8 * i)
    filter.writeUInt8(yes, 8 * i + 2)
    filter.writeUInt8(no, 8 * i + 3)
    filter.writeUInt32LE(value, 8 * i + 4)
  }
  const { native } = libc
  const Program = native.struct({ len: 'uint16_t', filter: 'void *' })
  const seccomp = (native.load(null) as ReturnType<Native['load']>).func('syscall', 'long', [
    'long',
    'uint',
    'uint',
    native.pointer(Program),
  ]) as unknown as Call
  const asked = seccomp(machine.seccomp, seccompSetModeFilter, seccompFilterTsync, { len: program.length, filter })
  return Number(asked) === 0
}
