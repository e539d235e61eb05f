import { cameras } from '../camera/cameras.ts'
import type { DriverTable } from '../driver.ts'
import { lights } from '../light/lights.ts'
import { scanners } from '../scanner/scanners.ts'
import { stages } from '../stage/stages.ts'
import type { RigDevice } from './connected-rig.ts'
import type { RealRigConfig } from './rig-config.ts'

/** A device that a rig's configuration names. */
interface NamedDevice extends Pick<RigDevice, 'role'> {
  readonly driver: string
  /** Port or address, without credentials. */
  readonly address: string
  /** Driven by a program or a browser of its own, over no wire of ours. */
  readonly isWireless: boolean
}

export function devicesOf({ camera, stage, light, scanner }: RealRigConfig): NamedDevice[] {
  const named = <Config extends { readonly driver: string }>(
    role: NamedDevice['role'],
    table: DriverTable<Config, never, unknown>,
    config: Config | undefined,
  ): NamedDevice[] =>
    config === undefined
      ? []
      : [{ role, driver: config.driver, address: table.address(config), isWireless: table.isWireless(config) }]
  return [
    ...named('camera', cameras, camera),
    ...named('stage', stages, stage),
    ...named('light', lights, light),
    ...named('scanner', scanners, scanner),
  ]
}
