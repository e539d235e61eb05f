import { openPty } from './pty.ts'
import { virtualTruth } from './truth.ts'
import { VirtualBench } from './virtual-bench.ts'

/** The virtual rig's controller at a pseudo-terminal, where any program that speaks GRBL can drive it. */
interface SimulatedController {
  /** What to open, e.g. `/dev/pts/3`. */
  readonly path: string
  /** The twin itself: faults, lamps, carriage. */
  readonly bench: VirtualBench
  close(): Promise<void>
}

/** @param hurry how many times faster than real machinery the stage moves @throws RigError `pty` as {@link openPty} */
export async function simulateController(seed: number, hurry: number): Promise<SimulatedController> {
  const pty = await openPty()
  const bench = new VirtualBench({ truth: virtualTruth, seed, hurry })
  const deaf = bench.listen(bytes => pty.write(bytes))
  pty.onBytes(bytes => bench.receive(bytes))
  const close = async (): Promise<void> => {
    deaf()
    bench.stop()
    await pty.close()
  }
  return { path: pty.path, bench, close }
}
