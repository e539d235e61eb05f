import { once } from 'node:events'
import type { CardSurface } from '../../../devices/virtual/card-surface.ts'
import { simulateBench } from '../../../devices/virtual/simulated-bench.ts'
import { targetSurface } from '../../../devices/virtual/target-surface.ts'
import { virtualPoses } from '../../../devices/virtual/virtual-rig.ts'
import { goldenLine } from '../../../fixtures/virtual-line/golden-line.ts'
import { chooseRig } from '../../config/choose-rig.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { AssayError } from '../../core/assay-error.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { CommandContext } from '../context.ts'
import { replaceFile, writing } from '../write-file.ts'
import { print, printJson, targets, thingNamed } from './chosen-rig.ts'

interface SimulateOptions {
  readonly pty?: boolean
  readonly port: number
  readonly lay: string
  readonly hurry: number
  /** Where to write the public records of a good unit that can be laid in. */
  readonly unit?: string
  readonly json?: boolean
}

/** `assay rig simulate`: a bench without a bench. Says what to write into a configuration to drive it. */
export async function simulateRig(
  name: string | undefined,
  { pty = false, port, lay, hurry, unit, json = false }: SimulateOptions,
  { signal }: CommandContext,
): Promise<void> {
  const { config } = chooseRig(await configurationHere(), name)
  if (config.kind !== 'virtual') {
    throw new AssayError('rig-real', `rig ${config.name} stands on a bench; only a virtual one can be simulated.`)
  }
  const things: Record<string, () => CardSurface | null> = {}
  for (const [thing, design] of Object.entries(targets)) things[thing] = () => design && targetSurface(design)
  if (unit) {
    const golden = await makeGoldenUnit(unit, signal)
    things['unit'] = () => golden
  }
  await using bench = await simulateBench({
    seed: config.seed,
    hurry,
    size: config.size ?? { width: 2400, height: 1600 },
    surface: thingNamed(lay, things)(),
    things,
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
    print(`the nest:   POST ${bench.url}/lay?thing=${Object.keys(things).join('|')}`)
    for (const line of ['', 'In assay.config.json, to drive it as a bench:', '']) print(line)
    printJson({ rigs: { simulated: rig } })
    for (const line of ['', 'Runs until Ctrl-C.']) print(line)
  }
  if (!signal.aborted) await once(signal, 'abort')
}

/** A good unit of the virtual line, sealed; its public records go to `file`, its secrets nowhere. */
async function makeGoldenUnit(file: string, signal: AbortSignal): Promise<CardSurface> {
  const profile = loadProfile('assay-reference')
  await using line = await goldenLine(profile, signal)
  writing(file, 'out-unwritable', 'choose another place with --unit', () => replaceFile(file, line.records))
  return await line.card(0, 'sealed', signal)
}
