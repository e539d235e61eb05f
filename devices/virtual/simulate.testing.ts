import { openPty, type Pty, type PtyOptions } from './pty.ts'
import { virtualTruth } from './truth.ts'
import { VirtualBench } from './virtual-bench.ts'

interface SimulatedControllerOptions extends PtyOptions {
  readonly seed: number
  /** How many times faster than real machinery the stage moves. 1 unless told: other programs expect real time. */
  readonly hurry?: number
}

/** The virtual rig's controller at a pseudo-terminal, where any program that speaks GRBL can drive it. */
interface SimulatedController {
  /** What to open, e.g. `/dev/pts/3`. */
  readonly path: string
  /** The twin itself: faults, lamps, carriage. */
  readonly bench: VirtualBench
  /** Resolves when the terminal has gone. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

/** @throws RigError `pty` as {@link openPty} */
export async function simulateController(options: SimulatedControllerOptions): Promise<SimulatedController> {
  const pty: Pty = await openPty(options)
  const bench = new VirtualBench({ truth: virtualTruth, seed: options.seed, hurry: options.hurry ?? 1 })
  const deaf = bench.listen(bytes => pty.write(bytes))
  pty.onBytes(bytes => bench.receive(bytes))
  const close = async (): Promise<void> => {
    deaf()
    bench.stop()
    await pty.close()
  }
  return { path: pty.path, bench, gone: pty.gone, close }
}
