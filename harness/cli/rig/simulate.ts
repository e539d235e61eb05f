import { once } from 'node:events'
import { calibrationTarget, verificationTarget } from '../../../devices/rig/calibration/target.ts'
import { simulateBench } from '../../../devices/virtual/simulated-bench.ts'
import { targetSurface } from '../../../devices/virtual/target-surface.ts'
import { virtualPoses } from '../../../devices/virtual/virtual-rig.ts'
import { chooseRig } from '../../config/choose-rig.ts'
import { loadConfig } from '../../config/load-config.ts'
import { AssayError } from '../../errors/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { print, printJson } from './chosen-rig.ts'

export interface SimulateOptions {
  readonly pty?: boolean
  readonly port: number
  readonly lay: string
  readonly hurry: number
  readonly json?: boolean
}

const laid = { target: calibrationTarget, verification: verificationTarget, nothing: null } as const

/** `assay rig simulate`: a bench without a bench. Says what to write into a configuration to drive it. */
export async function simulateRig(
  name: string | undefined,
  { pty = false, port, lay, hurry, json = false }: SimulateOptions,
  { signal }: CommandContext,
): Promise<void> {
  const { config } = chooseRig(await loadConfig({ cwd: process.cwd(), environment: process.env }), name)
  if (config.kind !== 'virtual') {
    throw new AssayError('rig-real', `rig ${config.name} stands on a bench; only a virtual one can be simulated.`)
  }
  if (!Object.hasOwn(laid, lay)) {
    throw new AssayError('nothing-to-lay', `--lay takes ${Object.keys(laid).join(', ')}, not ${lay}.`)
  }
  const design = laid[lay as keyof typeof laid]
  await using bench = await simulateBench({
    seed: config.seed,
    hurry,
    size: config.size ?? { width: 2400, height: 1600 },
    surface: design && targetSurface(design),
    httpPort: port,
    pty,
    signal,
  })
  const rig = {
    kind: 'real',
    camera: {
      driver: 'http',
      url: `${bench.url}/photograph.jpg`,
      controls: { exposureMs: { url: '/exposure?ms={value}' } },
    },
    ...(bench.port !== null && {
      stage: { driver: 'grbl', port: bench.port, poses: virtualPoses },
      light: { driver: 'grbl', port: bench.port },
    }),
  }
  if (json) printJson({ port: bench.port, url: bench.url, pid: process.pid, rig })
  else {
    if (bench.port !== null) print(`controller: ${bench.port} (GRBL 1.1, any baud rate)`)
    print(`camera:     ${bench.url}/photograph.jpg`)
    print(`the truth:  ${bench.url}/bench.json`)
    print(`\nIn assay.config.json, to drive it as a bench:\n`)
    print(JSON.stringify({ rigs: { simulated: rig } }, null, 2))
    print('\nRuns until Ctrl-C.')
  }
  if (!signal.aborted) await once(signal, 'abort')
}
