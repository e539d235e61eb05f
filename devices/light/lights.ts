import { driverTable } from '../driver.ts'
import { grblLight } from './grbl-light.ts'
import { klipperLight } from './klipper/klipper-light.ts'
import { gpioRelayLight } from './relay/gpio-relay.ts'
import { lcusRelayLight } from './relay/lcus-relay.ts'
import { modbusRtuLight, modbusTcpLight } from './relay/modbus-relay.ts'
import { wledHttpLight } from './wled/wled-http.ts'
import { wledSerialLight } from './wled/wled-serial.ts'

/** Every light's driver, one row each. */
export const lights = driverTable([
  grblLight,
  wledSerialLight,
  wledHttpLight,
  lcusRelayLight,
  modbusTcpLight,
  modbusRtuLight,
  gpioRelayLight,
  klipperLight,
])
