import { cameras } from '../camera/cameras.ts'
import { lights } from '../light/lights.ts'
import { RigError } from '../rig-error.ts'
import { scanners } from '../scanner/scanners.ts'
import { stages } from '../stage/stages.ts'
import type { RigBackEnd } from './connect-rig.ts'
import { fixedLight, fixedPose, fixedStage } from './fixed.ts'
import type { RealRigConfig } from './rig-config.ts'
import { devicesOf } from './rig-devices.ts'
import { type RigWires, realWires } from './rig-wires.ts'

/** What stands on a real bench. @throws RigError `rig-configuration` for what no schema can see */
export function realBackEnd(config: RealRigConfig, wires: RigWires = realWires): RigBackEnd {
  const { name, camera, stage, light, scanner } = config
  if (stage && !Object.hasOwn(stage.poses, fixedPose)) {
    throw new RigError(
      'rig-configuration',
      `rig ${name} has no pose "${fixedPose}", where units are photographed. Add it to the stage's poses.`,
    )
  }
  const addresses = [...new Set(devicesOf(config).map(({ address }) => address))]
  return {
    name,
    kind: 'real',
    truth: null,
    wires,
    addresses,
    watched:
      wires === realWires && (light || stage)
        ? { addresses, ...(light && { light }), ...(stage && { stage }) }
        : undefined,
    deadlines: {
      photographMs: camera.deadlineMs,
      exposureMs: camera.settings?.exposureMs,
      moveMs: stage?.moveDeadlineMs,
      homeMs: stage?.homeDeadlineMs,
    },
    light: async given => (light ? await lights.open(light, given) : fixedLight),
    stage: async given => (stage ? await stages.open(stage, given) : fixedStage),
    camera: given => cameras.open(camera, given),
    scanner: given => (scanner ? scanners.open(scanner, given) : null),
  }
}
